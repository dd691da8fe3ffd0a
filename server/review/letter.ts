/** The draft of a letter to a State that reported on cooperation and not on gender and diversity. */
import { clarificationValues } from '../mail/clarification-values.ts';
import { FIELDS, type FieldValues, fillLine } from '../mail/template-fields.ts';
import { bodyText } from '../mail/template-text.ts';
import { parseBody } from '../mail/template-tree.ts';
import type { Edition } from '../questionnaire/catalogue.ts';
import { holds } from '../questionnaire/condition.ts';
import { shownQuestions } from '../questionnaire/path.ts';
import type { Services } from '../services.ts';
import { nameIn } from '../states/state.ts';
import { voiceOf } from '../texts.ts';
import type { SubmittedResponse } from './answering.ts';
import { type AskPlace, saidAt } from './asking.ts';

/** The questions on gender and diversity of an action that were put to the State; none where the rule does not apply to it. */
export function questionsToFollowUp(
  edition: Edition,
  { audience, submitted }: SubmittedResponse,
  action: number,
): string[] {
  const { source } = edition;
  const rule = source.definition.followUps?.find(
    (one) => one.action === action && one.audience === audience,
  );
  const { answers } = submitted;
  if (!rule || !holds(rule.cooperation, answers) || holds(rule.gender, answers)) return [];
  const shown = shownQuestions(source, audience, submitted.answers);
  return source
    .asked(audience)
    .filter((one) => one.action === action && one.genderDiversity && shown.has(one.id))
    .map(({ id }) => id);
}

/** In a language that the text is written in, or English. */
export async function draftLetter(
  services: Services,
  place: AskPlace,
  language: string,
): Promise<{ title: string; words: string }> {
  const text =
    (await services.templates.current('gender-follow-up', language)) ??
    (await services.templates.current('gender-follow-up', 'en'));
  if (!text) return { title: '', words: '' };
  const voice = voiceOf(text.language);
  const { edition, state, response, questions, followUp } = place;
  const questionnaire = edition.in(text.language);
  const { title, plan, sender, audiences } = questionnaire.definition;
  const before = saidAt(place);
  const asked = { questions, before, words: '', due: null, followUp };
  const none = Object.fromEntries(FIELDS.map(({ name }) => [name, ''])) as FieldValues;
  const values: FieldValues = {
    ...none,
    ...clarificationValues(asked, questionnaire, voice),
    state: nameIn(state, text.language),
    audience: audiences.find(({ id }) => id === response.audience)?.short ?? '',
    title,
    plan,
    sender,
  };
  const words = bodyText(parseBody(text.body), { values, linkIntro: '' });
  return { title: fillLine(text.subject, values), words };
}

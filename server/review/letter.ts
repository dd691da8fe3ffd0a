/** The draft of a letter to a State that reported on cooperation and not on gender and diversity. */
import { clarificationValues } from '../mail/clarification-values.ts';
import { FIELDS, type FieldValues, fillLine } from '../mail/template-fields.ts';
import { bodyText } from '../mail/template-text.ts';
import { parseBody } from '../mail/template-tree.ts';
import type { Edition } from '../questionnaire/catalogue.ts';
import { shownQuestions } from '../questionnaire/path.ts';
import type { Services } from '../services.ts';
import { nameIn } from '../states/state.ts';
import { voiceOf } from '../texts.ts';
import type { SubmittedResponse } from './answering.ts';
import { type AskPlace, saidOf } from './asking.ts';

/** The questions on gender and diversity of an action that were put to the State; none where the action has no rule. */
export function questionsToFollowUp(
  edition: Edition,
  { audience, submitted }: SubmittedResponse,
  action: number,
): string[] {
  const { source } = edition;
  const { followUps = [] } = source.definition;
  if (!followUps.some((rule) => rule.action === action && rule.audience === audience)) return [];
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
  const before = saidOf(place, questions);
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

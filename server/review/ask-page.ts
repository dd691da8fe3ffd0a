/** The page on which a member asks about an answer, and looks at the mails before they go. Pure. */
import type { Edition } from '../questionnaire/catalogue.ts';
import { answerLines } from '../responses/answer-text.ts';
import { nameIn } from '../states/state.ts';
import { LANGUAGE_NAMES, type Voice } from '../texts.ts';
import type { AskForm, Asking, AskPlace } from './asking.ts';
import { type Clarification, LONGEST_TITLE, LONGEST_WORDS, type Said } from './clarification.ts';

export type AskState = {
  languages: string[];
  /** Null until the mails were asked for. */
  asking: Asking | null;
  /** Why nothing was sent; "" before that. */
  refused: '' | 'changed' | 'nobody' | 'taken';
};

const nameOfLanguage = (code: string) =>
  LANGUAGE_NAMES[code as keyof typeof LANGUAGE_NAMES] ?? code;

export function askPage(
  place: AskPlace,
  form: AskForm,
  said: Said,
  { languages, asking, refused }: AskState,
  voice: Voice,
) {
  const { t } = voice;
  const { edition, state, response, followUp } = place;
  const problems = (asking?.problems ?? []).map(({ field, code }) => ({
    field,
    text: t(`clarify.ask.problem.${code}`, {
      max: voice.number(field === 'title' ? LONGEST_TITLE : LONGEST_WORDS),
    }),
  }));
  const name = nameIn(state, voice.language);
  const title = t(followUp === null ? 'clarify.ask.title' : 'clarify.ask.letter', { state: name });
  return {
    title: problems.length > 0 ? t('errorTitle', { title }) : title,
    locals: {
      heading: title,
      state: name,
      audience: edition
        .in(voice.language)
        .definition.audiences.find(({ id }) => id === response.audience)?.short,
      asked: saidQuestions(edition, place.questions, said, voice),
      isLetter: followUp !== null,
      form,
      languages: languages.map((code) => ({ code, name: nameOfLanguage(code) })),
      problems,
      refused,
      digest: asking && problems.length === 0 ? asking.digest : '',
      nobody: asking !== null && asking.choice.chosen.length === 0,
      skipped: (asking?.choice.skipped ?? []).map(({ contact, reason }) => ({
        name: contact?.name ?? '',
        reason: t(`mailings.reason.${reason}`),
      })),
      mails: (asking?.mails ?? []).map(({ language, people, content }) => ({
        language,
        languageName: nameOfLanguage(language),
        people: people.map((contact) => ({ name: contact.name, email: contact.email })),
        subject: content.subject,
        text: content.text,
      })),
      count: asking?.choice.chosen.length ?? 0,
    },
  };
}

/** Each question asked about with what was answered, in words. */
export const saidQuestions = (
  edition: Edition,
  questions: Clarification['questions'],
  { answers, other, currency }: Said,
  voice: Voice,
) =>
  questions.flatMap((id) => {
    const question = edition.in(voice.language).question(id);
    if (!question) return [];
    const { number, label } = question;
    return [
      { id, number, label, lines: answerLines(question, answers[id], other[id], currency, voice) },
    ];
  });

/** The answer of a former round beside the field: shown, and taken over only by a press of "still right". Pure. */
import { type AnswerValue, type Fields, parseQuestion } from '../questionnaire/answers.ts';
import type { AskedQuestion, Questionnaire } from '../questionnaire/questionnaire.ts';
import { answerLines } from './answer-text.ts';
import { markOf, useField } from './answer-use.ts';
import { fieldsOf } from './fields.ts';
import type { Former } from './former.ts';
import { canonical } from './receipt-canonical.ts';
import type { Draft } from './response.ts';
import type { Seat } from './seat.ts';
import { currenciesOf, currencyOf } from './section-form.ts';

export type LastTime = {
  /** Which round, and when. */
  heading: string;
  lines: string[];
  /** How the question read then, where it read otherwise; "" where not. */
  wording: string;
  /** `other`: this answer cannot be given in this round, since the choices, the kind of question or the currency differ. */
  standing: 'open' | 'same' | 'changed' | 'other';
};

/** Null where there is nothing to show. */
export function lastTimeOf(
  { questionnaire, edition, voice, zone }: Seat,
  former: Former | null,
  question: AskedQuestion,
  draft: Draft,
): LastTime | null {
  const then = former && askedThen(former, question, voice.language);
  if (!former || !then) return null;
  const { submission } = former;
  const { id } = question;
  const lines = answerLines(
    then,
    submission.answers[id],
    submission.other[id],
    currencyOf(submission),
    voice,
  );
  const use = markOf(then, submission);
  const labels = [edition, former.edition].map((one) => one.source.question(id)?.label);
  const { title } = former.edition.in(voice.language).definition;
  return {
    heading: voice.t('lastTime.heading', {
      title,
      when: voice.date(submission.submittedAt, zone),
    }),
    lines: [
      ...lines.map(({ label, text }) => (label ? `${label}: ${text}` : text)),
      ...(use ? [voice.t(`use.${use}`)] : []),
    ],
    wording: labels[0] === labels[1] ? '' : then.label,
    standing: standingOf(questionnaire, former, question, draft),
  };
}

/** The question as it was asked then. What a State says about the use of its answers is asked anew each time. */
function askedThen(
  { edition, submission }: Former,
  { id, action }: AskedQuestion,
  language: string,
) {
  if (action === null || submission.answers[id] === undefined) return null;
  return edition.in(language).question(id);
}

function standingOf(
  questionnaire: Questionnaire,
  former: Former,
  question: AskedQuestion,
  draft: Draft,
): LastTime['standing'] {
  const { id } = question;
  if (draft.answers[id] === undefined)
    return fits(questionnaire, former, question, draft) ? 'open' : 'other';
  const { answers, other } = former.submission;
  return sameAnswer([answers[id], other[id]], [draft.answers[id], draft.other[id]])
    ? 'same'
    : 'changed';
}

type Given = [AnswerValue | undefined, string | undefined];
const sameAnswer = (a: Given, b: Given): boolean =>
  canonical(a.map((part) => part ?? null)) === canonical(b.map((part) => part ?? null));

/** Whether the answer, put into the fields of this round, reads as the same answer. */
function fits(
  questionnaire: Questionnaire,
  { submission }: Former,
  question: AskedQuestion,
  draft: Draft,
): boolean {
  const { id, type } = question;
  // Files lie with the round that they were sent in.
  if (type === 'file') return false;
  // Amounts in a table are in the currency of the whole response.
  const amounts = type === 'matrix' && question.cell.type === 'money';
  if (amounts && currencyOf(submission) !== currencyOf(draft)) return false;
  const read = parseQuestion(question, fieldsThen(submission, question, 'en'), {
    language: 'en',
    currency: currencyOf(draft),
    currencies: currenciesOf(questionnaire),
  });
  return (
    read.problems.length === 0 &&
    sameAnswer([submission.answers[id], submission.other[id]], [read.answer, read.other])
  );
}

const fieldsThen = (
  { answers, other }: Pick<Draft, 'answers' | 'other'>,
  question: AskedQuestion,
  language: string,
): Fields => fieldsOf(question, { answers, other, unparsed: {} }, language);

/**
 * The posted form with the former answer in the fields of one question. What was typed there meanwhile stays instead:
 * nobody's words go because of a button. A mark "for the Committee only" or "in totals only" comes along.
 */
export function withLastTime(
  { questionnaire, response, voice }: Seat,
  former: Former | null,
  id: string,
  posted: Fields,
): Fields {
  const question = questionnaire.question(id);
  if (!former || !question || question.action === null) return posted;
  const { submission } = former;
  const typed = Object.entries(posted).some(
    ([name, value]) =>
      (name === id || name.startsWith(`${id}.`)) &&
      !name.endsWith('.currency') &&
      [value ?? []].flat().some((one) => one.trim() !== ''),
  );
  if (typed || !fits(questionnaire, former, question, response.draft)) return posted;
  const mark = submission.uses?.[id];
  return {
    ...posted,
    ...fieldsThen(submission, question, voice.language),
    ...(mark && !posted[useField(id)] ? { [useField(id)]: mark } : {}),
  };
}

/** What a respondent says of a single answer: for the Committee only, or in totals only. Pure. */
import type { Fields, Problem } from '../questionnaire/answers.ts';
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import type { Voice } from '../texts.ts';
import { type Draft, USES, type Uses } from './response.ts';

type AnswerUse = Uses[string];

/** Two words with a dot, so that it is no field of the question's own. */
export const useField = (question: string): string => `use.${question}`;
/** What can be chosen besides "like the others". */
const CLOSER = USES.filter((use) => use !== 'attributed');

/** The questions about the answers are no answers on the matter; some questions are in totals only for everybody. */
const canBeMarked = (question: AskedQuestion): boolean =>
  question.action !== null && question.use === undefined;

/** A form that does not have the field leaves what was said. */
export function readUse(
  question: AskedQuestion,
  posted: Fields,
  before: AnswerUse | undefined,
): { use: AnswerUse | undefined; problems: Problem[] } {
  const field = useField(question.id);
  const given = [posted[field] ?? []].flat().at(-1);
  if (given === undefined || !canBeMarked(question)) return { use: before, problems: [] };
  const use = CLOSER.find((one) => one === given);
  if (use || given === '') return { use, problems: [] };
  return { use: before, problems: [{ question: question.id, field, code: 'choice' }] };
}

export type UseView = {
  name: string;
  id: string;
  chosen: AnswerUse | '';
  choices: { value: string; label: string }[];
  error: string;
};

/** The control beside a question; null where there is nothing to choose. */
export function useView(
  question: AskedQuestion,
  draft: Draft,
  errors: { field: string; text: string }[],
  { t }: Voice,
): UseView | null {
  if (!canBeMarked(question)) return null;
  const name = useField(question.id);
  return {
    name,
    id: name.replace('.', '-'),
    chosen: draft.uses?.[question.id] ?? '',
    choices: ['', ...CLOSER].map((value) => ({
      value,
      label: t(`answerUse.choice.${value || 'like'}`),
    })),
    error: errors.find((error) => error.field === name)?.text ?? '',
  };
}

/** How answers are used and what a State can choose, line by line, for the first page and for papers. */
export const usesInWords = ({ t }: Voice): string[] => [
  t('landing.use.named'),
  t('landing.use.totals'),
  t('landing.use.committee'),
  t('landing.use.single'),
  t('landing.use.personal'),
];

/** What is said of an answer that was given: by the questionnaire for everybody, else by the respondent; undefined for none. */
export const markOf = (
  { id, use: always }: Pick<AskedQuestion, 'id' | 'use'>,
  { answers, uses }: Pick<Draft, 'answers'> & { uses?: Uses | undefined },
): AnswerUse | undefined => (answers[id] === undefined ? undefined : (always ?? uses?.[id]));

/** The answers among these questions that are for closer use than the others, for the person who checks them. */
export function restrictedOf(
  questions: AskedQuestion[],
  draft: Draft,
  { t }: Voice,
): { id: string; section: string; number: string | null; label: string; use: string }[] {
  return questions.flatMap((question) => {
    const { id, section, number, label } = question;
    const mark = markOf(question, draft);
    return mark ? [{ id, section, number, label, use: t(`use.${mark}`) }] : [];
  });
}

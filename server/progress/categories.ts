/** The categories that the answers to a question fall into. Pure. */
import { type Column, chose, stateAt } from '../questionnaire/columns.ts';
import { WAYS_OUT } from '../questionnaire/definition.ts';
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import type { Member } from './dataset.ts';

export type CategoryShape = {
  /** An option's code, "from-to" for numbers, or one of SPECIAL. */
  key: string;
  /** Of an option; null for what `locales/` names. */
  label: string | null;
  /** How it is drawn: an answer, a way out, or none. */
  kind: 'answer' | 'unsure' | 'none';
};

export type Categories = {
  answers: CategoryShape[];
  /** Where a submission stands; in several with several choices. */
  keysAt(member: Member): string[];
};

const isWayOut = (value: string) => (WAYS_OUT as readonly string[]).includes(value);

/** @param named whose numbers may decide where a range ends: the others' would be told by it */
export function categoriesOf(column: Column, question: AskedQuestion, named: Member[]): Categories {
  const { answers, keysOf } = answersOf(column, question, named);
  return {
    answers,
    keysAt: (member) => {
      const state = stateAt(column, member.at);
      if (state === 'answered') return keysOf(member);
      return [state === 'empty' ? '_no_answer' : '_not_applicable'];
    },
  };
}

function answersOf(column: Column, question: AskedQuestion, named: Member[]) {
  if (column.kind === 'answered') {
    const answers: CategoryShape[] = [{ key: '_answered', label: null, kind: 'answer' }];
    return { answers, keysOf: () => ['_answered'] };
  }
  if (column.kind === 'number') return ranges(column, question, named);
  const options = question.type === 'matrix' ? question.columns : question.options;
  const answers = options.map(
    ({ value, label }): CategoryShape => ({
      key: value,
      label,
      kind: isWayOut(value) ? 'unsure' : 'answer',
    }),
  );
  const keysOf = (member: Member) =>
    column.options.filter((value) => chose(column, member.at, value));
  return { answers, keysOf };
}

const RANGES = 5;

/** Five ranges of equal width: over the allowed range where the question has one, else over what named States answered. */
function ranges(column: Column, question: AskedQuestion, named: Member[]) {
  const value = (member: Member) => column.values[member.at] as number;
  const bounds = question.type === 'number' ? question : null;
  const from = bounds?.min ?? 0;
  const seen = named.map(value).filter(Number.isFinite);
  const to = bounds?.max ?? Math.max(from + RANGES, ...seen);
  const width = (to - from) / RANGES;
  const answers = Array.from({ length: RANGES }, (_, i): CategoryShape => {
    const low = from + i * width;
    const open = bounds?.max === undefined && i === RANGES - 1;
    const key = `${low}-${low + width}`;
    return { key, label: open ? `≥ ${low}` : `${low}–${low + width}`, kind: 'answer' };
  });
  const keysOf = (member: Member) => {
    const place = Math.floor((value(member) - from) / width);
    return [answers[Math.min(RANGES - 1, Math.max(0, place))]?.key ?? ''];
  };
  return { answers, keysOf };
}

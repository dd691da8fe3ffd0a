/** The categories that the answers to a question fall into. Pure. */
import { type Column, chose, stateAt } from '../questionnaire/columns.ts';
import { WAYS_OUT } from '../questionnaire/definition.ts';
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';

export type CategoryShape = {
  /** An option's code, "from-to" for numbers, or one of SPECIAL. */
  key: string;
  /** Of an option; null for what `locales/` names. */
  label: string | null;
  /** How it is drawn: an answer, a way out, or none. */
  kind: 'answer' | 'unsure' | 'none';
};

const isWayOut = (value: string) => (WAYS_OUT as readonly string[]).includes(value);

export type Categories = {
  answers: CategoryShape[];
  /** Where a submission at a place stands; in several with several choices. */
  keysAt(at: number): string[];
  /** Which of the ranges a number is in; of a question for numbers only. */
  rangeOf(value: number): number;
};

/** @param highest number that a named State gave, which may decide where a range ends: the others' would be told by it */
export function categoriesOf(column: Column, question: AskedQuestion, highest = 0): Categories {
  const scale = scaleOf(question, highest);
  const answers = answersOf(column, question, scale);
  const rangeOf = (value: number) =>
    Math.min(RANGES - 1, Math.max(0, Math.floor((value - scale.from) / scale.width)));
  const keysOf = (at: number): string[] => {
    if (column.kind === 'answered') return ['_answered'];
    if (column.kind === 'number') return [answers[rangeOf(column.values[at] as number)]?.key ?? ''];
    return column.options.filter((value) => chose(column, at, value));
  };
  return {
    answers,
    rangeOf,
    keysAt: (at) => {
      const state = stateAt(column, at);
      if (state === 'answered') return keysOf(at);
      return [state === 'empty' ? '_no_answer' : '_not_applicable'];
    },
  };
}

function answersOf(column: Column, question: AskedQuestion, scale: Scale): CategoryShape[] {
  if (column.kind === 'answered') return [{ key: '_answered', label: null, kind: 'answer' }];
  if (column.kind === 'number') return ranges(scale);
  const options = question.type === 'matrix' ? question.columns : question.options;
  return options.map(
    ({ value, label }): CategoryShape => ({
      key: value,
      label,
      kind: isWayOut(value) ? 'unsure' : 'answer',
    }),
  );
}

const RANGES = 5;
type Scale = { from: number; width: number; isOpen: boolean };

/** Five ranges of equal width: over the allowed range where the question has one, else over what named States answered. */
function scaleOf(question: AskedQuestion, highest: number): Scale {
  const bounds = question.type === 'number' ? question : null;
  const from = bounds?.min ?? 0;
  const to = bounds?.max ?? Math.max(from + RANGES, highest);
  return { from, width: (to - from) / RANGES, isOpen: bounds?.max === undefined };
}

const ranges = ({ from, width, isOpen }: Scale): CategoryShape[] =>
  Array.from({ length: RANGES }, (_, i) => {
    const low = from + i * width;
    const label = isOpen && i === RANGES - 1 ? `≥ ${low}` : `${low}–${low + width}`;
    return { key: `${low}-${low + width}`, label, kind: 'answer' };
  });

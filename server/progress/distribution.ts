/** How the answers to one question are spread, over everyone who was asked. Each category knows its members. Pure. */
import { type Column, type ColumnShape, chose, stateAt } from '../questionnaire/columns.ts';
import { WAYS_OUT } from '../questionnaire/definition.ts';
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import { type Dataset, type Filter, type Member, selected } from './dataset.ts';
import { isPooled, poolIsLargeEnough, type Reader } from './disclosure.ts';

/**
 * What is no option of the question; no code begins with an underscore, so none can be mistaken for one.
 * `_withheld`: answered in totals only by too few to be told apart here.
 */
export const SPECIAL = ['_answered', '_not_applicable', '_no_answer', '_withheld'] as const;
export type Special = (typeof SPECIAL)[number];

type Category = {
  /** An option's code, "from-to" for numbers, or one of SPECIAL. */
  key: string;
  /** Of an option; null for what `locales/` names. */
  label: string | null;
  /** How it is drawn: an answer, a way out, or none. */
  kind: 'answer' | 'unsure' | 'none';
  members: Member[];
};

export type Distribution = {
  column: ColumnShape;
  question: AskedQuestion;
  categories: Category[];
  /** Everyone asked in this view. */
  asked: number;
  /** With an answer, "do not know" included. */
  answered: number;
};

/** @param columnId question id, or "question/row" */
export function distributionOf(
  data: Dataset,
  audience: string,
  columnId: string,
  filter: Filter,
  reader: Reader,
): Distribution | null {
  const of = data.audiences.get(audience);
  const column = of?.columns.byId.get(columnId);
  const question = column && data.questionnaire.question(column.question);
  if (!column || !question) return null;
  const members = selected(data, audience, filter);
  const hides = !reader.identifies && !poolIsLargeEnough(data, audience, filter, question);
  const withheld: Member[] = [];
  const open: Member[] = [];
  const notApplicable: Member[] = [];
  const silent: Member[] = [];
  for (const member of members) {
    if (member.at < 0) silent.push(member);
    else if (hides && isPooled(member, question)) withheld.push(member);
    else {
      const state = stateAt(column, member.at);
      (state === 'answered' ? open : state === 'empty' ? silent : notApplicable).push(member);
    }
  }
  const special = (key: Special, kind: Category['kind'], list: Member[]): Category => ({
    key,
    label: null,
    kind,
    members: list,
  });
  return {
    column,
    question,
    categories: [
      ...answerCategories(column, question, open),
      ...(notApplicable.length > 0 ? [special('_not_applicable', 'none', notApplicable)] : []),
      ...(withheld.length > 0 ? [special('_withheld', 'none', withheld)] : []),
      special('_no_answer', 'none', silent),
    ],
    asked: members.length,
    answered: open.length,
  };
}

const isWayOut = (value: string) => (WAYS_OUT as readonly string[]).includes(value);

function answerCategories(column: Column, question: AskedQuestion, open: Member[]): Category[] {
  if (column.kind === 'answered')
    return [{ key: '_answered', label: null, kind: 'answer', members: open }];
  if (column.kind === 'number') return ranges(column, question, open);
  const options = question.type === 'matrix' ? question.columns : question.options;
  return options.map(({ value, label }) => ({
    key: value,
    label,
    kind: isWayOut(value) ? 'unsure' : 'answer',
    members: open.filter((member) => chose(column, member.at, value)),
  }));
}

const RANGES = 5;

/** Five ranges of equal width: over the allowed range where the question has one, else over what was answered. */
function ranges(column: Column, question: AskedQuestion, open: Member[]): Category[] {
  const value = (member: Member) => column.values[member.at] as number;
  const bounds = question.type === 'number' ? question : null;
  const from = bounds?.min ?? 0;
  const to = bounds?.max ?? Math.max(from + RANGES, ...open.map(value));
  const width = (to - from) / RANGES;
  return Array.from({ length: RANGES }, (_, i) => {
    const low = from + i * width;
    const high = low + width;
    const last = i === RANGES - 1;
    return {
      key: `${low}-${high}`,
      label: `${low}–${high}`,
      kind: 'answer' as const,
      members: open.filter((member) => value(member) >= low && (last || value(member) < high)),
    };
  });
}

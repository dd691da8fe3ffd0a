/**
 * The answers in a column, counted by kind, by stratum and by how they may be used. Every figure of a question is made from
 * these numbers, whatever the filter and whoever reads. Pure.
 */
import { type Counter, SUBMITTED } from '../columns/round-columns.ts';
import {
  type Column,
  NOT_APPLICABLE,
  OPTIONS_PER_WORD,
  wordsOf,
} from '../questionnaire/columns.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { USES } from '../responses/response.ts';
import { type Categories, categoriesOf } from './categories.ts';
import { columnOf, useAtOf } from './cell-use.ts';
import { counterOf, type Lens, newTable, STRATA, startOf, stratumOf } from './lens.ts';

/** Where the numbers of a cell stand: all who submitted, those without an answer, those not asked, then answer by answer. */
export const ALL = 0;
export const EMPTY = 1;
export const APART = 2;
export const ANSWERS = 3;

export type CellTally = Counter & {
  /** How many numbers a cell has. */
  width: number;
  /** The numbers of a kind, stratum by stratum and in each use by use, by their place among USES. */
  numbers(kind: number): Int32Array;
};

/** @param highest for a question for numbers: what a named State gave, on which the ranges depend */
export function cellTallyOf(
  lens: Lens,
  questionnaire: Questionnaire,
  audience: string,
  column: Column,
  highest: number,
): CellTally {
  const question = questionnaire.question(column.question);
  if (!question) throw new Error(`there is no question ${column.question}`);
  const make = () =>
    newCellTally(lens, questionnaire, audience, column, categoriesOf(column, question, highest));
  // The ranges of numbers are others in other views, so what is counted by them is not kept.
  const own = column.kind === 'number' ? { ...lens, counters: new Map() } : lens;
  return counterOf(own, `cells ${audience} ${column.id}`, make);
}

function newCellTally(
  lens: Lens,
  questionnaire: Questionnaire,
  audience: string,
  { id, kind }: Column,
  { answers, rangeOf }: Categories,
): CellTally {
  const part = lens.columns.parts.get(audience);
  if (!part) throw new Error(`there is no audience ${audience}`);
  const current = columnOf(part, id);
  const useAt = useAtOf(questionnaire, part, current);
  const stratumAt = stratumOf(lens, audience);
  const width = ANSWERS + answers.length;
  const perKind = STRATA * USES.length * width;
  const table = newTable(perKind);
  const count = COUNT[kind];
  return {
    width,
    count(place, by) {
      if ((part.standing[place] as number) < SUBMITTED) return;
      const start = startOf(table, lens.columns.kind[place] as number);
      const at = start + (stratumAt(place) * USES.length + useAt(place)) * width;
      const { counts } = table;
      counts[at] = (counts[at] as number) + by;
      count(counts, at, current(), place, by, rangeOf);
    },
    numbers(kindAt) {
      const start = startOf(table, kindAt);
      return table.counts.subarray(start, start + perKind);
    },
  };
}

type Count = (
  counts: Int32Array,
  at: number,
  column: Column,
  place: number,
  by: number,
  rangeOf: Categories['rangeOf'],
) => void;

const countByte: Count = (counts, at, { values }, place, by) => {
  const value = values[place] as number;
  const to = at + (value === 0 ? EMPTY : value === NOT_APPLICABLE ? APART : ANSWERS + value - 1);
  counts[to] = (counts[to] as number) + by;
};

const COUNT: Record<Column['kind'], Count> = {
  code: countByte,
  answered: countByte,
  number: (counts, at, { values }, place, by, rangeOf) => {
    const value = values[place] as number;
    let to = at + EMPTY;
    if (value === Number.NEGATIVE_INFINITY) to = at + APART;
    else if (!Number.isNaN(value)) to = at + ANSWERS + rangeOf(value);
    counts[to] = (counts[to] as number) + by;
  },
  bits: (counts, at, column, place, by) => {
    const { values, length } = column;
    if ((values[place] as number) >= 2 ** 31) {
      counts[at + APART] = (counts[at + APART] as number) + by;
      return;
    }
    let isEmpty = true;
    for (let word = 0; word < wordsOf(column); word += 1)
      for (let bits = values[word * length + place] as number; bits !== 0; bits &= bits - 1) {
        isEmpty = false;
        const option = OPTIONS_PER_WORD * word + 31 - Math.clz32(bits & -bits);
        const to = at + ANSWERS + option;
        counts[to] = (counts[to] as number) + by;
      }
    if (isEmpty) counts[at + EMPTY] = (counts[at + EMPTY] as number) + by;
  },
};

/** Adds up the numbers of a kind. @param holds by stratum and place among USES */
export function addUp(
  tally: CellTally,
  kind: number,
  holds: (stratum: number, use: number) => boolean,
  into: Float64Array,
): void {
  const numbers = tally.numbers(kind);
  const { width } = tally;
  for (let stratum = 0, at = 0; stratum < STRATA; stratum += 1)
    for (let use = 0; use < USES.length; use += 1, at += width) {
      if (numbers[at] === 0 || !holds(stratum, use)) continue;
      for (let n = 0; n < width; n += 1)
        into[n] = (into[n] as number) + (numbers[at + n] as number);
    }
}

/**
 * The answers in a column, counted by kind, by stratum and by how they may be used. Every figure of a question is made from
 * these numbers, whatever the filter and whoever reads. Pure.
 */
import { type Counter, STRIDE } from '../columns/round-columns.ts';
import {
  type Column,
  NOT_APPLICABLE,
  OPTIONS_PER_WORD,
  wordsOf,
} from '../questionnaire/columns.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { USES } from '../responses/response.ts';
import { type Categories, categoriesOf } from './categories.ts';
import { columnOf, useOfColumn } from './cell-use.ts';
import {
  counterOf,
  countsOf,
  isSubmitted,
  type Lens,
  listOf,
  newTable,
  numbersOf,
  STRATA,
  strataOf,
} from './lens.ts';

/** Where the numbers of a cell stand: all who submitted, those without an answer, those not asked, then answer by answer. */
export const ALL = 0;
export const EMPTY = 1;
export const APART = 2;
export const ANSWERS = 3;

export type CellTally = Counter & {
  /** How many numbers a cell has. */
  width: number;
  /** The numbers of a kind, stratum by stratum and in each use by use, by their place among USES. Only of strata of those who submitted. */
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
  const { columns } = lens;
  const part = columns.parts.get(audience);
  if (!part) throw new Error(`there is no audience ${audience}`);
  const current = columnOf(part, id);
  const useOf = useOfColumn(questionnaire, part, current);
  const strata = strataOf(lens, audience);
  const width = ANSWERS + answers.length;
  const table = newTable(STRATA * USES.length * width);
  const add = ADD[kind];
  return {
    width,
    count(from, to, by) {
      useOf(listOf(from, to), uses);
      findCells(columns.kind, strata(), width, from, to);
      add(countsOf(table, columns.kinds.length), current(), from, to, by, rangeOf);
    },
    numbers: (kindAt) => numbersOf(table, kindAt),
  };
}

/** Of the places that are counted just now: how the answer may be used, and where the numbers of the cell begin. */
const uses = new Uint8Array(STRIDE);
const cells = new Int32Array(STRIDE);

// A million places go through each of these: nothing else is in the loop. Those who did not submit are counted with the rest, in strata in
// which nobody looks, which is quicker than to ask of each of them.

function findCells(
  kind: Uint16Array,
  strata: Uint8Array,
  width: number,
  from: number,
  to: number,
): void {
  const [own, into] = [uses, cells];
  const [ofStratum, ofKind] = [USES.length, USES.length * STRATA];
  for (let place = from; place < to; place += 1)
    into[place - from] =
      width *
      ((kind[place] as number) * ofKind +
        (strata[place] as number) * ofStratum +
        (own[place - from] as number));
}

type Add = (
  counts: Int32Array,
  column: Column,
  from: number,
  to: number,
  by: number,
  rangeOf: Categories['rangeOf'],
) => void;

/** By the value of a byte. */
const SLOTS = Uint16Array.from({ length: NOT_APPLICABLE + 1 }, (_, value) =>
  value === 0 ? EMPTY : value === NOT_APPLICABLE ? APART : ANSWERS + value - 1,
);

const addBytes: Add = (counts, { values }, from, to, by) => {
  const [slots, own] = [SLOTS, cells];
  for (let place = from; place < to; place += 1) {
    const cell = own[place - from] as number;
    counts[cell + ALL] = (counts[cell + ALL] as number) + by;
    const at = cell + (slots[values[place] as number] as number);
    counts[at] = (counts[at] as number) + by;
  }
};

const addNumbers: Add = (counts, { values }, from, to, by, rangeOf) => {
  for (let place = from; place < to; place += 1) {
    const cell = cells[place - from] as number;
    counts[cell + ALL] = (counts[cell + ALL] as number) + by;
    const value = values[place] as number;
    let at = cell + EMPTY;
    if (value === Number.NEGATIVE_INFINITY) at = cell + APART;
    else if (!Number.isNaN(value)) at = cell + ANSWERS + rangeOf(value);
    counts[at] = (counts[at] as number) + by;
  }
};

const addChoices: Add = (counts, column, from, to, by) => {
  const { values, length } = column;
  const words = wordsOf(column);
  const own = cells;
  const [perWord, answers] = [OPTIONS_PER_WORD, ANSWERS];
  for (let place = from; place < to; place += 1) {
    const cell = own[place - from] as number;
    counts[cell + ALL] = (counts[cell + ALL] as number) + by;
    if ((values[place] as number) >= 2 ** 31) {
      counts[cell + APART] = (counts[cell + APART] as number) + by;
      continue;
    }
    let isEmpty = true;
    for (let word = 0; word < words; word += 1) {
      const first = cell + answers + word * perWord + 31;
      for (let bits = values[word * length + place] as number; bits !== 0; bits &= bits - 1) {
        isEmpty = false;
        const at = first - Math.clz32(bits & -bits);
        counts[at] = (counts[at] as number) + by;
      }
    }
    if (isEmpty) counts[cell + EMPTY] = (counts[cell + EMPTY] as number) + by;
  }
};

const ADD: Record<Column['kind'], Add> = {
  code: addBytes,
  answered: addBytes,
  number: addNumbers,
  bits: addChoices,
};

/** Adds up the numbers of those of a kind who submitted. @param holds by stratum and place among USES */
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
      if (numbers[at + ALL] === 0 || !isSubmitted(stratum) || !holds(stratum, use)) continue;
      for (let n = 0; n < width; n += 1)
        into[n] = (into[n] as number) + (numbers[at + n] as number);
    }
}

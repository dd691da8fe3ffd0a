/**
 * The answers in a column, counted by stratum and by how they may be used. Every figure of a question is made from these
 * numbers, whatever the filter and whoever reads. Pure.
 */
import { type Counter, SUBMITTED } from '../columns/round-columns.ts';
import { type Column, wordsOf } from '../questionnaire/columns.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { USES } from '../responses/response.ts';
import { type Categories, categoriesOf } from './categories.ts';
import { columnOf, useAtOf } from './cell-use.ts';
import { counterOf, type Lens, newTable, STRATA, startOf, stratumAt } from './lens.ts';

/** The numbers of a cell before those of its answers: all, without an answer, not applicable. */
const ALL = 0;
const EMPTY = 1;
const NOT_APPLICABLE = 2;
const ANSWERS = 3;

/** States of one kind and stratum whose answers may be used alike. All of them have submitted. */
export type CellCount = {
  kind: number;
  stratum: number;
  /** The place among USES. */
  use: number;
  all: number;
  empty: number;
  notApplicable: number;
  /** By the place of the answer among the categories. */
  answer(at: number): number;
};

type CellTally = Counter & { cells(): CellCount[] };

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
  const categories = categoriesOf(column, question, highest);
  const make = () => newCellTally(lens, questionnaire, audience, column, categories);
  // The ranges are others in other views, so what is counted by them is not kept.
  const name = `cells ${audience} ${column.id}${column.kind === 'number' ? ` ${highest}` : ''}`;
  return counterOf(lens, name, make);
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
  const width = ANSWERS + answers.length;
  const table = newTable(STRATA * USES.length * width);
  const add = (at: number, by: number) => {
    table.counts[at] = (table.counts[at] as number) + by;
  };
  const countAnswer: Record<
    Column['kind'],
    (column: Column, place: number, at: number, by: number) => void
  > = {
    code: ({ values }, place, at, by) => {
      const value = values[place] as number;
      add(at + (value === 0 ? EMPTY : value === 255 ? NOT_APPLICABLE : ANSWERS + value - 1), by);
    },
    answered: ({ values }, place, at, by) => {
      const value = values[place] as number;
      add(at + (value === 0 ? EMPTY : value === 255 ? NOT_APPLICABLE : ANSWERS), by);
    },
    number: ({ values }, place, at, by) => {
      const value = values[place] as number;
      const answer = () => ANSWERS + rangeOf(value);
      add(
        at +
          (Number.isNaN(value)
            ? EMPTY
            : value === Number.NEGATIVE_INFINITY
              ? NOT_APPLICABLE
              : answer()),
        by,
      );
    },
    bits: (column, place, at, by) => {
      const { values, length } = column;
      if ((values[place] as number) >= 2 ** 31) return add(at + NOT_APPLICABLE, by);
      let some = 0;
      for (let word = 0; word < wordsOf(column); word += 1)
        for (let bits = values[word * length + place] as number; bits !== 0; bits &= bits - 1) {
          some = 1;
          add(at + ANSWERS + 31 * word + (31 - Math.clz32(bits & -bits)), by);
        }
      if (some === 0) add(at + EMPTY, by);
    },
  };
  const countOf = countAnswer[kind];
  return {
    count(place, by) {
      if ((part.standing[place] as number) < SUBMITTED) return;
      const stratum = stratumAt(lens, audience, place);
      const start = startOf(table, lens.columns.kind[place] as number);
      const at = start + (stratum * USES.length + useAt(place)) * width;
      add(at + ALL, by);
      countOf(current(), place, at, by);
    },
    cells() {
      const { counts } = table;
      const found: CellCount[] = [];
      for (const kindAt of lens.columns.kinds.keys()) {
        const start = startOf(table, kindAt);
        for (let stratum = 0; stratum < STRATA; stratum += 1)
          for (let use = 0; use < USES.length; use += 1) {
            const at = start + (stratum * USES.length + use) * width;
            const number = (place: number) => counts[at + place] as number;
            if (number(ALL) > 0)
              found.push({
                kind: kindAt,
                stratum,
                use,
                all: number(ALL),
                empty: number(EMPTY),
                notApplicable: number(NOT_APPLICABLE),
                answer: (place) => number(ANSWERS + place),
              });
          }
      }
      return found;
    },
  };
}

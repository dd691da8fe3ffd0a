/** Which States a column counts: those that may be named with it, and of the others the units that are wholly in view. Pure. */
import type { Part } from '../columns/round-columns.ts';
import type { Column } from '../questionnaire/columns.ts';
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import { categoriesOf } from './categories.ts';
import type { CellCount } from './cell-tally.ts';
import { columnOf, namesByUse, useAtOf } from './cell-use.ts';
import type { Dataset, Filter } from './dataset.ts';
import type { Reader } from './disclosure.ts';
import { isSubmitted, kindMatches, type Lens, strataInView, stratumAt } from './lens.ts';
import { type PoolPart, unitsOf } from './pool.ts';

export type KindPart = PoolPart & { kindAt: number /** In view, of `count`. */; inView: number };

/** What is in view of an audience, and who may be named there. */
export type Sight = {
  lens: Lens;
  part: Part;
  audience: string;
  isKindIn: boolean[];
  isStratumIn: boolean[];
  /** By the code of a use. */
  names: boolean[];
};

export function sightOf(
  lens: Lens,
  audience: string,
  filter: Filter,
  reader: Reader,
): Sight | null {
  const part = lens.columns.parts.get(audience);
  return part
    ? {
        lens,
        part,
        audience,
        isKindIn: lens.columns.kinds.map((kind) => kindMatches(kind, filter)),
        isStratumIn: strataInView(filter, audience),
        names: namesByUse(reader),
      }
    : null;
}

export const isInSight = ({ isKindIn, isStratumIn }: Sight, kind: number, stratum: number) =>
  isKindIn[kind] === true && isStratumIn[stratum] === true;

/** The highest number that a State gave that may be named with it; 0 for a column of another kind. @param everywhere also out of view */
export function highestNumber(
  data: Dataset,
  sight: Sight,
  column: Column,
  everywhere: boolean,
): number {
  if (column.kind !== 'number') return 0;
  const { lens, audience, part, names } = sight;
  const { taken, kind, length } = lens.columns;
  const useAt = useAtOf(data.questionnaire, part, columnOf(part, column.id));
  let highest = 0;
  for (let place = 0; place < length; place += 1) {
    if (!taken[place]) continue;
    const stratum = stratumAt(lens, audience, place);
    if (!isSubmitted(stratum) || !names[useAt(place)]) continue;
    if (!everywhere && !isInSight(sight, kind[place] as number, stratum)) continue;
    const value = column.values[place] as number;
    if (Number.isFinite(value) && value > highest) highest = value;
  }
  return highest;
}

/** Everything that figures of a column tell of those in it who may not be named, kind by kind, wherever they stand. */
export function poolPartsOf(
  data: Dataset,
  sight: Sight,
  column: Column,
  question: AskedQuestion,
  cells: CellCount[],
  highest: number,
): KindPart[] {
  const { kinds } = data.columns;
  const keys = categoriesOf(column, question, highest).answers.map(({ key }) => key);
  const parts = new Map<number, KindPart>();
  for (const cell of cells) {
    if (sight.names[cell.use]) continue;
    const part = parts.get(cell.kind) ?? {
      kind: kinds[cell.kind] as KindPart['kind'],
      kindAt: cell.kind,
      count: 0,
      inView: 0,
      told: new Map<string, number>(),
    };
    parts.set(cell.kind, part);
    part.count += cell.all;
    if (isInSight(sight, cell.kind, cell.stratum)) part.inView += cell.all;
    const tell = (key: string, count: number) =>
      part.told.set(`${column.id} ${key}`, (part.told.get(`${column.id} ${key}`) ?? 0) + count);
    for (const [at, key] of keys.entries()) tell(key, cell.answer(at));
    tell('_no_answer', cell.empty);
    tell('_not_applicable', cell.notApplicable);
    // That a question was put at all tells what the answers were that its branch depends on.
    if (question.shownWhen) tell('_asked', cell.all - cell.notApplicable);
  }
  return [...parts.values()];
}

/** Of the units those that are in view as a whole. */
export const wholeUnits = <T extends KindPart>(units: T[][]): T[][] =>
  units.filter((unit) => unit.every(({ count, inView }) => count === inView));

/** The kinds whose States that may not be named are counted in this view. */
export const shownKinds = (data: Dataset, parts: KindPart[]): Set<number> =>
  new Set(wholeUnits(unitsOf(data, parts)).flatMap((unit) => unit.map(({ kindAt }) => kindAt)));

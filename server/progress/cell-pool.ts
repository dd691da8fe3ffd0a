/** Which States a column counts: those that may be named with it, and of the others the units that are wholly in view. Pure. */
import type { Kind, Part } from '../columns/round-columns.ts';
import type { Column } from '../questionnaire/columns.ts';
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import { ALL, APART, addUp, type CellTally } from './cell-tally.ts';
import { columnOf, namesByUse, useAtOf } from './cell-use.ts';
import type { Dataset, Filter } from './dataset.ts';
import type { Reader } from './disclosure.ts';
import { isSubmitted, kindMatches, type Lens, strataInView, strataOf } from './lens.ts';
import { type PoolPart, unitsOf } from './pool.ts';

/** States of one kind that may not be named, wherever they stand. */
export type KindPart = PoolPart & { kindAt: number };

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
  const strata = strataOf(lens, audience)();
  let highest = 0;
  for (let place = 0; place < length; place += 1) {
    if (!taken[place]) continue;
    const stratum = strata[place] as number;
    if (!isSubmitted(stratum) || !names[useAt(place)]) continue;
    if (!everywhere && !isInSight(sight, kind[place] as number, stratum)) continue;
    const value = column.values[place] as number;
    if (Number.isFinite(value) && value > highest) highest = value;
  }
  return highest;
}

/** Everything that figures of a column tell of those in it who may not be named, kind by kind, wherever they stand. */
export function poolPartsOf(
  { lens, names }: Pick<Sight, 'lens' | 'names'>,
  question: AskedQuestion,
  tally: CellTally,
): KindPart[] {
  const isHidden = (_stratum: number, use: number) => !names[use];
  return [...lens.columns.kinds].flatMap((kind: Kind, kindAt): KindPart[] => {
    const sums = new Float64Array(tally.width);
    addUp(tally, kindAt, isHidden, sums);
    const count = sums[ALL] as number;
    if (count === 0) return [];
    // That a question was put at all tells what the answers were that its branch depends on.
    const asked = question.shownWhen ? [count - (sums[APART] as number)] : [];
    return [{ kind, kindAt, count, told: [...sums.subarray(ALL + 1), ...asked] }];
  });
}

/** The units of a column for a reader. They are the same in every view, so they are worked out once for each state of the round. */
export function cellUnits(
  data: Dataset,
  sight: Sight,
  question: AskedQuestion,
  tally: CellTally,
): KindPart[][] {
  return once(tally, sight, '', () => unitsOf(data, poolPartsOf(sight, question, tally)));
}

/** By kind, how many of those who may not be named with the column are in view. */
export const hiddenInView =
  ({ isKindIn, isStratumIn, names }: Sight, tally: CellTally) =>
  (kindAt: number): number => {
    if (!isKindIn[kindAt]) return 0;
    const hidden = new Float64Array(tally.width);
    const holds = (stratum: number, use: number) => !names[use] && isStratumIn[stratum] === true;
    addUp(tally, kindAt, holds, hidden);
    return hidden[ALL] as number;
  };

const known = new WeakMap<object, Map<string, { version: number; units: KindPart[][] }>>();

/** What was worked out of a tally for readers who may name the same, as long as nothing changes. @param what else it depends on */
export function once(
  tally: object,
  { lens, names }: Pick<Sight, 'lens' | 'names'>,
  what: string,
  work: () => KindPart[][],
): KindPart[][] {
  const byNames = known.get(tally) ?? new Map<string, { version: number; units: KindPart[][] }>();
  known.set(tally, byNames);
  const key = `${names.join()} ${what}`;
  const found = byNames.get(key);
  const { version } = lens.columns;
  if (found?.version === version) return found.units;
  const units = work();
  byNames.set(key, { version, units });
  return units;
}

/** The kinds of the units that are in view as a whole. @param inView how many of a kind that may not be named are in view */
export const wholeKinds = (units: KindPart[][], inView: (kindAt: number) => number): Set<number> =>
  new Set(
    units
      .filter((unit) => unit.every(({ kindAt, count }) => inView(kindAt) === count))
      .flatMap((unit) => unit.map(({ kindAt }) => kindAt)),
  );

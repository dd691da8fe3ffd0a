/**
 * A filter as counting over columns sees it. States are alike for a filter that are of one kind and stand alike in an audience, so
 * counters are kept for each of these strata, and a filter only says which of them are in view. Pure.
 */
import {
  type Counter,
  detailAt,
  isLarge,
  type Kind,
  NOT_ASKED,
  NOT_STARTED,
  type RoundColumns,
  STANDINGS,
  SUBMITTED,
  standingOf,
} from '../columns/round-columns.ts';
import { type Dataset, type Filter, placesOf, TooMany } from './dataset.ts';

/** Counters over the columns, and what the strata tell apart besides kind and standing. */
export type Lens = {
  columns: RoundColumns;
  /** By audience, 1 where the State answered in the other rounds of the filter too; null for a filter that asks for none. */
  within: Map<string, Uint8Array> | null;
  counters: Map<string, Counter>;
};

/** Standing, and whether within: how strata of an audience are numbered. */
export const STRATA = 2 * STANDINGS;
export const standingIn = (stratum: number): number => stratum % STANDINGS;
const isWithin = (stratum: number): boolean => stratum >= STANDINGS;

/** The stratum of a place in an audience. */
export function stratumOf({ columns, within }: Lens, audience: string): (place: number) => number {
  const part = columns.parts.get(audience);
  const marks = within?.get(audience);
  if (!part) return () => NOT_ASKED;
  if (!marks) return (place) => part.standing[place] as number;
  return (place) => (part.standing[place] as number) + (marks[place] ? STANDINGS : 0);
}

/** The same by place, as they stand now: a loop over an array is several times as fast as one with a call in it. */
export function strataOf({ columns, within }: Lens, audience: string): Uint8Array {
  const standing = columns.parts.get(audience)?.standing ?? new Uint8Array(columns.room);
  const marks = within?.get(audience);
  return marks ? standing.map((one, place) => one + (marks[place] ? STANDINGS : 0)) : standing;
}

/** Lenses of filters that ask for other rounds: what these are is read with each page, so a lens lasts as long as that. */
const narrow = new WeakMap<object, Map<RoundColumns, Lens & { version: number }>>();

export function lensOf({ columns }: Pick<Dataset, 'columns'>, { answeredToo }: Filter): Lens {
  if (!answeredToo) return { columns, within: null, counters: columns.counters };
  const known = narrow.get(answeredToo) ?? new Map<RoundColumns, Lens & { version: number }>();
  narrow.set(answeredToo, known);
  const found = known.get(columns);
  if (found && found.version === columns.version) return found;
  const { version } = columns;
  const made = { columns, within: withinOf(columns, answeredToo), counters: new Map(), version };
  known.set(columns, made);
  return made;
}

function withinOf(
  columns: RoundColumns,
  answeredToo: Map<string, Set<string>>,
): Map<string, Uint8Array> {
  if (isLarge(columns)) throw new TooMany('it is not held who answered in a round of so many');
  const keys = placesOf(columns).map(
    (place) => [place, detailAt(columns, place).state._id] as const,
  );
  return new Map(
    [...columns.parts.keys()].map((audience) => {
      const marks = new Uint8Array(columns.length);
      for (const [place, key] of keys) marks[place] = Number(answeredToo.get(audience)?.has(key));
      return [audience, marks];
    }),
  );
}

/** Makes a counter that has counted nobody yet. */
type Make = () => Counter;

/** Of columns that figures are made from on trial: the counters that these lacked. */
const trials = new WeakMap<RoundColumns, Map<string, Make>>();

/** The counter of this name, made by going over all places once. On trial it counts nobody. */
export function counterOf<T extends Counter>(lens: Lens, name: string, make: () => T): T {
  const { columns, counters } = lens;
  const found = counters.get(name);
  if (found) return found as T;
  const made = make();
  const trial = counters === columns.counters ? trials.get(columns) : undefined;
  if (trial) trial.set(name, make);
  else {
    countPlaces(columns, made, 0, columns.length);
    counters.set(name, made);
  }
  return made;
}

export function countPlaces(
  { taken }: RoundColumns,
  counter: Counter,
  from: number,
  to: number,
): void {
  for (let place = from; place < to; place += 1) if (taken[place]) counter.count(place, 1);
}

/**
 * Does the work with the counters that are there, to learn which others it needs.
 * @returns what it made, and how each that was lacking is made; where one was, what it made has wrong figures and is to be thrown away
 */
export function onTrial<T>(
  columns: RoundColumns,
  work: () => T,
): { made: T; lacking: Map<string, Make> } {
  const lacking = new Map<string, Make>();
  trials.set(columns, lacking);
  try {
    return { made: work(), lacking };
  } finally {
    trials.delete(columns);
  }
}

/** Numbers by kind, as many for each. */
export type Table = {
  width: number;
  counts: Int32Array;
};
export const newTable = (width: number): Table => ({ width, counts: new Int32Array(8 * width) });

/** Where the numbers of a kind begin; room is made for a kind that is new. */
export function startOf(table: Table, kind: number): number {
  const start = kind * table.width;
  if (start + table.width > table.counts.length) {
    const more = new Int32Array(Math.max(2 * table.counts.length, start + table.width));
    more.set(table.counts);
    table.counts = more;
  }
  return start;
}

/** Whether a kind of States is in view at all. */
export const kindMatches = (kind: Kind, { region, group }: Filter): boolean =>
  (region === null || kind.region === region) && (group === null || kind.groups.has(group));

/** For each stratum of an audience whether it is in view; with a review state only what is submitted and in that state is. */
export function strataInView(filter: Filter, audience: string): boolean[] {
  const { review, answeredToo } = filter;
  return Array.from({ length: STRATA }, (_, stratum) => {
    const standing = standingIn(stratum);
    return (
      standing >= NOT_STARTED &&
      (!filter.audience || filter.audience === audience) &&
      (!answeredToo || isWithin(stratum)) &&
      (review === null || standing === standingOf(review))
    );
  });
}

export const isSubmitted = (stratum: number): boolean => standingIn(stratum) >= SUBMITTED;

/** Where those stand who were asked as an audience and are in view. */
export function placesInView(data: Dataset, audience: string, filter: Filter): number[] {
  const lens = lensOf(data, filter);
  const stratumAt = stratumOf(lens, audience);
  const isIn = strataInView(filter, audience);
  const isKindIn = data.columns.kinds.map((kind) => kindMatches(kind, filter));
  return placesOf(data.columns).filter(
    (place) => isIn[stratumAt(place)] && isKindIn[data.columns.kind[place] as number],
  );
}

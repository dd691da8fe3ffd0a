/**
 * A filter as counting over columns sees it. States are alike for a filter that are of one kind and stand alike in an audience, so
 * counters are kept for each of these strata, and a filter only says which of them are in view. Pure.
 */
import {
  type Counter,
  detailAt,
  grown,
  isLarge,
  type Kind,
  NOT_STARTED,
  type RoundColumns,
  STANDINGS,
  STRIDE,
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

/** The strata of an audience by place, as they are when it is asked: when the round grows it is another array. */
export function strataOf({ columns, within }: Lens, audience: string): () => Uint8Array {
  const part = columns.parts.get(audience);
  const marks = within?.get(audience);
  if (!part) return () => new Uint8Array(columns.room);
  if (!marks) return () => part.standing;
  // A lens with marks is of the round as it is now, and is not kept.
  const strata = part.standing.map((one, place) => one + (marks[place] ? STANDINGS : 0));
  return () => strata;
}

/** The places from `from` to `to`, at most STRIDE, as a list, until it is asked for the next one. */
export function listOf(from: number, to: number): Int32Array {
  for (let place = from; place < to; place += 1) list[place - from] = place;
  return list.subarray(0, to - from);
}
const list = new Int32Array(STRIDE);

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
    countPlaces(made, 0, columns.length);
    counters.set(name, made);
  }
  return made;
}

/** Counts all places from `from` to `to`. */
function countPlaces(counter: Counter, from: number, to: number): void {
  for (let at = from; at < to; at += STRIDE) counter.count(at, Math.min(at + STRIDE, to), 1);
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

/** Numbers by kind, as many for each, one kind after the other. */
export type Table = { width: number; counts: Int32Array };
export const newTable = (width: number): Table => ({ width, counts: new Int32Array(0) });

/** Its numbers, with room for each of so many kinds. */
export function countsOf(table: Table, kinds: number): Int32Array {
  const { width, counts } = table;
  if (kinds * width > counts.length)
    table.counts = grown(counts, new Int32Array(Math.max(2 * counts.length, kinds * width)));
  return table.counts;
}

/** The numbers of one kind. */
export const numbersOf = (table: Table, kind: number): Int32Array =>
  countsOf(table, kind + 1).subarray(kind * table.width, (kind + 1) * table.width);

/** Whether a kind of States is in view at all. */
export const kindMatches = (kind: Kind, { region, group }: Filter): boolean =>
  (region === null || kind.region === region) && (group === null || kind.groups.has(group));

/** For each stratum of an audience whether it is in view; with a review state only what is submitted and in that state is. */
export function strataInView(filter: Filter, audience: string): boolean[] {
  const { review, answeredToo } = filter;
  return Array.from({ length: STRATA }, (_, stratum) => {
    return (
      isAsked(stratum) &&
      (!filter.audience || filter.audience === audience) &&
      (!answeredToo || isWithin(stratum)) &&
      (review === null || standingIn(stratum) === standingOf(review))
    );
  });
}

export const isAsked = (stratum: number): boolean => standingIn(stratum) >= NOT_STARTED;
export const isSubmitted = (stratum: number): boolean => standingIn(stratum) >= SUBMITTED;

/** Where those stand who were asked as an audience and are in view. */
export function placesInView(data: Dataset, audience: string, filter: Filter): number[] {
  const lens = lensOf(data, filter);
  const strata = strataOf(lens, audience)();
  const isIn = strataInView(filter, audience);
  const isKindIn = data.columns.kinds.map((kind) => kindMatches(kind, filter));
  return placesOf(data.columns).filter(
    (place) => isIn[strata[place] as number] && isKindIn[data.columns.kind[place] as number],
  );
}

/** Who is in a crossing of two questions: whoever submitted to both, is in view, and may be counted. Pure. */
import { NOT_ASKED } from '../columns/round-columns.ts';
import { isInSight, type Sight, sightOf } from './cell-pool.ts';
import { columnOf, isPooledAt, useAtOf, usesOf } from './cell-use.ts';
import type { Dataset, Filter } from './dataset.ts';
import type { Reader } from './disclosure.ts';
import { isSubmitted, lensOf, STRATA, standingIn, strataOf } from './lens.ts';

export type Crowd = {
  /** In view, as the audiences of both. */
  asked: number;
  submitted: number;
  /** How many of these may be named with both. */
  named: number;
  /**
   * By kind, where those stand who may not be named with either, in view or not. Empty where somebody may be named with the one only:
   * then none of them is counted.
   */
  hidden: Map<number, Hidden>;
  /** In view, and submitted to both. */
  isIn(place: number): boolean;
  isNamed(place: number): boolean;
  /** May not be named behind a cell. */
  isPooled(place: number): boolean;
};

type Hidden = { places: number[]; inView: number };

/** A column of an audience. */
type Asked = { audience: string; column: { id: string } };

/** Places that are gone over at once: what is worked out of each of them stays close to the processor. */
const STRIDE = 8192;

/** @param count is told, bit by bit, where those stand who submitted, are in view, and may be named with both */
export function crowdOf(
  data: Dataset,
  pair: [Asked, Asked],
  filter: Filter,
  reader: Reader,
  count: (places: Int32Array) => void,
): Crowd {
  const [one, other] = pair.map((asked) => sideOf(data, asked, filter, reader)) as [Side, Side];
  // Across audiences nobody who may not be named is counted.
  const isOne = one.audience === other.audience;
  const { kind, kinds, length } = data.columns;
  const hidden = kinds.map((): Hidden => ({ places: [], inView: 0 }));
  let namedInAll = 0;
  let isSame = isOne;
  const [marks, others, both] = [newMarks(), newMarks(), newMarks()];
  const found = new Int32Array(STRIDE);
  const times = new Int32Array(2 * NAMED);
  for (let from = 0; from < length; from += STRIDE) {
    const to = Math.min(from + STRIDE, length);
    one.mark(from, to, marks);
    if (isOne) others.set(marks);
    else other.mark(from, to, others);
    one.addNames(from, to, marks);
    other.addNames(from, to, others);
    join(marks, others, to - from, both, times);
    const named = pick(both, isNamed, from, to, found);
    namedInAll += named;
    count(found.subarray(0, named));
    if (!isSame || !hasAny(times, isUnnamed)) continue;
    for (const place of found.subarray(0, pick(both, isUnnamed, from, to, found))) {
      const at = place - from;
      if (marks[at] !== others[at]) isSame = false;
      const of = hidden[kind[place] as number] as Hidden;
      of.places.push(place);
      if (((both[at] as number) & IN_VIEW) !== 0) of.inView += 1;
    }
  }
  const holds = (place: number, all: number): boolean =>
    (one.markAt(place) & other.markAt(place) & all) === all;
  return {
    asked: sumOf(times, IN_VIEW),
    submitted: sumOf(times, IN_VIEW + SAID),
    named: namedInAll,
    hidden: new Map([...hidden.entries()].filter(([, { places }]) => isSame && places.length > 0)),
    isIn: (place) => holds(place, IN_VIEW + SAID),
    isNamed: (place) => holds(place, NAMED),
    isPooled: (place) => one.isPooled(place) || other.isPooled(place),
  };
}

/** What holds at a place for one of the two questions; the mark of a place is the sum. */
const ASKED = 1;
const IN_VIEW = 2;
/** Has submitted. */
const SAID = 4;
/** The reader may see the State named with the answer. */
const NAMED = 8;

/** By mark, 1 where of these parts just these hold. */
const where = (parts: number, holding: number): Uint8Array =>
  Uint8Array.from({ length: 2 * NAMED }, (_, mark) => Number((mark & parts) === holding));
const isNamed = where(IN_VIEW + SAID + NAMED, IN_VIEW + SAID + NAMED);
const isUnnamed = where(SAID + NAMED, SAID);

/** Of so many places of each mark, how many have all these parts. */
const sumOf = (times: Int32Array, parts: number): number =>
  times.reduce((sum, count, mark) => ((mark & parts) === parts ? sum + count : sum), 0);

const hasAny = (times: Int32Array, wanted: Uint8Array): boolean =>
  times.some((count, mark) => count > 0 && wanted[mark] === 1);

const newMarks = () => new Uint8Array(STRIDE);

type Side = {
  audience: string;
  /** Writes the marks of the places from `from` to `to`, without who may be named. */
  mark(from: number, to: number, into: Uint8Array): void;
  addNames(from: number, to: number, into: Uint8Array): void;
  markAt(place: number): number;
  isPooled(place: number): boolean;
};

function sideOf(
  data: Dataset,
  { audience, column: { id } }: Asked,
  filter: Filter,
  reader: Reader,
): Side {
  const { questionnaire } = data;
  const lens = lensOf(data, filter);
  const sight = sightOf(lens, audience, filter, reader);
  if (!sight) throw new Error(`there is no audience ${audience}`);
  const { part, names } = sight;
  const { kind } = lens.columns;
  const byStratum = marksByStratum(sight);
  const strata = strataOf(lens, audience);
  const byUse = Uint8Array.from(names, (may) => (may ? NAMED : 0));
  const isOpen = names.every(Boolean);
  const column = columnOf(part, id);
  const usesIn = usesOf(questionnaire, part, column());
  const useAt = useAtOf(questionnaire, part, column);
  const uses = new Uint8Array(STRIDE);
  return {
    audience,
    mark: (from, to, into) => lookUp(kind, strata, byStratum, from, to, into),
    addNames(from, to, into) {
      // It is in the marks already.
      if (isOpen) return;
      usesIn(from, to, uses);
      addEach(uses, byUse, to - from, into);
    },
    markAt: (place) =>
      (byStratum[(kind[place] as number) * STRATA + (strata[place] as number)] as number) |
      (byUse[useAt(place)] as number),
    isPooled: isPooledAt(questionnaire, part, id, reader),
  };
}

/** By kind and stratum; the names are in it where the reader may see all. */
function marksByStratum(sight: Sight): Uint8Array {
  const named = sight.names.every(Boolean) ? NAMED : 0;
  return Uint8Array.from({ length: sight.isKindIn.length * STRATA }, (_, at) => {
    const stratum = at % STRATA;
    if (standingIn(stratum) === NOT_ASKED) return 0;
    const inView = isInSight(sight, Math.floor(at / STRATA), stratum) ? IN_VIEW : 0;
    return ASKED + inView + named + (isSubmitted(stratum) ? SAID : 0);
  });
}

// A million places go through each of these. They take nothing from around them, and have no `if` that a processor would guess wrong
// for every other place: it makes them five times as fast.

function lookUp(
  kind: Uint16Array,
  strata: Uint8Array,
  byStratum: Uint8Array,
  from: number,
  to: number,
  into: Uint8Array,
): void {
  for (let place = from; place < to; place += 1)
    into[place - from] = byStratum[
      (kind[place] as number) * STRATA + (strata[place] as number)
    ] as number;
}

function addEach(uses: Uint8Array, byUse: Uint8Array, count: number, into: Uint8Array): void {
  for (let at = 0; at < count; at += 1)
    into[at] = (into[at] as number) | (byUse[uses[at] as number] as number);
}

/** @param times is told how often each mark was met */
function join(
  marks: Uint8Array,
  others: Uint8Array,
  count: number,
  into: Uint8Array,
  times: Int32Array,
): void {
  for (let at = 0; at < count; at += 1) {
    const both = (marks[at] as number) & (others[at] as number);
    into[at] = both;
    times[both] = (times[both] as number) + 1;
  }
}

/** Finds the places whose mark is wanted. @returns how many */
function pick(
  marks: Uint8Array,
  wanted: Uint8Array,
  from: number,
  to: number,
  into: Int32Array,
): number {
  let found = 0;
  for (let at = 0; at < to - from; at += 1) {
    // Stays only where it is wanted: the next one is written over it.
    into[found] = from + at;
    found += wanted[marks[at] as number] as number;
  }
  return found;
}

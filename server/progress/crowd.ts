/** Who is in a crossing of two questions: whoever submitted to both, is in view, and may be counted. Pure. */
import { NOT_ASKED } from '../columns/round-columns.ts';
import { isInSight, type Sight, sightOf } from './cell-pool.ts';
import { columnOf, isPooledAt, namedAtOf, useAtOf } from './cell-use.ts';
import type { Dataset, Filter } from './dataset.ts';
import type { Reader } from './disclosure.ts';
import { isSubmitted, lensOf, STRATA, standingIn, strataOf } from './lens.ts';
import { STRIDE } from './patterns.ts';

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

/** @param add is told, bit by bit, where those stand who submitted, are in view, and may be named with both */
export function crowdOf(
  data: Dataset,
  pair: [Asked, Asked],
  filter: Filter,
  reader: Reader,
  add: (places: Int32Array) => void,
): Crowd {
  const [one, other] = pair.map((asked) => halfOf(data, asked, filter, reader)) as [Half, Half];
  const isOne = one.audience === other.audience;
  const { kind, kinds, length } = data.columns;
  const hidden = kinds.map((): Hidden => ({ places: [], inView: 0 }));
  let namedInAll = 0;
  let isSame = isOne;
  const [marks, others, both, byOne, byOther] = [0, 1, 2, 3, 4].map(
    () => new Uint8Array(STRIDE),
  ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const [found, named] = [new Int32Array(STRIDE), new Int32Array(STRIDE)];
  const counts = new Int32Array(2);
  // Across audiences nobody who may not be named is counted, so that nobody out of view matters.
  const wanted = where(isOne ? SAID : IN_VIEW + SAID);
  const sieve = {
    ...{ both, counts, found, wanted },
    ...{ isAsked: where(IN_VIEW), hasSaid: where(IN_VIEW + SAID) },
  };
  for (let from = 0; from < length; from += STRIDE) {
    const to = Math.min(from + STRIDE, length);
    one.mark(from, to, marks);
    if (!isOne) other.mark(from, to, others);
    const said = found.subarray(0, sift(marks, isOne ? marks : others, from, to, sieve));
    one.name(said, byOne);
    other.name(said, byOther);
    const count = pickNamed(said, both, from, byOne, byOther, named);
    namedInAll += count;
    add(named.subarray(0, count));
    for (let at = 0; isSame && at < said.length; at += 1) {
      if (byOne[at] !== byOther[at]) isSame = false;
      if (byOne[at] === 1) continue;
      const place = said[at] as number;
      const of = hidden[kind[place] as number] as Hidden;
      of.places.push(place);
      if (((both[place - from] as number) & IN_VIEW) !== 0) of.inView += 1;
    }
  }
  const holds = (place: number, all: number): boolean =>
    (one.markAt(place) & other.markAt(place) & all) === all;
  return {
    asked: counts[0] ?? 0,
    submitted: counts[1] ?? 0,
    named: namedInAll,
    hidden: new Map([...hidden.entries()].filter(([, { places }]) => isSame && places.length > 0)),
    isIn: (place) => holds(place, IN_VIEW + SAID),
    isNamed: (place) => one.isNamed(place) && other.isNamed(place),
    isPooled: (place) => one.isPooled(place) || other.isPooled(place),
  };
}

/** What holds at a place for one of the two questions; the mark of a place is the sum. */
const ASKED = 1;
const IN_VIEW = 2;
/** Has submitted. */
const SAID = 4;

/** By mark, 1 where all these parts hold. */
const where = (parts: number): Uint8Array =>
  Uint8Array.from({ length: 2 * SAID }, (_, mark) => Number((mark & parts) === parts));

/** One of the two questions, as its audience answered it. */
type Half = {
  audience: string;
  /** Writes the marks of the places from `from` to `to`. */
  mark(from: number, to: number, into: Uint8Array): void;
  markAt(place: number): number;
  /** Writes for each of the places 1 where the reader may see the State named with the answer. */
  name(places: Int32Array, into: Uint8Array): void;
  isNamed(place: number): boolean;
  /** May not be named, by all that it has said. */
  isPooled(place: number): boolean;
};

function halfOf(
  data: Dataset,
  { audience, column: { id } }: Asked,
  filter: Filter,
  reader: Reader,
): Half {
  const { questionnaire } = data;
  const lens = lensOf(data, filter);
  const sight = sightOf(lens, audience, filter, reader);
  if (!sight) throw new Error(`there is no audience ${audience}`);
  const { part, names } = sight;
  const { kind } = lens.columns;
  const byStratum = marksByStratum(sight);
  const strata = strataOf(lens, audience);
  const column = columnOf(part, id);
  const useAt = useAtOf(questionnaire, part, column);
  const named = namedAtOf(questionnaire, part, column(), names);
  const isOpen = names.every(Boolean);
  return {
    audience,
    mark: (from, to, into) => lookUp(kind, strata, byStratum, from, to, into),
    markAt: (place) =>
      byStratum[(kind[place] as number) * STRATA + (strata[place] as number)] as number,
    name: isOpen ? (_, into) => into.fill(1) : named,
    isNamed: (place) => names[useAt(place)] === true,
    isPooled: isPooledAt(questionnaire, part, id, reader),
  };
}

/** By kind and stratum. */
function marksByStratum(sight: Sight): Uint8Array {
  return Uint8Array.from({ length: sight.isKindIn.length * STRATA }, (_, at) => {
    const stratum = at % STRATA;
    if (standingIn(stratum) === NOT_ASKED) return 0;
    const inView = isInSight(sight, Math.floor(at / STRATA), stratum) ? IN_VIEW : 0;
    return ASKED + inView + (isSubmitted(stratum) ? SAID : 0);
  });
}

// A million places go through each of these. Their loops take nothing from around them, and have no `if` that a processor would guess
// wrong for every other place: it makes them several times as fast.

function lookUp(
  kind: Uint16Array,
  strata: Uint8Array,
  byStratum: Uint8Array,
  from: number,
  to: number,
  into: Uint8Array,
): void {
  const width = STRATA;
  for (let place = from; place < to; place += 1)
    into[place - from] = byStratum[
      (kind[place] as number) * width + (strata[place] as number)
    ] as number;
}

type Sieve = {
  /** What holds for both questions. */
  both: Uint8Array;
  /** So many are asked and in view, and so many of these have submitted. */
  counts: Int32Array;
  /** By mark, 1 for those that are. */
  isAsked: Uint8Array;
  hasSaid: Uint8Array;
  /** By mark, 1 for those to be found. */
  wanted: Uint8Array;
  found: Int32Array;
};

/** @returns how many are found */
function sift(
  marks: Uint8Array,
  others: Uint8Array,
  from: number,
  to: number,
  { both, counts, isAsked, hasSaid, wanted, found }: Sieve,
): number {
  let [asked, submitted, length] = [0, 0, 0];
  for (let at = 0; at < to - from; at += 1) {
    const mark = (marks[at] as number) & (others[at] as number);
    both[at] = mark;
    asked += isAsked[mark] as number;
    submitted += hasSaid[mark] as number;
    // Stays only where it is wanted: the next one is written over it.
    found[length] = from + at;
    length += wanted[mark] as number;
  }
  counts[0] = (counts[0] as number) + asked;
  counts[1] = (counts[1] as number) + submitted;
  return length;
}

/** Of these places those that are in view and named on both sides. @returns how many */
function pickNamed(
  places: Int32Array,
  marks: Uint8Array,
  from: number,
  byOne: Uint8Array,
  byOther: Uint8Array,
  into: Int32Array,
): number {
  const view = IN_VIEW;
  let found = 0;
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] as number;
    into[found] = place;
    const isInView = Number(((marks[place - from] as number) & view) !== 0);
    found += (byOne[at] as number) & (byOther[at] as number) & isInView;
  }
  return found;
}

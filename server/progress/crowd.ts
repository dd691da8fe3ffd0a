/** Who is in a crossing of two questions: whoever submitted to both, is in view, and may be counted. Pure. */
import { type RoundColumns, STRIDE } from '../columns/round-columns.ts';
import { isInSight, sightOf } from './cell-pool.ts';
import { columnOf, isPooledAt, nameOfColumn } from './cell-use.ts';
import type { Dataset, Filter } from './dataset.ts';
import type { Reader } from './disclosure.ts';
import { isSubmitted, lensOf } from './lens.ts';
import { type Peers, peersOf } from './peers.ts';

export type Crowd = {
  /** In view, as the audiences of both. */
  asked: number;
  submitted: number;
  /** How many of these may be named with both. */
  named: number;
  /** Both questions are of one audience, and nobody may be named with the one of them and not with the other. */
  isSame: boolean;
  /** Tells `add` of those of these kinds who are in view and may not be named with either. @returns how many they are */
  addHidden(kinds: ReadonlySet<number>): number;
  /** In view, and submitted to both. */
  isIn(place: number): boolean;
  isNamed(place: number): boolean;
  /** May not be named behind a cell. */
  isPooled(place: number): boolean;
};

/** A column of an audience. */
type Asked = { audience: string; column: { id: string } };

type Add = (places: Int32Array) => void;

/** @param add is told, bit by bit, where those stand who submitted, are in view, and may be named with both */
export function crowdOf(
  data: Dataset,
  pair: [Asked, Asked],
  filter: Filter,
  reader: Reader,
  add: Add,
): Crowd {
  const [one, other] = pair.map((asked) => halfOf(data, asked, filter, reader)) as [Half, Half];
  const meet = one.audience === other.audience ? ofOne : ofTwo;
  let named = 0;
  const met = meet(one, other, data.columns, (places) => {
    named += places.length;
    add(places);
  });
  return {
    ...met,
    named,
    isIn: (place) => one.isIn(place) && other.isIn(place),
    isNamed: (place) => one.isNamed(place) && other.isNamed(place),
    isPooled: (place) => one.isPooled(place) || other.isPooled(place),
  };
}

type Met = Omit<Crowd, 'named' | 'isIn' | 'isNamed' | 'isPooled'>;
type Round = Pick<RoundColumns, 'length' | 'kind' | 'kinds'>;

/** What is said of those who are alike. */
const WANTED = 1;
/** Of each of them it is to be asked whether it is wanted. */
const OPEN = 2;
/** May be wanted, as it turns out. */
const HIDDEN = 4;

/** Where those stand who were found last. */
const wanted = new Int32Array(STRIDE);
const open = new Int32Array(STRIDE);
const hidden = new Int32Array(STRIDE);
/** In view in both audiences. */
const both = new Int32Array(STRIDE);

/** Two questions of one audience. */
function ofOne(one: Half, other: Half, columns: Round, add: Add): Met {
  const { peers } = one;
  const { length, kind } = columns;
  type Role = 'silent' | 'open' | 'named' | 'hidden' | 'different';
  const roleOf = (of: Peers): Role => {
    if (!isSubmitted(of.stratum)) return 'silent';
    const [first, second] = [one.areNamed(of), other.areNamed(of)];
    if (first === null || second === null) return 'open';
    if (first !== second) return 'different';
    return first ? 'named' : 'hidden';
  };
  const all = peers.all().map((group) => ({ ...group, role: roleOf(group.peers) }));
  const seen = all.filter((group) => one.isInView(group.peers));
  const sum = (groups: typeof all) => groups.reduce((total, { count }) => total + count, 0);
  let isSame = all.every(({ role }) => role !== 'different');

  const numbers = peers.numbers();
  const isIn = peers.table((of) => Number(one.isInView(of)));
  const bits: Record<Role, number> = {
    ...{ silent: 0, different: 0 },
    ...{ open: OPEN, named: WANTED, hidden: HIDDEN },
  };
  const inView = peers.table((of) => Number(one.isInView(of)) * bits[roleOf(of)]);
  // As long as it may be that nobody is named with the one only, those out of view are asked as well.
  const wherever = peers.table((of) =>
    roleOf(of) === 'open' ? OPEN : Number(one.isInView(of)) * bits[roleOf(of)],
  );
  /** In view, and may not be named with both: most of them at once, and those who were asked by themselves. */
  const unnamed = new Int32Array(sum(seen.filter(({ role }) => role === 'hidden')));
  const askedOnes: number[] = [];
  let unnamedCount = 0;
  for (let from = 0; from < length; from += STRIDE) {
    const table = isSame ? wherever : inView;
    const found = sieve(table, numbers, from, Math.min(from + STRIDE, length));
    unnamed.set(hidden.subarray(0, found.hidden), unnamedCount);
    unnamedCount += found.hidden;
    add(wanted.subarray(0, found.wanted));
    const places = open.subarray(0, found.open);
    const [byOne, byOther] = [one.name(places), other.name(places)];
    let count = 0;
    for (let n = 0; n < places.length; n += 1) {
      const place = places[n] as number;
      if (byOne[n] !== byOther[n]) isSame = false;
      if (!isIn[numbers[place] as number]) continue;
      if (byOne[n] && byOther[n]) wanted[count++] = place;
      else askedOnes.push(place);
    }
    add(wanted.subarray(0, count));
  }
  return {
    asked: sum(seen),
    submitted: sum(seen.filter(({ role }) => role !== 'silent')),
    isSame,
    addHidden(kinds) {
      const isOf = Uint8Array.from(columns.kinds, (_, at) => Number(kinds.has(at)));
      const places = [unnamed, Int32Array.from(askedOnes)].map((all) => ofKinds(all, kind, isOf));
      for (const some of places) add(some);
      return places.reduce((total, some) => total + some.length, 0);
    },
  };
}

/** What holds of peers for one of two questions; what they have is the sum. */
const IN_VIEW = 1;
const SAID = 2;
const NAMED = 4;
/** May be named, or some of them. */
const PERHAPS = 8;

/** Of two audiences: nobody is counted who may not be named. */
function ofTwo(one: Half, other: Half, { length }: Round, add: Add): Met {
  const met = { asked: 0, submitted: 0 };
  const [first, second] = [one, other].map((half) => ({
    numbers: half.peers.numbers(),
    table: half.peers.table((of) => {
      const areNamed = half.areNamed(of);
      return (
        Number(half.isInView(of)) * IN_VIEW +
        Number(isSubmitted(of.stratum)) * SAID +
        Number(areNamed === true) * NAMED +
        Number(areNamed !== false) * PERHAPS
      );
    }),
  })) as [Side, Side];
  const bitsAt = ({ numbers, table }: Side, place: number) =>
    table[numbers[place] as number] as number;
  for (let from = 0; from < length; from += STRIDE) {
    const count = meet(first, second, from, Math.min(from + STRIDE, length));
    met.asked += count;
    let [wantedCount, openCount] = [0, 0];
    for (let n = 0; n < count; n += 1) {
      const place = both[n] as number;
      const bits = bitsAt(first, place) & bitsAt(second, place);
      if ((bits & SAID) === 0) continue;
      met.submitted += 1;
      if ((bits & NAMED) !== 0) wanted[wantedCount++] = place;
      else if ((bits & PERHAPS) !== 0) open[openCount++] = place;
    }
    add(wanted.subarray(0, wantedCount));
    const places = open.subarray(0, openCount);
    const [byOne, byOther] = [one.name(places), other.name(places)];
    add(places.filter((_, n) => byOne[n] && byOther[n]));
  }
  return { ...met, isSame: false, addHidden: () => 0 };
}

/** One of the two questions, as its audience answered it. */
type Half = {
  audience: string;
  peers: ReturnType<typeof peersOf>;
  isInView(peers: Peers): boolean;
  /** Whether they may be named with the answer; null where some may and some may not. */
  areNamed(peers: Peers): boolean | null;
  /** 1 for each of the places, at most STRIDE, where the State may be named with the answer; until it is asked again. */
  name(places: Int32Array): Uint8Array;
  isNamed(place: number): boolean;
  /** In view and submitted. */
  isIn(place: number): boolean;
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
  const { part } = sight;
  const names = nameOfColumn(questionnaire, part, columnOf(part, id), sight.names);
  const peers = peersOf(lens, audience);
  const isInView = ({ kind, stratum }: Peers) => isInSight(sight, kind, stratum);
  const numbers = peers.numbers();
  const isIn = peers.table((of) => Number(isInView(of) && isSubmitted(of.stratum)));
  const named = new Uint8Array(STRIDE);
  return {
    ...{ audience, peers, isInView },
    areNamed: names.ofAll,
    name(places) {
      names.of(places, named);
      return named;
    },
    isNamed: names.at,
    isIn: (place) => isIn[numbers[place] as number] === 1,
    isPooled: isPooledAt(questionnaire, part, id, reader),
  };
}

type Side = { numbers: Uint32Array; table: Uint8Array };

// A million places go through each of these. Their loops take nothing from around them, and have no `if` that a processor would guess
// wrong for every other place: it makes them several times as fast.

/** @returns how many of each were found */
function sieve(table: Uint8Array, numbers: Uint32Array, from: number, to: number) {
  const [yes, ask, perhaps] = [wanted, open, hidden];
  let [wantedCount, openCount, hiddenCount] = [0, 0, 0];
  for (let place = from; place < to; place += 1) {
    const is = table[numbers[place] as number] as number;
    // Stays only where it is one of them: the next one is written over it.
    yes[wantedCount] = place;
    wantedCount += is & 1;
    ask[openCount] = place;
    openCount += (is >> 1) & 1;
    perhaps[hiddenCount] = place;
    hiddenCount += is >> 2;
  }
  return { wanted: wantedCount, open: openCount, hidden: hiddenCount };
}

/** Those of the places where a State of one of the kinds is. @param isOf by kind, 1 for these */
function ofKinds(places: Int32Array, kind: Uint16Array, isOf: Uint8Array): Int32Array {
  const into = new Int32Array(places.length + 1);
  let count = 0;
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] as number;
    into[count] = place;
    count += isOf[kind[place] as number] as number;
  }
  return into.subarray(0, count);
}

/** Finds who is in view in both audiences, few as a rule. @returns how many they are */
function meet(one: Side, other: Side, from: number, to: number): number {
  const { numbers, table } = one;
  const { numbers: otherNumbers, table: otherTable } = other;
  const [into, inView] = [both, IN_VIEW];
  let count = 0;
  for (let place = from; place < to; place += 1) {
    into[count] = place;
    count +=
      (table[numbers[place] as number] as number) &
      (otherTable[otherNumbers[place] as number] as number) &
      inView;
  }
  return count;
}

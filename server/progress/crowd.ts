/** Who is in a crossing of two questions: whoever submitted to both, is in view, and may be counted. Pure. */
import { type RoundColumns, STRIDE } from '../columns/round-columns.ts';
import { type Asked, type Half, halfOf } from './crowd-half.ts';
import type { Dataset, Filter } from './dataset.ts';
import type { Reader } from './disclosure.ts';
import { isSubmitted } from './lens.ts';
import type { Peers } from './peers.ts';

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
  let named = 0;
  const tell = (places: Int32Array): void => {
    named += places.length;
    add(places);
  };
  const met =
    one.audience === other.audience
      ? ofOne(one, other, data.columns, tell)
      : ofTwo(one, other, tell);
  return {
    ...met,
    named,
    isIn: (place) => one.isIn(place) && other.isIn(place),
    isNamed: (place) => one.isNamed(place) && other.isNamed(place),
    isPooled: (place) => one.isPooled(place) || other.isPooled(place),
  };
}

type Met = Omit<Crowd, 'named' | 'isIn' | 'isNamed' | 'isPooled'>;
type Round = Pick<RoundColumns, 'kind' | 'kinds'>;

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
const others = new Int32Array(STRIDE);
/** In view in both audiences. */
const both = new Int32Array(STRIDE);

/** Two questions of one audience. */
function ofOne(one: Half, other: Half, columns: Round, add: Add): Met {
  const { peers } = one;
  const { kind } = columns;
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

  const [numbers, members] = [peers.numbers(), peers.members()];
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
  /** In view, and may not be named with both. */
  const aside: Int32Array[] = [];
  for (let from = 0; from < members.length; from += STRIDE) {
    const table = isSame ? wherever : inView;
    const found = sieve(table, numbers, members.subarray(from, from + STRIDE));
    add(wanted.subarray(0, found.wanted));
    if (found.hidden > 0) aside.push(hidden.slice(0, found.hidden));
    const places = open.subarray(0, found.open);
    const asked = settle(places, one.name(places), other.name(places), isIn, numbers);
    if (asked.differ > 0) isSame = false;
    add(wanted.subarray(0, asked.wanted));
    if (asked.hidden > 0) aside.push(hidden.slice(0, asked.hidden));
  }
  return {
    asked: sum(seen),
    submitted: sum(seen.filter(({ role }) => role !== 'silent')),
    isSame,
    addHidden(kinds) {
      const isOf = Uint8Array.from(columns.kinds, (_, at) => Number(kinds.has(at)));
      let total = 0;
      for (const places of aside) {
        const count = ofKinds(places, kind, isOf);
        add(wanted.subarray(0, count));
        total += count;
      }
      return total;
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
function ofTwo(one: Half, other: Half, add: Add): Met {
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
  // Whoever is in both is in either list, so the shorter one will do.
  const lists = [one.peers.members(), other.peers.members()] as const;
  const members = lists[0].length < lists[1].length ? lists[0] : lists[1];
  for (let from = 0; from < members.length; from += STRIDE) {
    const count = meet(first, second, members.subarray(from, from + STRIDE));
    const found = sortBoth(first, second, count);
    met.asked += count;
    met.submitted += found.submitted;
    add(wanted.subarray(0, found.wanted));
    const places = open.subarray(0, found.open);
    const [byOne, byOther] = [one.name(places), other.name(places)];
    add(places.filter((_, n) => byOne[n] && byOther[n]));
  }
  return { ...met, isSame: false, addHidden: () => 0 };
}

type Side = { numbers: Uint32Array; table: Uint8Array };

// A million places go through each of these. Their loops take nothing from around them, and have no `if` that a processor would guess
// wrong for every other place: it makes them several times as fast.

/** @returns how many of each were found */
function sieve(table: Uint8Array, numbers: Uint32Array, members: Int32Array) {
  const [yes, rest] = [wanted, others];
  let [wantedCount, count] = [0, 0];
  for (let at = 0; at < members.length; at += 1) {
    const place = members[at] as number;
    const is = table[numbers[place] as number] as number;
    // Stays only where it is one of them: the next one is written over it.
    yes[wantedCount] = place;
    wantedCount += is & 1;
    rest[count] = place;
    count += Number(is > 1);
  }
  return { wanted: wantedCount, ...sort(table, numbers, count) };
}

/** The few who were found besides. */
function sort(table: Uint8Array, numbers: Uint32Array, count: number) {
  const [from, ask, perhaps] = [others, open, hidden];
  let [openCount, hiddenCount] = [0, 0];
  for (let at = 0; at < count; at += 1) {
    const place = from[at] as number;
    const is = table[numbers[place] as number] as number;
    ask[openCount] = place;
    openCount += (is >> 1) & 1;
    perhaps[hiddenCount] = place;
    hiddenCount += is >> 2;
  }
  return { open: openCount, hidden: hiddenCount };
}

/**
 * Those who were asked by themselves, of whom some are in view.
 * @param byOne 1 where they may be named with the one question. @param byOther with the other. @returns how many of each
 */
function settle(
  places: Int32Array,
  byOne: Uint8Array,
  byOther: Uint8Array,
  isIn: Uint8Array,
  numbers: Uint32Array,
) {
  const [yes, no] = [wanted, hidden];
  let [wantedCount, hiddenCount, differ] = [0, 0, 0];
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] as number;
    const inView = isIn[numbers[place] as number] as number;
    const named = (byOne[at] as number) & (byOther[at] as number);
    differ += (byOne[at] as number) ^ (byOther[at] as number);
    yes[wantedCount] = place;
    wantedCount += inView & named;
    no[hiddenCount] = place;
    hiddenCount += inView & ~named;
  }
  return { wanted: wantedCount, hidden: hiddenCount, differ };
}

/** Finds those of the places where a State of one of the kinds is. @param isOf by kind, 1 for these. @returns how many they are */
function ofKinds(places: Int32Array, kind: Uint16Array, isOf: Uint8Array): number {
  const into = wanted;
  let count = 0;
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] as number;
    into[count] = place;
    count += isOf[kind[place] as number] as number;
  }
  return count;
}

/** Finds who is in view in both audiences, few as a rule. @returns how many they are */
function meet(one: Side, other: Side, members: Int32Array): number {
  const { numbers, table } = one;
  const { numbers: otherNumbers, table: otherTable } = other;
  const [into, inView] = [both, IN_VIEW];
  let count = 0;
  for (let at = 0; at < members.length; at += 1) {
    const place = members[at] as number;
    into[count] = place;
    count +=
      (table[numbers[place] as number] as number) &
      (otherTable[otherNumbers[place] as number] as number) &
      inView;
  }
  return count;
}

/** Who of those that were met submitted to both, and may be named with both, or may be. @returns how many of each */
function sortBoth(one: Side, other: Side, count: number) {
  const { numbers, table } = one;
  const { numbers: otherNumbers, table: otherTable } = other;
  const [from, yes, ask] = [both, wanted, open];
  let [submitted, wantedCount, openCount] = [0, 0, 0];
  for (let at = 0; at < count; at += 1) {
    const place = from[at] as number;
    const is =
      (table[numbers[place] as number] as number) &
      (otherTable[otherNumbers[place] as number] as number);
    const said = (is >> 1) & 1;
    const named = said & (is >> 2);
    submitted += said;
    yes[wantedCount] = place;
    wantedCount += named;
    ask[openCount] = place;
    openCount += said & ~named & (is >> 3);
  }
  return { submitted, wanted: wantedCount, open: openCount };
}

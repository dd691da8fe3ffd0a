/**
 * The States of an audience that are alike in all that decides who is in view and who may be named: of one kind, in one stratum, of
 * one use of their answers. Each place has the number of its peers, so that this is asked once of them all and not of each of a million. Pure.
 */
import { type Counter, grown, STRIDE } from '../columns/round-columns.ts';
import { USES } from '../responses/response.ts';
import { counterOf, isAsked, type Lens, STRATA, strataOf } from './lens.ts';
import { numbering } from './numbering.ts';

export type Peers = {
  kind: number;
  stratum: number;
  /** Of all their answers; a place among USES. */
  use: number;
  /** Whether they said something else of single answers, each of its own. */
  saysMore: boolean;
};

type PeersTally = Counter & {
  /** With how many they are. */
  all(): { peers: Peers; count: number }[];
  /** By place, the number of its peers, until the round changes; 0 where nobody is counted. As long as there is room for places. */
  numbers(): Uint32Array;
  /** The places of all who are asked, in order but for who came late, and of some who are asked no more; until the round changes. */
  members(): Int32Array;
  /** By these numbers, what is said of the peers; 0 of nobody. @param of below 256 */
  table(of: (peers: Peers) => number): Uint8Array;
};

export const peersOf = (lens: Lens, audience: string): PeersTally =>
  counterOf(lens, `peers ${audience}`, () => newPeers(lens, audience));

function newPeers(lens: Lens, audience: string): PeersTally {
  const { columns } = lens;
  const part = columns.parts.get(audience);
  if (!part) throw new Error(`there is no audience ${audience}`);
  const strata = strataOf(lens, audience);
  const codes = numbering([
    { width: STRATA, write: (from, to, into) => into.set(strata().subarray(from, to)) },
    { width: USES.length, write: (from, to, into) => into.set(part.use.subarray(from, to)) },
    { width: 2, write: (from, to, into) => findSaying(part.marked, from, to, into) },
  ]);
  const all: Peers[] = [];
  const learn = (): void => {
    while (all.length < codes.count()) {
      const [kind = 0, stratum = 0, use = 0, saysMore = 0] = codes.of(all.length);
      all.push({ kind, stratum, use, saysMore: saysMore === 1 });
    }
  };
  let numbers = new Uint32Array(0);
  let counts = new Int32Array(0);
  let members = new Int32Array(0);
  let isListed = new Uint8Array(0);
  let length = 0;
  const makeRoom = (): void => {
    if (numbers.length >= columns.room) return;
    numbers = grown(numbers, new Uint32Array(columns.room));
    isListed = grown(isListed, new Uint8Array(columns.room));
    // The last one is written to when the list is full.
    members = grown(members, new Int32Array(columns.room + 1));
  };
  return {
    count(from, to, by) {
      if (by > 0) {
        codes.find(columns.kind, columns.kinds.length, from, to, found);
        learn();
        makeRoom();
        if (counts.length <= all.length) counts = grown(counts, new Int32Array(2 * all.length + 1));
        put(numbers, counts, from, to);
        length = enlist(strata(), isListed, members, length, from, to);
      } else take(numbers, counts, from, to);
    },
    all: () =>
      all
        .map((peers, at) => ({ peers, count: counts[at + 1] ?? 0 }))
        .filter(({ count }) => count > 0),
    numbers() {
      makeRoom();
      return numbers;
    },
    members: () => members.subarray(0, length),
    table: (of) => Uint8Array.from([0, ...all.map(of)]),
  };
}

/** By stratum, 1 where somebody is asked. */
const ASKED = Uint8Array.from({ length: STRATA }, (_, stratum) => Number(isAsked(stratum)));

/** Adds whoever is asked and is not in the list yet. @returns its new length */
function enlist(
  strata: Uint8Array,
  isListed: Uint8Array,
  members: Int32Array,
  length: number,
  from: number,
  to: number,
): number {
  const asked = ASKED;
  let end = length;
  for (let place = from; place < to; place += 1) {
    // Stays only where it is a new one: the next one is written over it.
    members[end] = place;
    const isNew = (asked[strata[place] as number] as number) & ~(isListed[place] as number);
    end += isNew;
    isListed[place] = (isListed[place] as number) | isNew;
  }
  return end;
}

/** What the places that are counted just now have as a number, less one. */
const found = new Int32Array(STRIDE);

function findSaying(marked: Uint32Array, from: number, to: number, into: Uint8Array): void {
  for (let place = from; place < to; place += 1) into[place - from] = Number(marked[place] !== 0);
}

function put(numbers: Uint32Array, counts: Int32Array, from: number, to: number): void {
  const own = found;
  for (let place = from; place < to; place += 1) {
    const number = (own[place - from] as number) + 1;
    numbers[place] = number;
    counts[number] = (counts[number] as number) + 1;
  }
}

function take(numbers: Uint32Array, counts: Int32Array, from: number, to: number): void {
  for (let place = from; place < to; place += 1) {
    const number = numbers[place] as number;
    counts[number] = (counts[number] as number) - 1;
    numbers[place] = 0;
  }
}

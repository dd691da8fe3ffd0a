/**
 * Numbers for all combinations of codes that are found: places that are alike in each of several things get the same one. It is
 * found code by code, as in a tree: from the number of the codes before and the next code to the number of both together. Pure.
 */
import { grown, STRIDE } from '../columns/round-columns.ts';

/** One thing in which places may be alike: a code below `width` for each of those from `from` to `to`, the first at 0. */
export type Codes = { width: number; write(from: number, to: number, into: Uint8Array): void };

export function numbering(all: Codes[]) {
  const levels = all.map(({ width }) => newLevel(width));
  const last = levels.at(-1);
  return {
    /** @param first of each place, below `count`; the first code of a combination */
    find(first: Uint16Array, count: number, from: number, to: number, into: Int32Array): void {
      into.set(first.subarray(from, to));
      let before = count;
      for (const [at, level] of levels.entries()) {
        (all[at] as Codes).write(from, to, codes);
        level.makeRoom(before);
        level.step(into, codes, to - from);
        before = level.found.length;
      }
    },
    /** How many combinations were found. */
    count: (): number => last?.found.length ?? 0,
    /** The codes of one of them, the first before all others. */
    of(number: number): number[] {
      const own: number[] = [];
      let at = number;
      for (const { width, found } of [...levels].reverse()) {
        const pair = found[at] as number;
        own.unshift(pair % width);
        at = Math.floor(pair / width);
      }
      return [at, ...own];
    },
  };
}

const codes = new Uint8Array(STRIDE);

function newLevel(width: number) {
  /** By the number of what was before, and code: one more than the number of both. 0 where they were not found yet. */
  let next = new Int32Array(0);
  /** By number, where it stands in `next`. */
  const found: number[] = [];
  const add = (pair: number): number => found.push(pair);
  return {
    width,
    found,
    makeRoom(before: number): void {
      if (before * width > next.length) next = grown(next, new Int32Array(2 * before * width));
    },
    /** From the numbers of what was before to those with the next code. */
    step: (numbers: Int32Array, own: Uint8Array, count: number): void =>
      follow(next, width, numbers, own, count, add),
  };
}

/** A million places go through it: nothing else is in the loop. */
function follow(
  next: Int32Array,
  width: number,
  numbers: Int32Array,
  own: Uint8Array,
  count: number,
  add: (pair: number) => number,
): void {
  for (let at = 0; at < count; at += 1) {
    const pair = (numbers[at] as number) * width + (own[at] as number);
    let number = next[pair] as number;
    if (number === 0) {
      number = add(pair);
      next[pair] = number;
    }
    numbers[at] = number - 1;
  }
}

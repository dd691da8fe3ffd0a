/** Chance that can be had again: the same seed gives the same numbers. */
export type Random = {
  /** From 0 to below `end`. */
  below(end: number): number;
  /** One of them. */
  of<T>(list: T[]): T;
};

/** Mulberry32. */
export function random(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (end) => Math.floor(next() * end),
    of: (list) => list[Math.floor(next() * list.length)] as (typeof list)[number],
  };
}

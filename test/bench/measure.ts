/** Two ways of doing the same work, in turns, so that what else the machine does meets both. */
export type Figure = {
  row: string;
  size: string;
  /** What a round of it does. */
  scale: string;
  /** Medians, in `unit`. */
  bare: number;
  ours: number;
  unit: string;
  /** Of single measurements of ours, where that matters: 99 of 100 are not above it. */
  p99?: number;
  /** Ours by bare, or bare by ours where less is better; the median over the rounds. 1 is as good. */
  ratio: number;
  /** Smallest and largest ratio of a round. */
  spread: [number, number];
};

/** One round of work; returns how much of it was done in a second, or what it took. */
type Side = (round: number) => Promise<number>;

/** @param rounds that count. @param before so many more go before them, in which caches and compilers warm up */
export async function inTurns(
  sides: { bare: Side; ours: Side },
  rounds: number,
  better: 'more' | 'less' = 'more',
  before = 1,
): Promise<Pick<Figure, 'bare' | 'ours' | 'ratio' | 'spread'>> {
  const seen: { bare: number; ours: number }[] = [];
  for (let round = 1 - before; round <= rounds; round += 1) {
    const got = { bare: 0, ours: 0 };
    const order = round % 2 ? (['bare', 'ours'] as const) : (['ours', 'bare'] as const);
    for (const side of order) got[side] = await sides[side](round);
    if (round > 0) seen.push(got);
  }
  const ratios = seen.map(({ bare, ours }) => (better === 'more' ? ours / bare : bare / ours));
  return {
    bare: round1(median(seen.map(({ bare }) => bare))),
    ours: round1(median(seen.map(({ ours }) => ours))),
    ratio: round2(median(ratios)),
    spread: [round2(Math.min(...ratios)), round2(Math.max(...ratios))],
  };
}

/** How many of `amount` go into a second. */
export async function perSecond(amount: number, work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (amount * 1000) / (performance.now() - started);
}

/** Of 100 measurements, `share` times 100 are not above it. */
export const quantile = (numbers: number[], share: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.ceil(share * numbers.length) - 1] ?? 0;

export const median = (numbers: number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
};
const round1 = (number: number) => Math.round(number * 10) / 10;
const round2 = (number: number) => Math.round(number * 100) / 100;

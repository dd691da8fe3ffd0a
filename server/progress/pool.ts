/**
 * The States that may not be named behind a figure, and which of them may be counted in it. Pure.
 *
 * They are divided into blocks once, by what everybody knows of them (region, groups that figures are counted against)
 * and never by what they said. A figure counts a block when it covers the whole block, and else none of it. So what can
 * be had by taking figures from one another are sums over blocks: never fewer than three States. And a block in which
 * all said the same would tell what each of them said, so it is not told apart from the others, or not at all.
 */
import type { Kind } from '../columns/round-columns.ts';
import type { Dataset } from './dataset.ts';

/** Fewer States than this are not told apart from others. */
export const SMALLEST_BLOCK = 3;

/** States of one kind in a pool. */
export type PoolPart = {
  kind: Kind;
  count: number;
  /** How many of them stand in each category that figures tell of them: the same categories in all parts of a pool. */
  told: ArrayLike<number>;
};

const sizeOf = (parts: PoolPart[]): number => parts.reduce((sum, { count }) => sum + count, 0);

/**
 * The parts of a pool that may be counted, each as a whole only.
 *
 * Where one category has all States of a block, all blocks become one, and where it has all of the pool, none is counted.
 */
export function unitsOf<T extends PoolPart>(data: Dataset, pool: T[]): T[][] {
  const hides = (parts: T[]) => sizeOf(parts) >= SMALLEST_BLOCK && !allSame(parts);
  const blocks = blocksOf(data, pool);
  if (blocks.every(hides)) return blocks;
  return hides(pool) ? [pool] : [];
}

function allSame(parts: PoolPart[]): boolean {
  const size = sizeOf(parts);
  const categories = parts[0]?.told.length ?? 0;
  for (let at = 0; at < categories; at += 1) {
    let sum = 0;
    for (const { told } of parts) sum += told[at] as number;
    if (sum === size) return true;
  }
  return false;
}

/** By groups and region where there are enough; what is left over by groups; what is left then goes together. */
function blocksOf<T extends PoolPart>(data: Dataset, pool: T[]): T[][] {
  const { definition } = data.questionnaire;
  const counted = [...new Set(definition.indicators.map((one) => one.denominator?.group ?? ''))];
  const groups = ({ kind }: T) => counted.filter((group) => kind.groups.has(group)).join();
  const near = parted(pool, (part) => `${groups(part)} ${part.kind.region}`);
  const far = parted(near.left, groups);
  const blocks = [...near.blocks, ...far.blocks];
  if (far.left.length === 0) return blocks;
  if (sizeOf(far.left) >= SMALLEST_BLOCK || blocks.length === 0) return [...blocks, far.left];
  // Of several that are as small the one whose name comes first: a rule that no answer changes.
  const [smallest = [], ...others] = blocks.sort((a, b) => sizeOf(a) - sizeOf(b));
  return [[...smallest, ...far.left], ...others];
}

function parted<T extends PoolPart>(parts: T[], nameOf: (part: T) => string) {
  const named = new Map<string, T[]>();
  for (const part of parts) {
    const name = nameOf(part);
    named.set(name, [...(named.get(name) ?? []), part]);
  }
  const all = [...named].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, own]) => own);
  return {
    blocks: all.filter((own) => sizeOf(own) >= SMALLEST_BLOCK),
    left: all.filter((own) => sizeOf(own) < SMALLEST_BLOCK).flat(),
  };
}

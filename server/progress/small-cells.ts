/**
 * Figures for everybody, without an account: no cell is shown in which one or two States stand, nor one or two of those that
 * may not be named. Pure.
 */

/** Fewer States than this are not shown by themselves. */
const SMALLEST = 3;
const isEnough = (count: number) => count === 0 || count >= SMALLEST;

export type Cell<T> = {
  labels: string[];
  /** `totals`: those that may not be named, told apart from the others and not from one another. */
  kind: 'answer' | 'unsure' | 'totals';
  members: T[];
};

/** Nobody, or enough of them, both in all and of those who may not be named. */
export const isShown = <T>(members: T[], isPooled: (member: T) => boolean): boolean =>
  isEnough(members.length) && isEnough(members.filter(isPooled).length);

/**
 * Where one or two of a cell may not be named, all that may not be named stand in a cell of their own, and in none at all
 * where they are so few themselves. Then cells of one or two are put together, with the next larger ones as far as that takes.
 * @param totals what the cell of those that may not be named is called
 * @returns empty where even all together are too few: then nothing is shown
 */
export function publicCells<T>(
  cells: Cell<T>[],
  isPooled: (member: T) => boolean,
  totals: string,
): Cell<T>[] {
  if (cells.every(({ members }) => isEnough(members.filter(isPooled).length)))
    return withoutSmall(cells);
  const pooled = union(cells).filter(isPooled);
  const named = cells.map((cell) => ({
    ...cell,
    members: cell.members.filter((member) => !isPooled(member)),
  }));
  return [
    ...withoutSmall(named),
    ...(isEnough(pooled.length)
      ? [{ labels: [totals], kind: 'totals' as const, members: pooled }]
      : []),
  ];
}

function withoutSmall<T>(cells: Cell<T>[]): Cell<T>[] {
  const joined = cells.filter(({ members }) => !isEnough(members.length));
  if (joined.length === 0) return cells;
  // The smallest first, so that as much as can be stays told apart; cells in which nobody stands would not help.
  const others = cells
    .filter((cell) => !joined.includes(cell) && cell.members.length > 0)
    .sort((a, b) => a.members.length - b.members.length);
  while (!isEnough(union(joined).length)) {
    const next = others.shift();
    if (!next) return [];
    joined.push(next);
  }
  return [
    ...cells.filter((cell) => !joined.includes(cell)),
    {
      labels: cells.filter((cell) => joined.includes(cell)).flatMap(({ labels }) => labels),
      kind: joined.every(({ kind }) => kind === 'unsure') ? 'unsure' : 'answer',
      members: union(joined),
    },
  ];
}

const union = <T>(cells: Cell<T>[]): T[] => [...new Set(cells.flatMap(({ members }) => members))];

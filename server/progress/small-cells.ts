/**
 * Figures for everybody, without an account: cells that are too small are put together, so that none is shown in which one
 * or two States stand, or one or two of those that may not be named. Pure.
 */

/** Fewer States than this are not shown by themselves. */
const SMALLEST = 3;

export type Cell<T> = {
  labels: string[];
  kind: 'answer' | 'unsure' | 'none';
  members: T[];
};

/** Nobody, or enough of them, both in all and of those who may not be named. */
export function isShown<T>(members: T[], isPooled: (member: T) => boolean): boolean {
  const enough = (count: number) => count === 0 || count >= SMALLEST;
  return enough(members.length) && enough(members.filter(isPooled).length);
}

/**
 * The cells with the small ones put together, and with as many others as that takes. Where nothing can be put together to
 * enough, none is left: then the question is not shown.
 */
export function mergedCells<T>(cells: Cell<T>[], isPooled: (member: T) => boolean): Cell<T>[] {
  const shown = cells.filter(({ members }) => isShown(members, isPooled));
  const small = cells.filter((cell) => !shown.includes(cell));
  if (small.length === 0) return shown;
  // The smallest first, so that as much as can be stays told apart; those in which nobody stands would not help.
  const others = shown
    .filter(({ members }) => members.length > 0)
    .sort((a, b) => a.members.length - b.members.length);
  const joined = [...small];
  while (!isShown(union(joined), isPooled)) {
    const next = others.shift();
    if (!next) return [];
    joined.push(next);
  }
  const kept = cells.filter((cell) => !joined.includes(cell));
  return [
    ...kept,
    {
      labels: cells.filter((cell) => joined.includes(cell)).flatMap(({ labels }) => labels),
      kind: joined.every(({ kind }) => kind === 'unsure') ? 'unsure' : 'answer',
      members: union(joined),
    },
  ];
}

const union = <T>(cells: Cell<T>[]): T[] => [...new Set(cells.flatMap(({ members }) => members))];

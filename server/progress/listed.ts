/** Which States of a list a page shows: all of them, and of a large round as many as fit on a page, in the order of the columns. Pure. */
import { isLarge } from '../columns/round-columns.ts';
import type { View } from './view.ts';

const PER_PAGE = 200;

export type Listed = {
  places: number[];
  /** Null where all are shown. */
  pages: { first: number; last: number; of: number; before: string; after: string } | null;
};

/** @param address of the list from a number on, such as "?answer=yes&from=200#states" */
export function listed(
  { data, from = 0 }: View,
  places: number[],
  address: (from: string) => string,
): Listed {
  if (!isLarge(data.columns) || places.length <= PER_PAGE) return { places, pages: null };
  const start = Math.min(from, Math.floor((places.length - 1) / PER_PAGE) * PER_PAGE);
  const end = Math.min(places.length, start + PER_PAGE);
  return {
    places: places.slice(start, end),
    pages: {
      first: start + 1,
      last: end,
      of: places.length,
      before: start > 0 ? address(String(Math.max(0, start - PER_PAGE))) : '',
      after: end < places.length ? address(String(end)) : '',
    },
  };
}

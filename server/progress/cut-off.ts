/** A named snapshot of a round: which revision of each response counted, and what was known of the States. Pure. */
import type { Review } from '../responses/response.ts';
import type { State } from '../states/state.ts';

export type CutOff = {
  _id: string;
  round: string;
  /** In the address of every page that shows it; one of its kind in the round. */
  slug: string;
  /** "For the Intersessional, 19 June 2023" */
  name: string;
  takenAt: Date;
  /** The account, or "system" for the command line. */
  by: string;
  /** As they were: groups and regions are what figures are counted against. */
  states: State[];
  /** How many responses it holds, submitted ones and all. */
  submitted: number;
  invited: number;
};

/** What counted of a response: revision 0 where nothing was submitted. */
export type Counted = {
  response: string;
  state: string;
  audience: string;
  revision: number;
  review: Review;
  started: boolean;
};

export const LONGEST_NAME = 120;

export type Wish = { name: string; slug: string };
export type WishProblem = { field: 'name' | 'slug'; reason: 'empty' | 'long' | 'slug' | 'taken' };

/** A name as it may stand in an address: "for-the-intersessional-19-june-2023"; "" where it has no Latin letters or digits. */
export const slugOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '');

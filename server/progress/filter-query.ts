/** The filter as it stands in the address of a page, and back. Unknown words are no filter. */
import { REVIEWS, type Review } from '../responses/response.ts';
import { REGIONS } from '../states/state.ts';
import { type Filter, NO_FILTER } from './dataset.ts';

/** @param query values from an address, of unknown shape. @param known what the questionnaire has */
export function filterFrom(
  query: Record<string, unknown>,
  known: { groups: string[]; audiences: string[] },
): Filter {
  const pick = <T extends string>(name: string, words: readonly T[]): T | null =>
    words.find((value) => value === query[name]) ?? null;
  const audience = pick('audience', known.audiences);
  return {
    region: pick('region', REGIONS),
    group: pick('group', known.groups),
    review: pick<Review>('review', REVIEWS),
    ...(audience ? { audience } : {}),
  };
}

/** The cut-off alone, for pages that have no filter. */
export const cutOffQuery = ({ cutoff }: Filter): string => queryOf({ ...NO_FILTER, cutoff });

/** "?answer=yes&region=african", or "" when there is nothing to say. */
export function queryOf(filter: Filter, more: Record<string, string> = {}): string {
  return queryWith('', { ...more, ...filter });
}

/** More of it, such as the cell of a table: what all have in common is written once. Values that are no text say nothing. */
export function queryWith(query: string, more: object): string {
  const pairs = Object.entries(more).flatMap(([name, value]) =>
    typeof value === 'string' && value
      ? [`${name}=${PLAIN.test(value) ? value : encoded(value)}`]
      : [],
  );
  return pairs.length > 0 ? `${query ? `${query}&` : '?'}${pairs.join('&')}` : query;
}

/** Stays as it is in an address. Nearly all do, and a table may have a thousand links. */
const PLAIN = /^[\w.*-]+$/;
const encoded = (value: string): string => new URLSearchParams({ '': value }).toString().slice(1);

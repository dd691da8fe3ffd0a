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
  const pairs = { ...more, ...filter };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(pairs))
    if (typeof value === 'string' && value) query.set(name, value);
  const text = query.toString();
  return text ? `?${text}` : '';
}

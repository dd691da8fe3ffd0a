/** Responses as rows of the columns, each with its State. */
import type { ClientSession } from 'mongodb';
import type { CountedRow } from '../responses/store.ts';
import type { stateStore } from '../states/store.ts';
import type { Row } from './round-columns.ts';

export type PlacedRow = Row & {
  /** In the blocks; null where it has none yet. */
  place: number | null;
};

/** In their order. One of a State that is not in the register is left out: it is counted nowhere. */
export async function rowsOf(
  states: Pick<ReturnType<typeof stateStore>, 'among'>,
  counted: CountedRow[],
  session: ClientSession | null = null,
): Promise<PlacedRow[]> {
  if (counted.length === 0) return [];
  const known = await states.among([...new Set(counted.map(({ state }) => state))], session);
  const byKey = new Map(known.map((state) => [state._id, state]));
  return counted.flatMap((row): PlacedRow[] => {
    const state = byKey.get(row.state);
    if (!state) return [];
    return [
      {
        state,
        audience: row.audience,
        response: row._id,
        started: row.startedAt !== null,
        review: row.review,
        submitted: row.submitted,
        place: row.place ?? null,
      },
    ];
  });
}

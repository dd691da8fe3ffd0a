/** The columns of a round made from nothing but its responses, to hold against those that are kept and folded. */
import {
  emptyRound,
  put,
  type RoundColumns,
  takePlaces,
} from '../../server/columns/round-columns.ts';
import { shapeOf } from '../../server/columns/shape.ts';
import type { Questionnaire } from '../../server/questionnaire/questionnaire.ts';
import type { Services } from '../../server/services.ts';

export async function referenceColumns(
  { responses, states }: Services,
  round: string,
  questionnaire: Questionnaire,
): Promise<RoundColumns> {
  const columns = emptyRound(shapeOf(questionnaire));
  const places = new Map<string, number>();
  const byKey = new Map((await states.all()).map((state) => [state._id, state]));
  for (const { _id, startedAt, ...row } of await responses.rows(round, { unfolded: false })) {
    const state = byKey.get(row.state);
    if (!state) continue;
    const place = places.get(row.state) ?? takePlaces(columns, 1);
    places.set(row.state, place);
    put(columns, place, { ...row, state, response: _id, started: startedAt !== null });
  }
  return columns;
}

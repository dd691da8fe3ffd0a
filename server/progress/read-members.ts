/** One State in a round, in each audience in which it was asked. */
import { isLarge } from '../columns/round-columns.ts';
import type { Services } from '../services.ts';
import type { Dataset, Member } from './dataset.ts';

/** In the order of the audiences; empty where it was not asked. */
export async function membersOf(
  { columns }: Pick<Services, 'columns'>,
  data: Dataset,
  state: string,
): Promise<Member[]> {
  const audiences = [...data.audiences.values()];
  if (!isLarge(data.columns))
    return audiences.flatMap(({ members }) => members.filter((one) => one.state._id === state));
  const place = await columns.placeOf(data.round, data.columns, state);
  if (place === null) return [];
  await columns.name(data.round, data.columns, [place]);
  return audiences.flatMap(({ memberAt }) => memberAt(place) ?? []);
}

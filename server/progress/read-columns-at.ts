/** The columns of a round as they were at a cut-off: read once from the revisions that counted then, and kept. */
import {
  emptyRound,
  put,
  putNaming,
  type RoundColumns,
  takePlaces,
} from '../columns/round-columns.ts';
import { shapeOf } from '../columns/shape.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import type { Services } from '../services.ts';
import type { CutOff } from './cut-off.ts';
import { closerOf, type Said } from './disclosure.ts';

type Spoken = { response: string; audience: string; place: number; said: Said };
type Then = { columns: RoundColumns; spoken: Spoken[] };

const kept = new WeakMap<Services['cutOffs'], Map<string, Promise<Then>>>();
/** Cut-offs that are kept: each takes as much memory as a round. */
const MOST_KEPT = 8;

/** What has been said since of who may be named holds here too, so it is read each time. */
export async function columnsAt(
  services: Pick<Services, 'responses' | 'cutOffs'>,
  questionnaire: Questionnaire,
  cutOff: CutOff,
): Promise<RoundColumns> {
  const all = kept.get(services.cutOffs) ?? new Map<string, Promise<Then>>();
  kept.set(services.cutOffs, all);
  const found = all.get(cutOff._id) ?? readThen(services, questionnaire, cutOff);
  // The one that was looked at last is the last to go.
  all.delete(cutOff._id);
  all.set(cutOff._id, found);
  found.catch(() => all.delete(cutOff._id));
  for (const [oldest] of all) {
    if (all.size <= MOST_KEPT) break;
    all.delete(oldest);
  }
  const [{ columns, spoken }, now] = await Promise.all([
    found,
    services.responses.usesOf(cutOff.round),
  ]);
  for (const { response, audience, place, said } of spoken)
    putNaming(columns, place, audience, closerOf(said, now.get(response) ?? said));
  return columns;
}

/** Nothing that the responses became later is in them. */
async function readThen(
  services: Pick<Services, 'responses' | 'cutOffs'>,
  questionnaire: Questionnaire,
  { _id, states }: CutOff,
): Promise<Then> {
  const counted = await services.cutOffs.counted(_id);
  const submissions = await services.responses.rowsAt(counted);
  const byKey = new Map(states.map((state) => [state._id, state]));
  const columns = emptyRound(shapeOf(questionnaire), byKey.size);
  const places = new Map<string, number>();
  const spoken: Spoken[] = [];
  for (const { response, state: key, audience, review, started } of counted) {
    const state = byKey.get(key);
    if (!state) continue;
    const place = places.get(key) ?? takePlaces(columns, 1);
    places.set(key, place);
    const submitted = submissions.get(response) ?? null;
    put(columns, place, { state, audience, response, started, review, submitted });
    if (submitted)
      spoken.push({
        response,
        audience,
        place,
        said: { use: submitted.use, uses: submitted.uses },
      });
  }
  return { columns, spoken };
}

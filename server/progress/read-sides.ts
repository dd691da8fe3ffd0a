/** The rounds that are compared, each as it is now or at a cut-off. In an address: "oap-2022" or "oap-2022:intersessional". */
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import type { CutOff } from './cut-off.ts';

export type Side = { word: string; round: Round; cutOff: CutOff | null };

/** More than this nobody reads side by side. */
export const MOST_SIDES = 6;

export const sideWord = (round: string, cutOff?: string): string =>
  cutOff ? `${round}:${cutOff}` : round;

/** Null for a round or a cut-off that there is not. */
export async function findSide(
  services: Pick<Services, 'rounds' | 'cutOffs'>,
  word: string,
): Promise<Side | null> {
  const [slug = '', cut, ...more] = word.split(':');
  const round = await services.rounds.find(slug);
  if (!round || round.status === 'planned' || more.length > 0) return null;
  if (cut === undefined) return { word, round, cutOff: null };
  const cutOff = await services.cutOffs.find(slug, cut);
  return cutOff && { word, round, cutOff };
}

/** The States that submitted in each of the rounds as the same audience, by audience. */
export async function answeredIn(
  services: Pick<Services, 'responses' | 'cutOffs'>,
  sides: Omit<Side, 'word'>[],
): Promise<Map<string, Set<string>>> {
  const rounds = await Promise.all(
    sides.map(({ round, cutOff }) =>
      cutOff ? services.cutOffs.counted(cutOff._id) : services.responses.counted(round._id),
    ),
  );
  const times = new Map<string, Map<string, number>>();
  for (const { audience, state } of rounds.flatMap((all) =>
    all.filter((one) => one.revision > 0),
  )) {
    const states = times.get(audience) ?? new Map<string, number>();
    times.set(audience, states.set(state, (states.get(state) ?? 0) + 1));
  }
  return new Map(
    [...times].map(([audience, states]) => [
      audience,
      new Set([...states].filter(([, n]) => n === sides.length).map(([state]) => state)),
    ]),
  );
}

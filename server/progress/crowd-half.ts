/** One of two questions that are crossed, as its audience answered it: who is in view there, and who may be named with the answer. Pure. */
import { STRIDE } from '../columns/round-columns.ts';
import { isInSight, sightOf } from './cell-pool.ts';
import { columnOf, isPooledAt, nameOfColumn } from './cell-use.ts';
import type { Dataset, Filter } from './dataset.ts';
import type { Reader } from './disclosure.ts';
import { isSubmitted, lensOf } from './lens.ts';
import { type Peers, peersOf } from './peers.ts';

/** A column of an audience. */
export type Asked = { audience: string; column: { id: string } };

export type Half = {
  audience: string;
  peers: ReturnType<typeof peersOf>;
  isInView(peers: Peers): boolean;
  /** Whether they may be named with the answer; null where some may and some may not. */
  areNamed(peers: Peers): boolean | null;
  /** 1 for each of the places, at most STRIDE, where the State may be named with the answer; until it is asked again. */
  name(places: Int32Array): Uint8Array;
  isNamed(place: number): boolean;
  /** In view and submitted. */
  isIn(place: number): boolean;
  /** May not be named, by all that it has said. */
  isPooled(place: number): boolean;
};

export function halfOf(
  data: Dataset,
  { audience, column: { id } }: Asked,
  filter: Filter,
  reader: Reader,
): Half {
  const { questionnaire } = data;
  const lens = lensOf(data, filter);
  const sight = sightOf(lens, audience, filter, reader);
  if (!sight) throw new Error(`there is no audience ${audience}`);
  const { part } = sight;
  const names = nameOfColumn(questionnaire, part, columnOf(part, id), sight.names);
  const peers = peersOf(lens, audience);
  const isInView = ({ kind, stratum }: Peers) => isInSight(sight, kind, stratum);
  const numbers = peers.numbers();
  const isIn = peers.table((of) => Number(isInView(of) && isSubmitted(of.stratum)));
  const named = new Uint8Array(STRIDE);
  return {
    ...{ audience, peers, isInView },
    areNamed: names.ofAll,
    name(places) {
      names.of(places, named);
      return named;
    },
    isNamed: names.at,
    isIn: (place) => isIn[numbers[place] as number] === 1,
    isPooled: isPooledAt(questionnaire, part, id, reader),
  };
}

/**
 * Folds what was answered since into the blocks of columns.
 *
 * Three steps, each of which may be the last one before a crash: places are given, blocks are written, responses are marked.
 * A response that is not marked yet is laid over the blocks by whoever reads, at its place, so that it is counted once and as
 * it is, whatever was written of it. One process folds at a time; see `folder.ts`.
 */
import type { CountedRow } from '../responses/store.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { BLOCK, detailsWhenAsked, type PackedBlock, packBlock, unpackBlock } from './block.ts';
import { detailAt, emptyRound, put, type Shape, takePlaces } from './round-columns.ts';
import { type PlacedRow, rowsOf } from './rows.ts';
import { shapeOf } from './shape.ts';

/** Responses that are folded at once. */
export const MOST_ROWS = 1000;
/** Blocks that are written at once: half a megabyte each. */
const MOST_BLOCKS = 16;

type Placed = CountedRow & { place: number };

/** @returns how many responses were folded; 0 where the columns are behind with none */
export async function foldSome(services: Services, round: Round): Promise<number> {
  const { catalogue, columnBlocks, responses, states } = services;
  const edition = await catalogue.find(round.questionnaire);
  if (!edition) return 0;
  const shape = shapeOf(edition.source);
  const head = await columnBlocks.head(round._id);
  if (head && head.shape !== shape.name) {
    await columnBlocks.drop(round._id);
    await responses.unfold(round._id);
  }
  const rows = await responses.rows(round._id, { unfolded: true, most: MOST_ROWS });
  if (rows.length === 0) return 0;
  const placed = await withPlaces(services, round._id, shape.name, rows);
  const written = byBlock(await rowsOf(states, placed));
  const all = [...byBlock(placed)];
  for (let from = 0; from < all.length; from += MOST_BLOCKS) {
    const some = all.slice(from, from + MOST_BLOCKS);
    const packed: ({ n: number } & PackedBlock)[] = [];
    for (const [n] of some) {
      const block = await columnBlocks.find(round._id, n);
      packed.push({ n, ...blockWith(shape, block, written.get(n) ?? []) });
    }
    await services.transaction((session) => columnBlocks.write(round._id, packed, session));
    await responses.markFolded(some.flatMap(([, own]) => own));
  }
  return placed.length;
}

function byBlock<T extends { place: number | null }>(rows: T[]): Map<number, T[]> {
  const blocks = new Map<number, T[]>();
  for (const row of rows) {
    const n = Math.floor((row.place as number) / BLOCK);
    const own = blocks.get(n);
    if (own) own.push(row);
    else blocks.set(n, [row]);
  }
  return blocks;
}

/** A State has one place for all its audiences. */
async function withPlaces(
  { columnBlocks, responses }: Services,
  round: string,
  shape: string,
  rows: CountedRow[],
): Promise<Placed[]> {
  const fresh = rows.filter(({ place }) => place === undefined);
  if (fresh.length > 0) {
    const keys = [...new Set(fresh.map(({ state }) => state))];
    const places = await responses.placesOf(round, keys);
    const without = keys.filter((key) => !places.has(key));
    const first = await columnBlocks.takePlaces(round, shape, without.length);
    for (const [at, key] of without.entries()) places.set(key, first + at);
    await responses.givePlaces(
      fresh.flatMap(({ _id, state }) => {
        const place = places.get(state);
        return place === undefined ? [] : [{ response: _id, place }];
      }),
    );
    for (const row of fresh) row.place = places.get(row.state) as number;
  }
  return rows as Placed[];
}

function blockWith(shape: Shape, packed: PackedBlock | null, rows: PlacedRow[]): PackedBlock {
  const block = packed ? unpackBlock(shape, packed) : emptyRound(shape, BLOCK);
  if (!packed) takePlaces(block, BLOCK);
  if (packed)
    block.blocks.push({ base: 0, size: BLOCK, details: detailsWhenAsked(packed.details) });
  for (const row of rows) put(block, (row.place as number) % BLOCK, row);
  return packBlock(block, (place) => detailAt(block, place));
}

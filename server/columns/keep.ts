/**
 * The columns of the rounds that are looked at, kept in memory and brought up to date before each look: in one snapshot of the
 * database the blocks that moved are fetched and what is not folded yet is laid over them, so that what a page counts is exact,
 * in every process.
 *
 * A round of a few responses that nobody has folded comes straight from the responses; nothing else knows that.
 */
import type { Connection } from 'mongoose';
import { gathered } from '../db/gathered.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import type { responseStore } from '../responses/store.ts';
import { slices } from '../slices.ts';
import type { stateStore } from '../states/store.ts';
import { BLOCK, detailsWhenAsked, layBlock } from './block.ts';
import {
  bytesOf,
  emptyRound,
  makeRoom,
  put,
  type RoundColumns,
  remember,
  takePlaces,
  vacate,
} from './round-columns.ts';
import { rowsOf } from './rows.ts';
import { shapeOf } from './shape.ts';
import type { columnStore } from './store.ts';

/** Of a round with more places than this it is not held in memory whose they are. */
const MOST_NAMED = 20_000;
/** Places of such a round whose States are remembered; the next list asks again. */
const MOST_REMEMBERED = 50_000;

/** A round that nobody has looked at for as long is let go. */
const LET_GO_MS = 10 * 60_000;

type Stores = {
  connection: Connection;
  columnBlocks: ReturnType<typeof columnStore>;
  responses: ReturnType<typeof responseStore>;
  states: ReturnType<typeof stateStore>;
};

type Kept = {
  of: Questionnaire;
  columns: RoundColumns;
  /** Of the blocks that are in. */
  revision: number;
  /** The first place of each block, by its number. */
  bases: Map<number, number>;
  /** States that have no place in the blocks yet, by key: theirs is at the end. */
  tail: Map<string, number>;
  /** Those of them that have one since, by that place; they stay where they are. */
  elsewhere: Map<number, number>;
  /** Whoever comes while the database is read waits for the next reading: theirs must see what was written before they came. */
  upToDate(): Promise<void>;
  isRead: boolean;
  lookedAt: number;
};

/**
 * @param mostBytes of all rounds together; the one that is looked at is kept whatever it takes
 * @param mostNamed of a round with more places it is not held in memory whose they are
 */
export function columnsKeeper(stores: Stores, mostBytes: number, mostNamed = MOST_NAMED) {
  const rounds = new Map<string, Kept>();
  const size = () => [...rounds.values()].reduce((sum, { columns }) => sum + bytesOf(columns), 0);

  /** The longest not looked at go first. */
  function letGo(now: number): void {
    const oldest = [...rounds].sort(([, a], [, b]) => a.lookedAt - b.lookedAt);
    for (const [id, { lookedAt, isRead }] of oldest)
      if (!isRead && now > lookedAt && (now - lookedAt > LET_GO_MS || size() > mostBytes))
        rounds.delete(id);
  }
  const sweep = setInterval(() => letGo(performance.now()), LET_GO_MS / 10);
  sweep.unref();

  return {
    /** @returns columns that later looks change in place: count from them at once, or hold places, which stay */
    async read(round: string, questionnaire: Questionnaire): Promise<RoundColumns> {
      let kept = rounds.get(round);
      if (kept?.of !== questionnaire) {
        kept = nothingKept(questionnaire, (own) => refresh(stores, round, own, mostNamed));
        rounds.set(round, kept);
      }
      try {
        await kept.upToDate();
      } catch (error) {
        // What was read halfway is not to be counted from.
        rounds.delete(round);
        throw error;
      }
      const now = performance.now();
      kept.lookedAt = now;
      letGo(now);
      return kept.columns;
    },
    /** Fetches whose these places are, where that was left out; after this they may be named. */
    async name(round: string, columns: RoundColumns, places: number[]): Promise<void> {
      const kept = rounds.get(round);
      if (kept?.columns !== columns || columns.blocks.every(({ details }) => details)) return;
      const atEnd = new Set(kept.tail.values());
      if (columns.details.size > MOST_REMEMBERED)
        for (const place of columns.details.keys())
          if (!atEnd.has(place)) columns.details.delete(place);
      const at = new Map(places.map((place) => [inBlocks(kept, place), place]));
      const counted = await stores.responses.atPlaces(round, [...at.keys()]);
      for (const row of await rowsOf(stores.states, counted)) {
        const place = at.get(row.place ?? -1);
        if (place !== undefined) remember(columns, place, row);
      }
    },
    /** Where a State stands; null where it was not asked in the round. */
    async placeOf(round: string, columns: RoundColumns, state: string): Promise<number | null> {
      const kept = rounds.get(round);
      if (kept?.columns !== columns) return null;
      const atEnd = kept.tail.get(state);
      if (atEnd !== undefined) return atEnd;
      const at = (await stores.responses.placesOf(round, [state])).get(state);
      return at === undefined ? null : placeOf(kept, state, at);
    },
    /** In bytes, for whoever watches the process. */
    size,
  };
}

function nothingKept(questionnaire: Questionnaire, read: (kept: Kept) => Promise<void>): Kept {
  const kept: Kept = {
    of: questionnaire,
    columns: emptyRound(shapeOf(questionnaire)),
    revision: 0,
    bases: new Map(),
    tail: new Map(),
    elsewhere: new Map(),
    upToDate: () => gatheredReading(null),
    isRead: false,
    lookedAt: performance.now(),
  };
  const gatheredReading = gathered(async (waiting: null[]): Promise<undefined[]> => {
    kept.isRead = true;
    try {
      await read(kept);
    } finally {
      kept.isRead = false;
    }
    return waiting.map(() => undefined);
  });
  return kept;
}

async function refresh(
  { connection, columnBlocks, responses, states }: Stores,
  round: string,
  kept: Kept,
  mostNamed: number,
): Promise<void> {
  const { columns } = kept;
  const session = await connection.startSession({ snapshot: true });
  try {
    const { head, unfolded } = await columnBlocks.headAndUnfolded(round, session);
    // Blocks of another shape are about to be folded anew.
    const hasBlocks = head?.shape === columns.shape.name;
    if (hasBlocks && head.revision > kept.revision) {
      if (kept.revision === 0) makeRoom(columns, (Math.ceil(head.places / BLOCK) + 1) * BLOCK);
      // With States at the end, which may have their place now, it must be known whose the places are.
      const withDetails = head.places <= mostNamed || kept.tail.size > 0;
      const slice = slices();
      for await (const { n, ...packed } of columnBlocks.moved(round, kept.revision, session)) {
        const named = withDetails ? await columnBlocks.details(round, n, session) : null;
        const details = named && detailsWhenAsked(named);
        const base = baseOf(kept, n);
        if (details) settle(kept, n, details);
        columns.blocks = columns.blocks.filter((block) => block.base !== base);
        columns.blocks.push({ base, size: BLOCK, details });
        layBlock(columns, packed, base, movedIn(kept, n), details);
        if (slice.isOver()) await slice.next();
      }
      kept.revision = head.revision;
    }
    const counted = hasBlocks
      ? unfolded
      : await responses.rows(round, { unfolded: false }, session);
    const seen = new Set<string>();
    for (const row of await rowsOf(states, counted, session)) {
      seen.add(row.state._id);
      put(columns, placeOf(kept, row.state._id, hasBlocks ? row.place : null), row);
    }
    for (const [key, place] of kept.tail)
      if (!seen.has(key)) {
        vacate(columns, place);
        kept.tail.delete(key);
      }
  } finally {
    await session.endSession();
  }
}

function baseOf({ bases, columns }: Kept, n: number): number {
  const base = bases.get(n) ?? takePlaces(columns, BLOCK);
  bases.set(n, base);
  return base;
}

/** States at the end that have their place in this block now: they stay, and the block is told. */
function settle(
  { tail, elsewhere }: Kept,
  n: number,
  details: ReturnType<typeof detailsWhenAsked>,
): void {
  if (tail.size === 0) return;
  for (const [from, detail] of details().entries()) {
    const place = detail ? tail.get(detail.state._id) : undefined;
    if (!detail || place === undefined) continue;
    elsewhere.set(n * BLOCK + from, place);
    tail.delete(detail.state._id);
  }
}

/** The place in the blocks of one that is held. */
function inBlocks({ bases, elsewhere }: Kept, place: number): number {
  for (const [n, base] of bases)
    if (place >= base && place < base + BLOCK) return n * BLOCK + place - base;
  for (const [at, own] of elsewhere) if (own === place) return at;
  return -1;
}

/** By place within the block. */
const movedIn = ({ elsewhere }: Kept, n: number): Map<number, number> =>
  new Map(
    [...elsewhere].flatMap(([at, place]): [number, number][] =>
      Math.floor(at / BLOCK) === n ? [[at % BLOCK, place]] : [],
    ),
  );

/** @param at the State's place in the blocks; null where it has none */
function placeOf(kept: Kept, key: string, at: number | null): number {
  const { tail, elsewhere, columns } = kept;
  const own = tail.get(key);
  if (at === null) {
    const place = own ?? takePlaces(columns, 1);
    tail.set(key, place);
    return place;
  }
  if (own !== undefined) {
    elsewhere.set(at, own);
    tail.delete(key);
  }
  return elsewhere.get(at) ?? baseOf(kept, Math.floor(at / BLOCK)) + (at % BLOCK);
}

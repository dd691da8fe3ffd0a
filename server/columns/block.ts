/**
 * A thousand places of a round's columns as one record, so that a million are read as a thousand records and what changed as
 * a few. Pure.
 *
 * `data`, in this order, each value for all places before the next: region (one byte), groups (four bytes, a bit for each
 * group of the questionnaire), and for each audience standing, use, and every column word by word.
 */
import { type Column, wordsOf } from '../questionnaire/columns.ts';
import type { Uses } from '../responses/response.ts';
import { REGIONS, type State } from '../states/state.ts';
import {
  countAt,
  type Detail,
  emptyRound,
  kindFrom,
  markOf,
  type Part,
  type RoundColumns,
  type Shape,
  sameUses,
  takePlaces,
} from './round-columns.ts';

export const BLOCK = 1000;

export type PackedBlock = {
  data: Buffer;
  /** JSON: of each place the State, and by audience response, revision and time; null for an empty place. */
  details: Buffer;
  /** JSON: audience, place and what was said of single answers, for those that said something. */
  uses: Buffer;
};

/** What figures are counted from. */
export type Counted = Omit<PackedBlock, 'details'>;

type PackedDetail = [State, Record<string, [string, number, number | null]>] | null;
type PackedUses = [string, number, Uses][];

/** No region: an empty place. */
const EMPTY = 255;

/** The arrays of a part in the order in which they are packed. */
const arraysOf = ({ standing, use, columns }: Part): Column['values'][] => [
  standing,
  use,
  ...[...columns.byId.values()].map(({ values }) => values),
];

const bytesIn = ({ buffer, byteOffset, byteLength }: Column['values']): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** @param columns of one block: as many places as a block has */
export function packBlock(columns: RoundColumns, detailOf: (place: number) => Detail): PackedBlock {
  const { taken, kind, kinds, shape } = columns;
  const places = Array.from({ length: BLOCK }, (_, place) => place);
  const region = Uint8Array.from(places, (place) =>
    taken[place] ? REGIONS.indexOf(kinds[kind[place] as number]?.region ?? 'none') : EMPTY,
  );
  const bits = kinds.map(({ groups }) =>
    shape.groups.reduce((sum, group, at) => sum + (groups.has(group) ? 2 ** at : 0), 0),
  );
  const groups = Uint32Array.from(places, (place) => bits[kind[place] as number] ?? 0);
  const parts = [...columns.parts.values()].flatMap(arraysOf);
  const details = places.map((place): PackedDetail => {
    if (!taken[place]) return null;
    const { state, asked } = detailOf(place);
    return [
      state,
      Object.fromEntries(
        Object.entries(asked).map(([audience, one]) => [
          audience,
          [one.response, one.revision, one.submittedAt?.getTime() ?? null],
        ]),
      ),
    ];
  });
  const uses: PackedUses = [...columns.parts].flatMap(([audience, part]) =>
    [...part.uses].map(([place, said]): PackedUses[number] => [audience, place, said]),
  );
  return {
    data: Buffer.concat([region, groups, ...parts].map(bytesIn)),
    details: Buffer.from(JSON.stringify(details)),
    uses: Buffer.from(JSON.stringify(uses)),
  };
}

/** The block by itself, its first place 0. */
export function unpackBlock(shape: Shape, packed: Counted): RoundColumns {
  const block = emptyRound(shape, BLOCK);
  takePlaces(block, BLOCK);
  readBlock(block, packed, 0);
  return block;
}

/** Copies what is packed to the places from `base` on, whatever was there. */
function readBlock(columns: RoundColumns, { data, uses }: Counted, base: number): void {
  let offset = 0;
  const read = (into: Column['values'], at: number) => {
    const size = into.BYTES_PER_ELEMENT;
    bytesIn(into).set(data.subarray(offset, offset + BLOCK * size), at * size);
    offset += BLOCK * size;
  };
  const region = new Uint8Array(BLOCK);
  const groups = new Uint32Array(BLOCK);
  read(region, 0);
  read(groups, 0);
  for (const { standing, use, columns: own } of columns.parts.values()) {
    read(standing, base);
    read(use, base);
    for (const column of own.byId.values())
      for (let word = 0; word < wordsOf(column); word += 1)
        read(column.values, word * column.length + base);
  }
  if (offset !== data.length) throw new Error('a block is of another questionnaire');
  const kinds = new Map<number, number>();
  for (let at = 0; at < BLOCK; at += 1) {
    if (region[at] === EMPTY) continue;
    const bits = groups[at] as number;
    const key = bits * EMPTY + (region[at] as number);
    let kind = kinds.get(key);
    if (kind === undefined) {
      const own = columns.shape.groups.filter((_, group) => (bits >>> group) & 1);
      kind = kindFrom(columns, REGIONS[region[at] as number] ?? 'none', own);
      kinds.set(key, kind);
    }
    columns.taken[base + at] = 1;
    columns.kind[base + at] = kind;
  }
  for (const [audience, at, said] of JSON.parse(uses.toString()) as PackedUses) {
    const part = columns.parts.get(audience);
    part?.uses.set(base + at, said);
    if (part) part.marked[base + at] = markOf(Object.keys(said));
  }
}

/** By place within the block; unpacked when somebody asks for the first time. */
export function detailsWhenAsked(details: Buffer): () => (Detail | null)[] {
  let unpacked: (Detail | null)[] | null = null;
  return () => {
    unpacked ??= unpackDetails(details);
    return unpacked;
  };
}

const unpackDetails = (details: Buffer): (Detail | null)[] =>
  (JSON.parse(details.toString()) as PackedDetail[]).map(
    (packed) =>
      packed && {
        state: packed[0],
        asked: Object.fromEntries(
          Object.entries(packed[1]).map(([audience, [response, revision, at]]) => [
            audience,
            { response, revision, submittedAt: at === null ? null : new Date(at) },
          ]),
        ),
      },
  );

/**
 * Lays a block over the places where it belongs.
 * @param elsewhere places of the block that stand somewhere else
 * @param details asked for only when a State of the block is named
 */
export function layBlock(
  columns: RoundColumns,
  packed: Counted,
  base: number,
  elsewhere: Map<number, number>,
  details: (() => (Detail | null)[]) | null,
): void {
  const isFresh = elsewhere.size === 0 && !columns.taken.subarray(base, base + BLOCK).includes(1);
  if (isFresh) layFresh(columns, packed, base);
  else layOver(columns, unpackBlock(columns.shape, packed), base, elsewhere, details);
}

/** Over empty places: everything is copied as it lies. */
function layFresh(columns: RoundColumns, packed: Counted, base: number): void {
  readBlock(columns, packed, base);
  for (let place = base; place < base + BLOCK; place += 1)
    if (columns.taken[place]) columns.membership += 1;
  for (const counter of columns.counters.values()) counter.count(base, base + BLOCK, 1);
  columns.version += 1;
}

function layOver(
  columns: RoundColumns,
  block: RoundColumns,
  base: number,
  elsewhere: Map<number, number>,
  details: (() => (Detail | null)[]) | null,
): void {
  const kinds = block.kinds.map(({ region, groups }) => kindFrom(columns, region, [...groups]));
  const { taken, details: written } = columns;
  const places = Int32Array.from(
    { length: BLOCK },
    (_, from) => elsewhere.get(from) ?? base + from,
  );
  for (const [from, to] of places.entries()) {
    written.delete(to);
    const detail = elsewhere.has(from) ? details?.()[from] : null;
    if (detail) written.set(to, detail);
  }
  const differs = differing(columns, places, block, kinds);
  const changed = [...places.keys()].filter((from) => differs[from] && block.taken[from]);
  for (const from of changed) {
    const to = places[from] as number;
    if (!taken[to]) columns.membership += 1;
    else countAt(columns, to, -1);
  }
  for (const from of changed) {
    const to = places[from] as number;
    taken[to] = 1;
    columns.kind[to] = kinds[block.kind[from] as number] ?? 0;
  }
  for (const pair of pairsOf(columns, block)) copyUses(pair, places, changed);
  for (const { into, start, from, at } of wordsIn(columns, block))
    for (const place of changed)
      into[start + (places[place] as number)] = from[at + place] as number;
  for (const from of changed) countAt(columns, places[from] as number, 1);
  if (changed.length > 0) columns.version += 1;
}

const pairsOf = (columns: RoundColumns, block: RoundColumns): [Part, Part][] =>
  [...columns.parts].map(([id, part]) => [part, block.parts.get(id) as Part]);

/** An array of the round and the one of the block beside it, and where the first place is in each. */
type Beside = { into: Column['values']; start: number; from: Column['values']; at: number };

/** Every array, a column with several words as often as it has words. */
function wordsIn(columns: RoundColumns, block: RoundColumns): Beside[] {
  return pairsOf(columns, block).flatMap(([part, own]) => [
    ...(['standing', 'use', 'marked'] as const).map(
      (name): Beside => ({ into: part[name], start: 0, from: own[name], at: 0 }),
    ),
    ...[...part.columns.byId].flatMap(([id, column]) =>
      Array.from({ length: wordsOf(column) }, (_, word): Beside => {
        const other = own.columns.byId.get(id) as Column;
        return {
          into: column.values,
          start: word * column.length,
          from: other.values,
          at: word * other.length,
        };
      }),
    ),
  ]);
}

function copyUses([part, own]: [Part, Part], places: Int32Array, changed: number[]): void {
  for (const from of changed) {
    const [to, uses] = [places[from] as number, own.uses.get(from)];
    if (uses) part.uses.set(to, uses);
    else part.uses.delete(to);
  }
}

/** 1 for each place of the block that stands otherwise in the round. Array by array, since that is how they lie in memory. */
function differing(
  columns: RoundColumns,
  places: Int32Array,
  block: RoundColumns,
  kinds: number[],
): Uint8Array {
  const differs = new Uint8Array(BLOCK);
  for (let from = 0; from < BLOCK; from += 1) {
    const to = places[from] as number;
    if (!columns.taken[to] || columns.kind[to] !== kinds[block.kind[from] as number])
      differs[from] = 1;
  }
  for (const { into, start, from, at } of wordsIn(columns, block))
    for (let place = 0; place < BLOCK; place += 1)
      if (!Object.is(into[start + (places[place] as number)], from[at + place])) differs[place] = 1;
  for (const [part, own] of pairsOf(columns, block))
    for (const from of new Set([...own.uses.keys()]))
      if (!sameUses(part.uses.get(places[from] as number), own.uses.get(from))) differs[from] = 1;
  return differs;
}

/**
 * The columns of a round in memory: for every State that was asked a place, and at that place in typed arrays where it stands
 * in each audience and what it answered. What is counted is counted over these arrays, and never over objects, so that a million
 * cost little more than forty. Pure.
 *
 * Counters that pages have asked for are kept in step: whoever changes a place takes it out of each counter before and puts
 * it in again after. A State keeps its place for as long as the columns live, so a place may be held across a pause.
 */
import {
  type Column,
  type Columns,
  emptyColumns,
  isRow,
  type Layout,
  writeRow,
} from '../questionnaire/columns.ts';
import { REVIEWS, type Review, USES, type Use, type Uses } from '../responses/response.ts';
import { isMember, type State } from '../states/state.ts';

/** Where a State stands in an audience, as a code. */
export const NOT_ASKED = 0;
export const NOT_STARTED = 1;
export const STARTED = 2;
/** This and above is submitted, and tells what the Committee says of it. */
export const SUBMITTED = 3;
export const STANDINGS = SUBMITTED + REVIEWS.length;

export const standingOf = (review: Review): number => SUBMITTED + REVIEWS.indexOf(review);
export const reviewOf = (standing: number): Review => REVIEWS[standing - SUBMITTED] ?? 'received';

/** What of a State decides in which views it is: the same for many, so that counters can be kept for each kind. */
export type Kind = {
  region: State['region'];
  /** Of the groups of the questionnaire, at its reference date. */
  groups: ReadonlySet<string>;
};

/** So many places are gone over at a time: what is worked out of each of them stays close to the processor. */
export const STRIDE = 8192;

/**
 * Something that is counted over places. `count` adds those from `from` to `to`, at most STRIDE, or takes them out; a place that no State
 * has changes no figure.
 */
export type Counter = { count(from: number, to: number, by: 1 | -1): void };

/** One audience. */
export type Part = {
  layout: Layout;
  columns: Columns;
  standing: Uint8Array;
  /** The place of the State's own use among USES. */
  use: Uint8Array;
  /** What was said of single answers; of most States nothing. */
  uses: Map<number, Uses>;
  /** Where `uses` has something, the marks of these questions (see `markOf`): to look there is cheaper. */
  marked: Uint32Array;
  /**
   * At a cut-off: what holds for naming, which is the closer of what was said by then and what has been said since. Figures go by
   * `use` and `uses`, so that they never change. Null where both are the same.
   */
  naming: Pick<Part, 'use' | 'uses' | 'marked'> | null;
};

/** What no figure needs: read only for States that are named. */
export type Detail = { state: State; asked: Record<string, AskedDetail> };
type AskedDetail = { response: string; revision: number; submittedAt: Date | null };

/** What the columns of a questionnaire look like. */
export type Shape = {
  /** The same for two questionnaires only where all of this is. */
  name: string;
  /** In the order of the questionnaire. */
  groups: string[];
  referenceDate: string;
  layouts: Map<string, Layout>;
};

export type RoundColumns = {
  shape: Shape;
  /** Places below may be taken; there is room for more. */
  length: number;
  room: number;
  /** 1 where a State has the place. */
  taken: Uint8Array;
  kind: Uint16Array;
  kinds: Kind[];
  parts: Map<string, Part>;
  /** Of places that were written one by one; they stand above those that came with a block. */
  details: Map<number, Detail>;
  /** What came with each block, by its first place; null where it was left out, as in a round of very many. */
  blocks: { base: number; size: number; details: (() => (Detail | null)[]) | null }[];
  counters: Map<string, Counter>;
  /** Grows with every change. */
  version: number;
  /** Grows with every State that comes or goes. */
  membership: number;
};

/** A State as it was asked in one audience, and what it submitted. */
export type Row = {
  state: State;
  audience: string;
  response: string;
  started: boolean;
  review: Review;
  /** Null while it has not submitted. */
  submitted: {
    revision: number;
    submittedAt: Date;
    use: Use;
    uses?: Uses | undefined;
    row: Uint8Array;
  } | null;
};

export function emptyRound(shape: Shape, room = 0): RoundColumns {
  return {
    shape,
    length: 0,
    room,
    taken: new Uint8Array(room),
    kind: new Uint16Array(room),
    kinds: [],
    parts: new Map(
      [...shape.layouts].map(([id, layout]): [string, Part] => [
        id,
        {
          layout,
          columns: emptyColumns(layout, room),
          standing: new Uint8Array(room),
          ...nothingSaid(room),
          naming: null,
        },
      ]),
    ),
    details: new Map(),
    blocks: [],
    counters: new Map(),
    version: 0,
    membership: 0,
  };
}

const nothingSaid = (room: number): Pick<Part, 'use' | 'uses' | 'marked'> => ({
  use: new Uint8Array(room),
  uses: new Map(),
  marked: new Uint32Array(room),
});

/** The least that more room is made by. */
const LEAST = 256;

/** Takes `count` new places at the end. @returns the first */
export function takePlaces(columns: RoundColumns, count: number): number {
  const base = columns.length;
  const needed = base + count;
  if (needed > columns.room)
    makeRoom(columns, Math.max(needed, columns.room + LEAST, Math.ceil(columns.room * 1.25)));
  columns.length = needed;
  return base;
}

/** @param into a longer array. @returns it, beginning with the values */
export function grown<T extends Uint8Array | Uint16Array | Uint32Array | Int32Array>(
  values: T,
  into: T,
): T {
  into.set(values);
  return into;
}

/** Makes room for as many places at once, where it is known how many come. */
export function makeRoom(columns: RoundColumns, room: number): void {
  if (room <= columns.room) return;
  const bytes = (values: Uint8Array) => grown(values, new Uint8Array(room));
  columns.room = room;
  columns.taken = bytes(columns.taken);
  columns.kind = grown(columns.kind, new Uint16Array(room));
  for (const part of columns.parts.values()) {
    part.standing = bytes(part.standing);
    for (const said of [part, part.naming]) {
      if (!said) continue;
      said.use = bytes(said.use);
      said.marked = grown(said.marked, new Uint32Array(room));
    }
    part.columns = emptyColumns(part.layout, room, part.columns);
  }
}

/** The number of the State's kind; a new one for the first of its kind. */
export function kindOf(
  columns: RoundColumns,
  state: Pick<State, 'region' | 'memberships'>,
): number {
  const { groups, referenceDate } = columns.shape;
  const own = groups.filter((group) => isMember(state, group, referenceDate));
  return kindFrom(columns, state.region, own);
}

export function kindFrom(columns: RoundColumns, region: State['region'], groups: string[]): number {
  const found = columns.kinds.findIndex(
    (kind) =>
      kind.region === region &&
      kind.groups.size === groups.length &&
      groups.every((group) => kind.groups.has(group)),
  );
  return found >= 0 ? found : columns.kinds.push({ region, groups: new Set(groups) }) - 1;
}

/** Runs `write` with the place taken out of all counters before, and put in again after. */
function change(columns: RoundColumns, place: number, write: () => void): void {
  const { taken } = columns;
  if (taken[place]) countAt(columns, place, -1);
  write();
  if (taken[place]) countAt(columns, place, 1);
  columns.version += 1;
}

/** Tells all counters of one place. */
export function countAt({ counters }: RoundColumns, place: number, by: 1 | -1): void {
  for (const counter of counters.values()) counter.count(place, place + 1, by);
}

/** Whose a place is, without a change to what is counted. */
export function remember(columns: RoundColumns, place: number, row: Row): void {
  columns.details.set(place, detailWith(columns.details.get(place), row));
}

/** Writes a row at the State's place, unless it stands there already. */
export function put(columns: RoundColumns, place: number, row: Row): void {
  const part = columns.parts.get(row.audience);
  if (!part) return;
  const kind = kindOf(columns, row.state);
  remember(columns, place, row);
  if (columns.taken[place] && columns.kind[place] === kind && stands(part, place, row)) return;
  if (!columns.taken[place]) columns.membership += 1;
  change(columns, place, () => {
    columns.taken[place] = 1;
    columns.kind[place] = kind;
    part.standing[place] = codeOf(row);
    say(part, place, row.submitted ?? { use: USES[0] });
    writeRow(part.columns, place, row.submitted?.row ?? null);
  });
}

/** What holds for naming at a cut-off, where it is no longer what it was. */
export function putNaming(
  columns: RoundColumns,
  place: number,
  audience: string,
  said: { use: Use; uses?: Uses | undefined },
): void {
  const part = columns.parts.get(audience);
  if (!part || (part.naming && says(part.naming, place, said))) return;
  change(columns, place, () => {
    part.naming ??= nothingSaid(columns.room);
    say(part.naming, place, said);
  });
}

/** Of a State that is asked no more. Its place is left empty. */
export function vacate(columns: RoundColumns, place: number): void {
  if (!columns.taken[place]) return;
  countAt(columns, place, -1);
  columns.taken[place] = 0;
  for (const part of columns.parts.values()) part.standing[place] = NOT_ASKED;
  columns.details.delete(place);
  columns.version += 1;
  columns.membership += 1;
}

const codeOf = ({ submitted, review, started }: Row): number =>
  submitted ? standingOf(review) : started ? STARTED : NOT_STARTED;

function say(
  into: Pick<Part, 'use' | 'uses' | 'marked'>,
  place: number,
  { use, uses }: { use: Use; uses?: Uses | undefined },
): void {
  into.use[place] = USES.indexOf(use);
  const mark = markOf(Object.keys(uses ?? {}));
  into.marked[place] = mark;
  if (uses && mark !== 0) into.uses.set(place, uses);
  else into.uses.delete(place);
}

/** One bit of 32 for each question. Where none of a question's is set, nothing was said of it. */
export function markOf(questions: Iterable<string>): number {
  let mark = 0;
  for (const id of questions) {
    let sum = 0;
    for (let at = 0; at < id.length; at += 1) sum = (7 * sum + id.charCodeAt(at)) % 1009;
    mark |= 1 << (sum % 32);
  }
  return mark;
}

export const sameUses = (one: Uses | undefined, other: Uses | undefined): boolean => {
  const [a, b] = [Object.entries(one ?? {}), other ?? {}];
  return a.length === Object.keys(b).length && a.every(([id, use]) => b[id] === use);
};

const says = (
  said: Pick<Part, 'use' | 'uses'>,
  place: number,
  { use, uses }: { use: Use; uses?: Uses | undefined },
): boolean => said.use[place] === USES.indexOf(use) && sameUses(said.uses.get(place), uses);

function stands(part: Part, place: number, row: Row): boolean {
  const { submitted } = row;
  return (
    part.standing[place] === codeOf(row) &&
    (!submitted || says(part, place, submitted)) &&
    isRow(part.columns, place, submitted?.row ?? null)
  );
}

function detailWith(before: Detail | undefined, row: Row): Detail {
  return {
    state: row.state,
    asked: {
      ...before?.asked,
      [row.audience]: {
        response: row.response,
        revision: row.submitted?.revision ?? 0,
        submittedAt: row.submitted?.submittedAt ?? null,
      },
    },
  };
}

/** Whether it is not held whose the places are, since there are so many. */
export const isLarge = ({ blocks }: RoundColumns): boolean =>
  blocks.some(({ details }) => details === null);

/** @throws for a place that no State has, or whose details were not fetched */
export function detailAt({ details, blocks }: RoundColumns, place: number): Detail {
  const block = blocks.find(({ base, size }) => place >= base && place < base + size);
  const inBlock = block?.details?.()[place - block.base] ?? null;
  const written = details.get(place);
  if (written && inBlock)
    return { state: written.state, asked: { ...inBlock.asked, ...written.asked } };
  const found = written ?? inBlock;
  if (!found) throw new Error(`it is not known which State has the place ${place}`);
  return found;
}

/** What was said of the answers at a place, as figures count it. */
export const saidAt = (part: Part, place: number): { use: Use; uses?: Uses | undefined } =>
  saidIn(part, place);

/** The same for naming; see `Part.naming`. */
export const namingAt = (part: Part, place: number): { use: Use; uses?: Uses | undefined } =>
  saidIn(part.naming ?? part, place);

const saidIn = ({ use, uses }: Pick<Part, 'use' | 'uses'>, place: number) => ({
  use: USES[use[place] as number] as Use,
  uses: uses.get(place),
});

/** How much memory the arrays take. */
export function bytesOf(columns: RoundColumns): number {
  const ofPart = ({ columns: { byId }, standing }: Part) =>
    6 * standing.byteLength +
    [...byId.values()].reduce((sum, { values }: Column) => sum + values.byteLength, 0);
  return [...columns.parts.values()].reduce((sum, part) => sum + ofPart(part), 3 * columns.room);
}

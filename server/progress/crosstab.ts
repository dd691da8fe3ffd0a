/**
 * Two columns of closed answers counted against each other. A State may give several choices to each, and to go through them pair by
 * pair a million times takes long; but only so many patterns of choices are there. So it is counted first how often each pattern meets
 * each other one, and what a pattern consists of is looked up once for each of them. Pure.
 */
import { STRIDE } from '../columns/round-columns.ts';
import type { Column } from '../questionnaire/columns.ts';
import { patternsOf, type Slice, standsOf } from './patterns.ts';

/** By the place of the answer among the options; after these two more, "not applicable" and "no answer". */
type Crosstab = {
  /** Each State once for each answer it gave, whatever it gave to the other. */
  first: Int32Array;
  second: Int32Array;
  /** Row by row. */
  cells: Int32Array;
};

export function crosstabOf(first: Column, second: Column) {
  const [down, across] = [patternsOf(first), patternsOf(second)];
  const [rows, columns] = [down.slices, across.slices];
  const [height, width] = [standsOf(first), standsOf(second)];
  let counting: Counting | null = null;
  return {
    /** Counts who stands at these places. */
    add(places: Int32Array): void {
      for (let from = 0; from < places.length; from += STRIDE) {
        const some = places.subarray(from, from + STRIDE);
        down.read(some);
        across.read(some);
        counting ??= isFasterOneByOne(rows, columns, some.length)
          ? oneByOne(rows, columns, height, width)
          : byPattern(rows, columns, height, width);
        counting.add(some.length);
      }
    },
    /** What was added since this was last asked. */
    take: (): Crosstab => counting?.take() ?? newCrosstab(height, width),
  };
}

const newCrosstab = (height: number, width: number): Crosstab => ({
  first: new Int32Array(height),
  second: new Int32Array(width),
  cells: new Int32Array(height * width),
});

/** Counts pairs of choices of the places that the slices have read last. */
type Counting = { add(count: number): void; take(): Crosstab };

/** A pair of slices takes a quarter of a megabyte. */
const MOST_PAIRS = 48;

/** Nanoseconds, as measured: for a State in each pair of slices. */
const BY_PATTERN = 4;
/** For a State, and for each pair of its choices. */
const ONE_BY_ONE = { state: 130, pair: 13 };
const SAMPLE = 500;

/** With very many options of which each State has few. Some of the places that were read last stand for all. */
function isFasterOneByOne(rows: Slice[], columns: Slice[], count: number): boolean {
  const slices = rows.length * columns.length;
  if (slices > MOST_PAIRS) return true;
  const sample = Math.min(count, SAMPLE);
  let pairs = 0;
  for (let n = 0; n < sample; n += 1) {
    const chosen = (sum: number, { at, stands }: Slice) =>
      sum + (stands[at[n] as number] as number[]).length;
    pairs += rows.reduce(chosen, 0) * columns.reduce(chosen, 0);
  }
  const each = ONE_BY_ONE.state + ONE_BY_ONE.pair * (pairs / Math.max(1, sample));
  return slices * BY_PATTERN > each;
}

function byPattern(rows: Slice[], columns: Slice[], height: number, width: number): Counting {
  const pairs = rows.map((row) => ({
    row,
    others: columns.map((column) => ({
      column,
      found: new Int32Array(row.stands.length * column.stands.length),
    })),
  }));
  return {
    add(count) {
      for (const { row, others } of pairs) {
        const some = row === rows[0] ? wholly(row.at, count) : chosenIn(row.at, count);
        for (const { column, found } of others)
          countPairs(some.places, some.patterns, column.at, column.stands.length, found);
      }
    },
    take() {
      const tab = newCrosstab(height, width);
      for (const { row, others } of pairs)
        for (const { column, found } of others) {
          // Everybody has a pattern in the first slice of each, so that the pairs with it have them all.
          const first = column === columns[0] ? tab.first : null;
          const second = row === rows[0] ? tab.second : null;
          takePairs(row.stands, column.stands, found, { first, second, cells: tab.cells }, width);
        }
      return tab;
    },
  };
}

function oneByOne(rows: Slice[], columns: Slice[], height: number, width: number): Counting {
  let tab = newCrosstab(height, width);
  return {
    add: (count) => countChoices(rows, columns, count, width, tab),
    take() {
      const taken = tab;
      tab = newCrosstab(height, width);
      return taken;
    },
  };
}

/** Some of the places that were read last: where they are in the list, and the pattern of each. */
type Some = { places: Uint16Array; patterns: Uint16Array };

const EACH = Uint16Array.from({ length: STRIDE }, (_, at) => at);
const wholly = (patterns: Uint16Array, count: number): Some => ({
  places: EACH.subarray(0, count),
  patterns,
});

const chosen: Some = { places: new Uint16Array(STRIDE), patterns: new Uint16Array(STRIDE) };

/** Those who chose something of the slice. With many options most did not choose any of these, and in pairs they would count for nothing. */
function chosenIn(patterns: Uint16Array, count: number): Some {
  const length = findChosen(patterns, count, chosen.places, chosen.patterns);
  return { places: chosen.places.subarray(0, length), patterns: chosen.patterns };
}

function findChosen(
  patterns: Uint16Array,
  count: number,
  places: Uint16Array,
  into: Uint16Array,
): number {
  let length = 0;
  for (let at = 0; at < count; at += 1) {
    const pattern = patterns[at] as number;
    // Stays only where there is one: the next one is written over it.
    places[length] = at;
    into[length] = pattern;
    length += Number(pattern !== 0);
  }
  return length;
}

function countPairs(
  places: Uint16Array,
  rows: Uint16Array,
  columns: Uint16Array,
  others: number,
  found: Int32Array,
): void {
  for (let n = 0; n < places.length; n += 1) {
    const pair = (rows[n] as number) * others + (columns[places[n] as number] as number);
    found[pair] = (found[pair] as number) + 1;
  }
}

function countChoices(
  rows: Slice[],
  columns: Slice[],
  count: number,
  width: number,
  { first, second, cells }: Crosstab,
): void {
  const beside = new Uint16Array(width);
  for (let n = 0; n < count; n += 1) {
    let length = 0;
    for (let of = 0; of < columns.length; of += 1) {
      const { at, starts, flat } = columns[of] as Slice;
      const pattern = at[n] as number;
      for (let from = starts[pattern] as number; from < (starts[pattern + 1] as number); from += 1)
        beside[length++] = flat[from] as number;
    }
    for (let one = 0; one < length; one += 1)
      second[beside[one] as number] = (second[beside[one] as number] as number) + 1;
    for (let of = 0; of < rows.length; of += 1) {
      const { at, starts, flat } = rows[of] as Slice;
      const pattern = at[n] as number;
      for (
        let from = starts[pattern] as number;
        from < (starts[pattern + 1] as number);
        from += 1
      ) {
        const row = flat[from] as number;
        first[row] = (first[row] as number) + 1;
        for (let one = 0; one < length; one += 1) {
          const cell = row * width + (beside[one] as number);
          cells[cell] = (cells[cell] as number) + 1;
        }
      }
    }
  }
}

/** @param into its margins only where they are to be added to */
function takePairs(
  rows: number[][],
  columns: number[][],
  found: Int32Array,
  {
    first,
    second,
    cells,
  }: { [part in 'first' | 'second']: Int32Array | null } & Pick<Crosstab, 'cells'>,
  width: number,
): void {
  const add = (to: Int32Array | null, at: number, count: number) => {
    if (to) to[at] = (to[at] as number) + count;
  };
  const others = columns.length;
  for (let pair = 0; pair < found.length; pair += 1) {
    const count = found[pair] as number;
    if (count === 0) continue;
    const [down, across] = [rows[Math.floor(pair / others)], columns[pair % others]] as [
      number[],
      number[],
    ];
    for (const row of down) {
      add(first, row, count);
      for (const column of across) add(cells, row * width + column, count);
    }
    for (const column of across) add(second, column, count);
  }
  found.fill(0);
}

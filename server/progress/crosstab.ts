/**
 * Two columns of closed answers counted against each other. A State may give several choices to each, and to go through them pair by
 * pair a million times takes long; but only so many patterns of choices are there. So it is counted first how often each pattern meets
 * each other one, and what a pattern consists of is looked up once for each of them. Pure.
 */
import {
  type Column,
  NOT_APPLICABLE,
  OPTIONS_PER_WORD,
  stateAt,
  wordsOf,
} from '../questionnaire/columns.ts';

/** By the place of the answer among the options; after these two more, "not applicable" and "no answer". */
type Crosstab = {
  /** Each State once for each answer it gave, whatever it gave to the other. */
  first: Int32Array;
  second: Int32Array;
  /** Row by row. */
  cells: Int32Array;
};

/** What a row of a crosstab has besides the options. */
const SPECIAL = 2;
const standsOf = ({ options }: Column): number => options.length + SPECIAL;

/** Places are read by so many. */
const STRIDE = 8192;

export function crosstabOf(first: Column, second: Column) {
  const [rows, columns] = [readSlices(first), readSlices(second)];
  const [height, width] = [standsOf(first), standsOf(second)];
  let counting: Counting | null = null;
  return {
    /** Counts who stands at these places. */
    add(places: Int32Array): void {
      for (let from = 0; from < places.length; from += STRIDE) {
        const some = places.subarray(from, from + STRIDE);
        for (const slice of [...rows, ...columns]) slice.read(some, slice.at);
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

/** How many of those at the places stand where, in one column. */
export function marginOf(column: Column): (places: Int32Array) => Int32Array {
  const slices = readSlices(column);
  return (places) => {
    const margin = new Int32Array(standsOf(column));
    for (let from = 0; from < places.length; from += STRIDE) {
      const some = places.subarray(from, from + STRIDE);
      for (const slice of slices) {
        slice.read(some, slice.at);
        addMargin(slice, some.length, margin);
      }
    }
    return margin;
  };
}

/** Counts pairs of choices of the places that the slices have read last. */
type Counting = { add(count: number): void; take(): Crosstab };

/** A pair of slices takes a quarter of a megabyte. */
const MOST_PAIRS = 48;

/** Nanoseconds, as measured: for a State in each pair of slices. */
const BY_PATTERN = 1.4;
/** For a State, and for each pair of its choices. */
const ONE_BY_ONE = { state: 40, pair: 1.5 };
const SAMPLE = 500;

/** With very many options of which each State has few. Some of the places that were read last stand for all. */
function isFasterOneByOne(rows: ReadSlice[], columns: ReadSlice[], count: number): boolean {
  const slices = rows.length * columns.length;
  if (slices > MOST_PAIRS) return true;
  const sample = Math.min(count, SAMPLE);
  let pairs = 0;
  for (let n = 0; n < sample; n += 1) {
    const chosen = (sum: number, { at, stands }: ReadSlice) =>
      sum + (stands[at[n] as number] as number[]).length;
    pairs += rows.reduce(chosen, 0) * columns.reduce(chosen, 0);
  }
  const each = ONE_BY_ONE.state + ONE_BY_ONE.pair * (pairs / Math.max(1, sample));
  return slices * BY_PATTERN > each;
}

function byPattern(
  rows: ReadSlice[],
  columns: ReadSlice[],
  height: number,
  width: number,
): Counting {
  const pairs = rows.flatMap((row) =>
    columns.map((column) => ({
      row,
      column,
      found: new Int32Array(row.stands.length * column.stands.length),
    })),
  );
  return {
    add(count) {
      for (const { row, column, found } of pairs)
        countPairs(row.at, column.at, column.stands.length, count, found);
    },
    take() {
      const tab = newCrosstab(height, width);
      for (const { row, column, found } of pairs) {
        // Everybody has one pattern in each slice, so that one pair of each has them all.
        const first = column === columns[0] ? tab.first : null;
        const second = row === rows[0] ? tab.second : null;
        takePairs(row.stands, column.stands, found, { first, second, cells: tab.cells }, width);
      }
      return tab;
    },
  };
}

function oneByOne(
  rows: ReadSlice[],
  columns: ReadSlice[],
  height: number,
  width: number,
): Counting {
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

/** A part of the options of a column that has few patterns of them. */
type Slice = {
  /** By pattern: where somebody stands who has it. */
  stands: number[][];
  /** The same one after the other: of pattern p from `starts[p]` to `starts[p + 1]`. */
  flat: Uint16Array;
  starts: Uint16Array;
  /** The pattern at each of the places. */
  read(places: Int32Array, into: Uint16Array): void;
};

function sliceOf(stands: number[][], read: Slice['read']): Slice {
  const starts = new Uint16Array(stands.length + 1);
  for (const [pattern, of] of stands.entries())
    starts[pattern + 1] = (starts[pattern] as number) + of.length;
  return { stands, flat: Uint16Array.from(stands.flat()), starts, read };
}

/** Worked out once for each column. */
const known = new WeakMap<Column, Slice[]>();

function slicesOf(column: Column): Slice[] {
  const found = known.get(column);
  if (found) return found;
  const slices = column.kind === 'code' ? [singleChoice(column)] : severalSlices(column);
  known.set(column, slices);
  return slices;
}

function severalSlices(column: Column): Slice[] {
  const slices: Slice[] = [];
  for (let from = 0; from < column.options.length; ) {
    const shift = from % OPTIONS_PER_WORD;
    const size = Math.min(BITS, OPTIONS_PER_WORD - shift, column.options.length - from);
    slices.push(severalChoices(column, from, size));
    from += size;
  }
  return slices;
}

/** Two slices of so many choices have 65,000 pairs of patterns: few enough to be held close to the processor. */
const BITS = 8;

function singleChoice({ options, values }: Column): Slice {
  const n = options.length;
  const patterns = Uint8Array.from({ length: NOT_APPLICABLE + 1 }, (_, value) =>
    value === 0 ? n + 1 : value === NOT_APPLICABLE ? n : value - 1,
  );
  return sliceOf(
    Array.from({ length: n + SPECIAL }, (_, stand) => [stand]),
    (places, into) => {
      for (let at = 0; at < places.length; at += 1)
        into[at] = patterns[values[places[at] as number] as number] as number;
    },
  );
}

/** The options from `from` on. The first slice also tells who chose nothing at all, or was not asked. */
function severalChoices(column: Column, from: number, size: number): Slice {
  const { options, values, length } = column;
  const n = options.length;
  const shift = from % OPTIONS_PER_WORD;
  const start = Math.floor(from / OPTIONS_PER_WORD) * length;
  const mask = 2 ** size - 1;
  const chosen = Array.from({ length: 2 ** size }, (_, pattern) =>
    Array.from({ length: size }, (_, bit) => bit)
      .filter((bit) => (pattern >>> bit) & 1)
      .map((bit) => from + bit),
  );
  if (from > 0)
    return sliceOf(chosen, (places, into) => {
      for (let at = 0; at < places.length; at += 1)
        into[at] = ((values[start + (places[at] as number)] as number) >>> shift) & mask;
    });
  const [apart, empty] = [chosen.length, chosen.length + 1];
  const isOneWord = wordsOf(column) === 1;
  return sliceOf([...chosen, [n], [n + 1]], (places, into) => {
    for (let at = 0; at < places.length; at += 1) {
      const place = places[at] as number;
      const bits = values[place] as number;
      if (bits >= 2 ** 31) into[at] = apart;
      else if (bits === 0 && (isOneWord || stateAt(column, place) === 'empty')) into[at] = empty;
      else into[at] = bits & mask;
    }
  });
}

/** A slice, and the patterns of the places that were read last. */
type ReadSlice = Slice & { at: Uint16Array };

const readSlices = (column: Column): ReadSlice[] =>
  slicesOf(column).map((slice) => ({ ...slice, at: new Uint16Array(STRIDE) }));

function addMargin({ at, stands }: ReadSlice, count: number, margin: Int32Array): void {
  const found = new Int32Array(stands.length);
  for (let n = 0; n < count; n += 1)
    found[at[n] as number] = (found[at[n] as number] as number) + 1;
  for (const [pattern, times] of found.entries())
    if (times > 0)
      for (const stand of stands[pattern] as number[])
        margin[stand] = (margin[stand] as number) + times;
}

function countPairs(
  rows: Uint16Array,
  columns: Uint16Array,
  others: number,
  count: number,
  found: Int32Array,
): void {
  for (let n = 0; n < count; n += 1) {
    const pair = (rows[n] as number) * others + (columns[n] as number);
    found[pair] = (found[pair] as number) + 1;
  }
}

function countChoices(
  rows: ReadSlice[],
  columns: ReadSlice[],
  count: number,
  width: number,
  { first, second, cells }: Crosstab,
): void {
  const beside = new Uint16Array(width);
  for (let n = 0; n < count; n += 1) {
    let length = 0;
    for (let of = 0; of < columns.length; of += 1) {
      const { at, starts, flat } = columns[of] as ReadSlice;
      const pattern = at[n] as number;
      for (let from = starts[pattern] as number; from < (starts[pattern + 1] as number); from += 1)
        beside[length++] = flat[from] as number;
    }
    for (let one = 0; one < length; one += 1)
      second[beside[one] as number] = (second[beside[one] as number] as number) + 1;
    for (let of = 0; of < rows.length; of += 1) {
      const { at, starts, flat } = rows[of] as ReadSlice;
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

/**
 * The closed answers in a column as patterns: which of the options somebody chose. Of many options there are too many patterns, so they
 * are cut into slices of eight, with 256 patterns each. Pure.
 */
import {
  type Column,
  NOT_APPLICABLE,
  OPTIONS_PER_WORD,
  stateAt,
  wordsOf,
} from '../questionnaire/columns.ts';

/** Where somebody may stand besides the options: "not applicable" and "no answer", in this order. */
const SPECIAL = 2;
export const standsOf = ({ options }: Column): number => options.length + SPECIAL;

/** Places are gone over by so many: what is worked out of each of them stays close to the processor. */
export const STRIDE = 8192;

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
export type ReadSlice = Slice & { at: Uint16Array };

export const readSlices = (column: Column): ReadSlice[] =>
  slicesOf(column).map((slice) => ({ ...slice, at: new Uint16Array(STRIDE) }));

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

function addMargin({ at, stands }: ReadSlice, count: number, margin: Int32Array): void {
  const found = new Int32Array(stands.length);
  for (let n = 0; n < count; n += 1)
    found[at[n] as number] = (found[at[n] as number] as number) + 1;
  for (const [pattern, times] of found.entries())
    if (times > 0)
      for (const stand of stands[pattern] as number[])
        margin[stand] = (margin[stand] as number) + times;
}

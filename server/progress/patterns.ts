/**
 * The closed answers in a column as patterns: which of the options somebody chose. Of many options there are too many patterns, so they
 * are cut into slices of eight, with 256 patterns each. Pure.
 */
import { STRIDE } from '../columns/round-columns.ts';
import {
  type Column,
  NOT_APPLICABLE,
  OPTIONS_PER_WORD,
  wordsOf,
} from '../questionnaire/columns.ts';

/** Where somebody may stand besides the options: "not applicable" and "no answer", in this order. */
const SPECIAL = 2;
export const standsOf = ({ options }: Column): number => options.length + SPECIAL;

/** A part of the options of a column that has few patterns of them. */
type Shape = {
  /** The first of its options, and how many they are. */
  from: number;
  size: number;
  /** By pattern: where somebody stands who has it. */
  stands: number[][];
  /** The same one after the other: of pattern p from `starts[p]` to `starts[p + 1]`. */
  flat: Uint16Array;
  starts: Uint16Array;
};

export type Slice = Shape & {
  /** The patterns of the places that were read last. */
  at: Uint16Array;
};

export type Patterns = {
  slices: Slice[];
  /** @param places at most STRIDE */
  read(places: Int32Array): void;
};

export function patternsOf(column: Column): Patterns {
  const slices = shapesOf(column).map((shape) => ({ ...shape, at: new Uint16Array(STRIDE) }));
  return {
    slices,
    read: column.kind === 'code' ? codeReader(column, slices) : bitsReader(column, slices),
  };
}

/** Worked out once for each column. */
const known = new WeakMap<Column, Shape[]>();

function shapesOf(column: Column): Shape[] {
  const found = known.get(column);
  if (found) return found;
  const shapes = column.kind === 'code' ? [singleChoice(column)] : severalChoices(column);
  known.set(column, shapes);
  return shapes;
}

function shapeOf(from: number, size: number, stands: number[][]): Shape {
  const starts = new Uint16Array(stands.length + 1);
  for (const [pattern, of] of stands.entries())
    starts[pattern + 1] = (starts[pattern] as number) + of.length;
  return { from, size, stands, flat: Uint16Array.from(stands.flat()), starts };
}

const singleChoice = (column: Column): Shape =>
  shapeOf(
    0,
    column.options.length,
    Array.from({ length: standsOf(column) }, (_, stand) => [stand]),
  );

/** Two slices of so many choices have 65,000 pairs of patterns: few enough to be held close to the processor. */
const BITS = 8;

function severalChoices({ options }: Column): Shape[] {
  const n = options.length;
  const shapes: Shape[] = [];
  for (let from = 0; from < n; ) {
    const size = Math.min(BITS, OPTIONS_PER_WORD - (from % OPTIONS_PER_WORD), n - from);
    const chosen = Array.from({ length: 2 ** size }, (_, pattern) =>
      Array.from({ length: size }, (_, bit) => bit)
        .filter((bit) => (pattern >>> bit) & 1)
        .map((bit) => from + bit),
    );
    // The first slice also tells who was not asked, or chose nothing at all.
    shapes.push(shapeOf(from, size, from === 0 ? [...chosen, [n], [n + 1]] : chosen));
    from += size;
  }
  return shapes;
}

function codeReader({ options, values }: Column, [slice]: Slice[]): Patterns['read'] {
  const n = options.length;
  const patterns = Uint8Array.from({ length: NOT_APPLICABLE + 1 }, (_, value) =>
    value === 0 ? n + 1 : value === NOT_APPLICABLE ? n : value - 1,
  );
  const { at } = slice as Slice;
  return (places) => readCodes(values as Uint8Array, patterns, places, at);
}

/** Of the places that are read just now: their words, and 0 where no word has anything. */
const words = new Int32Array(STRIDE);
const any = new Int32Array(STRIDE);

function bitsReader(column: Column, slices: Slice[]): Patterns['read'] {
  const { length } = column;
  const values = column.values as Uint32Array;
  const count = wordsOf(column);
  const [first] = slices as [Slice];
  return (places) => {
    // The first word comes last, when it is known whether the others have anything.
    for (let word = count - 1; word >= 0; word -= 1) {
      readWords(values, word * length, places, word === count - 1, words, any);
      for (const { from, size, at } of slices)
        if (Math.floor(from / OPTIONS_PER_WORD) === word)
          cut(words, from % OPTIONS_PER_WORD, 2 ** size - 1, places.length, at);
    }
    markSpecial(words, any, 2 ** first.size, places.length, first.at);
  };
}

// A million places go through each of these: nothing else is in the loop, and no `if` that a processor would guess wrong.

function readCodes(
  values: Uint8Array,
  patterns: Uint8Array,
  places: Int32Array,
  into: Uint16Array,
): void {
  for (let at = 0; at < places.length; at += 1)
    into[at] = patterns[values[places[at] as number] as number] as number;
}

/** @param any what the words before had; not where this is the first to be read */
function readWords(
  values: Uint32Array,
  start: number,
  places: Int32Array,
  isFirst: boolean,
  into: Int32Array,
  any: Int32Array,
): void {
  const kept = isFirst ? 0 : -1;
  for (let at = 0; at < places.length; at += 1) {
    const word = values[start + (places[at] as number)] as number;
    into[at] = word;
    any[at] = ((any[at] as number) & kept) | word;
  }
}

function cut(
  from: Int32Array,
  shift: number,
  mask: number,
  count: number,
  into: Uint16Array,
): void {
  for (let at = 0; at < count; at += 1) into[at] = ((from[at] as number) >>> shift) & mask;
}

/** Where the top bit is set the question was not put, and where nothing is set nothing was chosen: patterns of their own. */
function markSpecial(
  first: Int32Array,
  any: Int32Array,
  apart: number,
  count: number,
  into: Uint16Array,
): void {
  for (let at = 0; at < count; at += 1) {
    const isApart = Number((first[at] as number) < 0);
    const isEmpty = Number(any[at] === 0);
    into[at] =
      (into[at] as number) * (1 - isApart - isEmpty) + isApart * apart + isEmpty * (apart + 1);
  }
}

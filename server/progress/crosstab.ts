/**
 * Two columns of closed answers counted against each other. There is a loop for each pair of kinds, since a million places go through
 * it: of a code each State has one, of bits any number, and what a State chose is not written down anywhere but on the way. Pure.
 */
import {
  type Column,
  NOT_APPLICABLE,
  OPTIONS_PER_WORD,
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

type Counting = {
  /** Counts who stands at these places. */
  add(places: Int32Array): void;
  /** All that were added. */
  tab(): Crosstab;
};

export function crosstabOf(first: Column, second: Column): Counting {
  const [one, other] = [first, second].map(({ kind }) => kind);
  if (one === 'code' && other === 'code') return codeByCode(first, second);
  if (one === 'code') return codeByBits(first, second);
  if (other === 'code') return turned(codeByBits(second, first), first, second);
  return bitsByBits(first, second);
}

/** Where somebody may stand besides the options. */
const SPECIAL = 2;
const standsOf = ({ options }: Column): number => options.length + SPECIAL;

const newCrosstab = (first: Column, second: Column): Crosstab => ({
  first: new Int32Array(standsOf(first)),
  second: new Int32Array(standsOf(second)),
  cells: new Int32Array(standsOf(first) * standsOf(second)),
});

function codeByCode(first: Column, second: Column): Counting {
  const tab = newCrosstab(first, second);
  const [rows, columns] = [first, second].map(codesOf) as [Codes, Codes];
  return {
    add: (places) => countCodes(rows, columns, places, tab.second.length, tab.cells),
    tab() {
      sumUp(tab.cells, tab.first, (cell) => Math.floor(cell / tab.second.length));
      sumUp(tab.cells, tab.second, (cell) => cell % tab.second.length);
      return tab;
    },
  };
}

function codeByBits(first: Column, second: Column): Counting {
  const tab = newCrosstab(first, second);
  const [codes, choices] = [codesOf(first), choicesOf(second)];
  return {
    add: (places) => countChoices(codes, choices, places, tab),
    tab() {
      // Everybody is in one row, but may be in several columns.
      sumUp(tab.cells, tab.second, (cell) => cell % tab.second.length);
      return tab;
    },
  };
}

/** @param of in which row, or column, a cell is. @param into what was there is not kept */
function sumUp(cells: Int32Array, into: Int32Array, of: (cell: number) => number): void {
  into.fill(0);
  for (let cell = 0; cell < cells.length; cell += 1) {
    const at = of(cell);
    into[at] = (into[at] as number) + (cells[cell] as number);
  }
}

function bitsByBits(first: Column, second: Column): Counting {
  const tab = newCrosstab(first, second);
  const [rows, columns] = [choicesOf(first), choicesOf(second)];
  const beside = new Int32Array(standsOf(second));
  return {
    add: (places) => countPairs(rows, columns, places, tab, beside),
    tab: () => tab,
  };
}

/** The same with rows and columns the other way round. */
function turned({ add: addPlaces, tab }: Counting, first: Column, second: Column): Counting {
  return {
    add: addPlaces,
    tab() {
      const [own, found] = [newCrosstab(first, second), tab()];
      own.first.set(found.second);
      own.second.set(found.first);
      const [height, width] = [own.first.length, own.second.length];
      for (let at = 0; at < own.cells.length; at += 1)
        own.cells[(at % height) * width + Math.floor(at / height)] = found.cells[at] as number;
      return own;
    },
  };
}

/** A column of codes as the loops need it: by code, where somebody stands who has it. */
type Codes = { values: Uint8Array; stands: Uint8Array };

const codesOf = ({ values, options: { length } }: Column): Codes => ({
  values: values as Uint8Array,
  stands: Uint8Array.from({ length: NOT_APPLICABLE + 1 }, (_, code) => {
    if (code === NOT_APPLICABLE) return length;
    return code === 0 ? length + 1 : code - 1;
  }),
});

/** A column of bits as the loops need it. */
type Choices = { values: Uint32Array; length: number; words: number; apart: number };

const choicesOf = (column: Column): Choices => ({
  values: column.values as Uint32Array,
  length: column.length,
  words: wordsOf(column),
  apart: column.options.length,
});

// A million places go through each of these: nothing else is in the loop, and what it needs it is given. The lowest set bit of a word is
// `word & -word`; as a signed number the first word is below 0 where the question was not put. What was chosen is only written down where it is
// gone over again, of the second of two questions with choices: to write it down always would be shorter, and takes a quarter longer.

function countCodes(
  { values, stands }: Codes,
  { values: others, stands: otherStands }: Codes,
  places: Int32Array,
  width: number,
  cells: Int32Array,
): void {
  for (let n = 0; n < places.length; n += 1) {
    const place = places[n] as number;
    const row = stands[values[place] as number] as number;
    const cell = row * width + (otherStands[others[place] as number] as number);
    cells[cell] = (cells[cell] as number) + 1;
  }
}

function countChoices(
  { values: codes, stands }: Codes,
  { values, length, words, apart }: Choices,
  places: Int32Array,
  { first, second, cells }: Crosstab,
): void {
  const [width, perWord] = [second.length, OPTIONS_PER_WORD];
  for (let n = 0; n < places.length; n += 1) {
    const place = places[n] as number;
    const row = stands[codes[place] as number] as number;
    first[row] = (first[row] as number) + 1;
    const start = row * width;
    let any = (values[place] as number) | 0;
    if (any < 0) {
      const cell = start + apart;
      cells[cell] = (cells[cell] as number) + 1;
      continue;
    }
    for (let word = 0, last = start + 31; word < words; word += 1, last += perWord) {
      let bits = (values[word * length + place] as number) | 0;
      any |= bits;
      while (bits !== 0) {
        const cell = last - Math.clz32(bits & -bits);
        cells[cell] = (cells[cell] as number) + 1;
        bits &= bits - 1;
      }
    }
    if (any === 0) {
      const cell = start + apart + 1;
      cells[cell] = (cells[cell] as number) + 1;
    }
  }
}

/** @param beside room for all that one may have chosen of the second */
function countPairs(
  rows: Choices,
  columns: Choices,
  places: Int32Array,
  { first, second, cells }: Crosstab,
  beside: Int32Array,
): void {
  const { values, length, words, apart } = rows;
  const [width, perWord] = [second.length, OPTIONS_PER_WORD];
  for (let n = 0; n < places.length; n += 1) {
    const place = places[n] as number;
    const count = choicesAt(columns, place, beside);
    for (let at = 0; at < count; at += 1) {
      const column = beside[at] as number;
      second[column] = (second[column] as number) + 1;
    }
    let any = (values[place] as number) | 0;
    if (any < 0) {
      countRow(apart, width, beside, count, first, cells);
      continue;
    }
    for (let word = 0, last = 31; word < words; word += 1, last += perWord) {
      let bits = (values[word * length + place] as number) | 0;
      any |= bits;
      while (bits !== 0) {
        countRow(last - Math.clz32(bits & -bits), width, beside, count, first, cells);
        bits &= bits - 1;
      }
    }
    if (any === 0) countRow(apart + 1, width, beside, count, first, cells);
  }
}

/** Writes where the State at a place stands. @returns in how many places: one or more */
function choicesAt(
  { values, length, words, apart }: Choices,
  place: number,
  into: Int32Array,
): number {
  if (((values[place] as number) | 0) < 0) {
    into[0] = apart;
    return 1;
  }
  let count = 0;
  for (let word = 0, last = 31; word < words; word += 1, last += OPTIONS_PER_WORD) {
    let bits = (values[word * length + place] as number) | 0;
    while (bits !== 0) {
      into[count] = last - Math.clz32(bits & -bits);
      count += 1;
      bits &= bits - 1;
    }
  }
  if (count > 0) return count;
  into[0] = apart + 1;
  return 1;
}

function countRow(
  row: number,
  width: number,
  beside: Int32Array,
  count: number,
  first: Int32Array,
  cells: Int32Array,
): void {
  first[row] = (first[row] as number) + 1;
  const start = row * width;
  for (let at = 0; at < count; at += 1) {
    const cell = start + (beside[at] as number);
    cells[cell] = (cells[cell] as number) + 1;
  }
}

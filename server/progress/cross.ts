/** Two closed questions crossed: how many of those who gave this answer to the one gave that answer to the other. Pure. */
import { NOT_ASKED, SUBMITTED } from '../columns/round-columns.ts';
import {
  type Column,
  NOT_APPLICABLE,
  OPTIONS_PER_WORD,
  wordsOf,
} from '../questionnaire/columns.ts';
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import type { State } from '../states/state.ts';
import { type Categories, type CategoryShape, categoriesOf } from './categories.ts';
import { isInSight, type KindPart, type Sight, sightOf, wholeKinds } from './cell-pool.ts';
import { columnOf, isPooledAt, useAtOf } from './cell-use.ts';
import { type Dataset, type Filter, type Member, placesOf } from './dataset.ts';
import type { Reader } from './disclosure.ts';
import { lensOf, STRATA, stratumOf } from './lens.ts';
import { type PoolPart, unitsOf } from './pool.ts';

/** One of the two: a closed question, or a row of a matrix, as it was put to an audience. */
export type Side = { audience: string; column: Column; question: AskedQuestion };

/** A State with its submission as the audience of each side: the same one where both are of one audience. */
type Pair = { state: State; first: Member; second: Member };

/** Some of those who answered as both audiences. */
export type Crossed = { count: number; places(): number[] };

export type Cross = {
  first: Side;
  second: Side;
  /** Of the first and the second question, in their order; `_no_answer` and `_not_applicable` last, where somebody is there. */
  rows: CategoryShape[];
  columns: CategoryShape[];
  /** Whom a cell counts; a State with several choices is in several. */
  cell(row: string, column: string): Crossed;
  /** Each State once, whatever it chose. */
  row(row: string): Crossed;
  column(column: string): Crossed;
  /** Asked in this view, as both audiences. */
  asked: number;
  counted: number;
  /** In totals only, and too few to be told apart, or held back for what the two questions together would tell. */
  withheld: number;
  pairAt(place: number): Pair | null;
  /** May not be named behind a cell. */
  isPooled(place: number): boolean;
};

const CLOSED = new Set<Column['kind']>(['code', 'bits']);

/** @param columnId question id, or "question/row"; null where there is none or it is not closed */
export function sideOf(data: Dataset, columnId: string): Side | null {
  for (const { id: audience, columns } of data.audiences.values()) {
    const column = columns.byId.get(columnId);
    const question = column && data.questionnaire.question(column.question);
    if (column && question && question.action !== null && CLOSED.has(column.kind))
      return { audience, column, question };
  }
  return null;
}

export function crossOf(
  data: Dataset,
  first: Side,
  second: Side,
  filter: Filter,
  reader: Reader,
): Cross {
  const sides = [first, second].map((side) => handleOf(data, side, filter, reader)) as [
    Handle,
    Handle,
  ];
  const [one, other] = sides;
  const isOne = first.audience === second.audience;
  const keys = one.keys.length * other.keys.length;
  const named = new Int32Array(keys + one.keys.length + other.keys.length);
  const hidden = new Map<number, HiddenKind>();
  const { kind, length } = data.columns;
  const [standing, otherStanding] = [one.sight.part.standing, other.sight.part.standing];
  const [codes, otherCodes] = [one.codes, other.codes];
  let [asked, submitted, namedCount, hiddenFirst, hiddenSecond] = [0, 0, 0, 0, 0];
  // A million times through here, so nothing is made on the way.
  for (let place = 0; place < length; place += 1) {
    const stands = standing[place] as number;
    const otherStands = otherStanding[place] as number;
    if (stands === NOT_ASKED || otherStands === NOT_ASKED) continue;
    const kindAt = kind[place] as number;
    const inView = one.isInView(kindAt, place) && (isOne || other.isInView(kindAt, place));
    if (inView) asked += 1;
    if (stands < SUBMITTED || otherStands < SUBMITTED) continue;
    // Across audiences nobody who may not be named is counted, so that only the view matters.
    if (!inView && !isOne) continue;
    const mayFirst = one.mayName(place);
    const maySecond = other.mayName(place);
    if (inView) submitted += 1;
    let counts: Int32Array = named;
    if (mayFirst && maySecond) {
      if (!inView) continue;
      namedCount += 1;
    } else {
      if (!isOne) continue;
      if (!mayFirst) hiddenFirst += 1;
      if (!maySecond) hiddenSecond += 1;
      let of = hidden.get(kindAt);
      if (!of) {
        of = { count: 0, inView: 0, cells: new Int32Array(named.length) };
        hidden.set(kindAt, of);
      }
      of.count += 1;
      if (inView) of.inView += 1;
      counts = of.cells;
    }
    const rows = one.codesAt(place);
    const columns = other.codesAt(place);
    for (let r = 0; r < rows; r += 1) {
      const row = codes[r] as number;
      const start = row * other.keys.length;
      counts[keys + row] = (counts[keys + row] as number) + 1;
      for (let c = 0; c < columns; c += 1) {
        const at = start + (otherCodes[c] as number);
        counts[at] = (counts[at] as number) + 1;
      }
    }
    for (let c = 0; c < columns; c += 1) {
      const at = keys + one.keys.length + (otherCodes[c] as number);
      counts[at] = (counts[at] as number) + 1;
    }
  }
  const all = [...hidden.values()].reduce((sum, { count }) => sum + count, 0);
  const isSame = hiddenFirst === all && hiddenSecond === all;
  const shown = isSame ? shownKinds(data, sides, hidden, keys) : new Set<number>();
  let counted = namedCount;
  for (const kindAt of shown) {
    const { count, cells } = hidden.get(kindAt) as HiddenKind;
    counted += count;
    for (const [at, value] of cells.entries()) named[at] = (named[at] as number) + value;
  }

  const isCounted = (place: number): boolean => {
    const kindAt = kind[place] as number;
    const isBoth = [one, other].every(
      (side) =>
        (side.sight.part.standing[place] as number) >= SUBMITTED && side.isInView(kindAt, place),
    );
    return isBoth && ((one.mayName(place) && other.mayName(place)) || shown.has(kindAt));
  };
  const chose = (side: Handle, place: number, key: number | null): boolean =>
    key === null || side.codes.subarray(0, side.codesAt(place)).includes(key);
  const crossed = (count: number, row: number | null, column: number | null): Crossed => ({
    count,
    places: () =>
      placesOf(data.columns).filter(
        (place) => isCounted(place) && chose(one, place, row) && chose(other, place, column),
      ),
  });
  const at = (handle: Handle, key: string) => handle.keys.indexOf(key);
  const number = (place: number) => named[place] ?? 0;
  const cell = (row: string, column: string): Crossed => {
    const [r, c] = [at(one, row), at(other, column)];
    return crossed(r < 0 || c < 0 ? 0 : number(r * other.keys.length + c), r, c);
  };
  const row = (key: string): Crossed => crossed(number(keys + at(one, key)), at(one, key), null);
  const column = (key: string): Crossed =>
    crossed(number(keys + one.keys.length + at(other, key)), null, at(other, key));
  const special = (of: (key: string) => Crossed) =>
    SPECIAL.filter((key) => of(key).count > 0).map(
      (key): CategoryShape => ({ key, label: null, kind: 'none' }),
    );
  return {
    first,
    second,
    rows: [...one.answers, ...special(row)],
    columns: [...other.answers, ...special(column)],
    cell,
    row,
    column,
    asked,
    counted,
    withheld: submitted - counted,
    pairAt: (place) => {
      const [a, b] = [first, second].map(
        ({ audience }) => data.audiences.get(audience)?.memberAt(place) ?? null,
      );
      return a && b ? { state: a.state, first: a, second: b } : null;
    },
    isPooled: (place) => one.isPooled(place) || other.isPooled(place),
  };
}

const SPECIAL = ['_not_applicable', '_no_answer'];

/** States of one kind that may not be named with the one question or the other, wherever they stand. */
type HiddenKind = { count: number; inView: number; cells: Int32Array };

/** What is needed of a side while all places are gone over. */
type Handle = {
  side: Side;
  sight: Sight;
  answers: Categories['answers'];
  /** Of the answers, and of what is none. */
  keys: string[];
  isInView(kindAt: number, place: number): boolean;
  mayName(place: number): boolean;
  isPooled(place: number): boolean;
  /** Where a place stands, as places among `keys`: the first of these, as many as `codesAt` says of it. */
  codes: Uint16Array;
  codesAt(place: number): number;
};

function handleOf(data: Dataset, side: Side, filter: Filter, reader: Reader): Handle {
  const { audience, column, question } = side;
  const lens = lensOf(data, filter);
  const sight = sightOf(lens, audience, filter, reader);
  if (!sight) throw new Error(`there is no audience ${audience}`);
  const { answers } = categoriesOf(column, question);
  const keys = [...answers.map(({ key }) => key), ...SPECIAL];
  const useAt = useAtOf(data.questionnaire, sight.part, columnOf(sight.part, column.id));
  const stratumAt = stratumOf(lens, audience);
  const inView = Uint8Array.from({ length: sight.isKindIn.length * STRATA }, (_, at) =>
    Number(isInSight(sight, Math.floor(at / STRATA), at % STRATA)),
  );
  const codes = new Uint16Array(keys.length);
  return {
    side,
    sight,
    answers,
    keys,
    isInView: (kindAt, place) => inView[kindAt * STRATA + stratumAt(place)] === 1,
    mayName: (place) => sight.names[useAt(place)] === true,
    isPooled: isPooledAt(data.questionnaire, sight.part, column.id, reader),
    codes,
    codesAt: column.kind === 'code' ? oneCode(column, codes, keys) : manyCodes(column, codes, keys),
  };
}

function oneCode({ values }: Column, codes: Uint16Array, keys: string[]) {
  const [notApplicable, empty] = [keys.length - 2, keys.length - 1];
  return (place: number): number => {
    const value = values[place] as number;
    codes[0] = value === 0 ? empty : value === NOT_APPLICABLE ? notApplicable : value - 1;
    return 1;
  };
}

function manyCodes(column: Column, codes: Uint16Array, keys: string[]) {
  const [notApplicable, empty] = [keys.length - 2, keys.length - 1];
  const { values, length } = column;
  return (place: number): number => {
    if ((values[place] as number) >= 2 ** 31) {
      codes[0] = notApplicable;
      return 1;
    }
    let count = 0;
    for (let word = 0; word < wordsOf(column); word += 1)
      for (let bits = values[word * length + place] as number; bits !== 0; bits &= bits - 1) {
        codes[count] = OPTIONS_PER_WORD * word + 31 - Math.clz32(bits & -bits);
        count += 1;
      }
    if (count > 0) return count;
    codes[0] = empty;
    return 1;
  };
}

/**
 * The kinds of those who may not be named that cells may count. The two questions have figures of their own, and a cell
 * may not tell what those leave open. So a cell counts such States only where both questions count the same ones, in the
 * same units, and these still are mixed in what both questions tell.
 */
function shownKinds(
  data: Dataset,
  sides: [Handle, Handle],
  hidden: Map<number, HiddenKind>,
  keys: number,
): Set<number> {
  const [one, other] = sides;
  const toldBy = (handle: Handle, start: number, { cells, count }: HiddenKind): number[] => {
    const told = Array.from(cells.subarray(start, start + handle.keys.length));
    const notApplicable = told[handle.keys.length - 2] as number;
    return handle.side.question.shownWhen ? [...told, count - notApplicable] : told;
  };
  const unitsBy = (told: (of: HiddenKind) => number[]) =>
    unitsOf(
      data,
      [...hidden].map(
        ([kindAt, of]): KindPart => ({
          kind: data.columns.kinds[kindAt] as PoolPart['kind'],
          kindAt,
          count: of.count,
          told: told(of),
        }),
      ),
    );
  const first = (of: HiddenKind) => toldBy(one, keys, of);
  const second = (of: HiddenKind) => toldBy(other, keys + one.keys.length, of);
  const ways = [unitsBy(first), unitsBy(second), unitsBy((of) => [...first(of), ...second(of)])];
  const [units = []] = ways;
  if (ways.some((way) => way.length !== units.length)) return new Set();
  return wholeKinds(units, (kindAt) => hidden.get(kindAt)?.inView ?? 0);
}

/** Two closed questions crossed: how many of those who gave this answer to the one gave that answer to the other. Pure. */
import { NOT_ASKED, SUBMITTED } from '../columns/round-columns.ts';
import type { Column } from '../questionnaire/columns.ts';
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import type { State } from '../states/state.ts';
import { type Categories, type CategoryShape, categoriesOf } from './categories.ts';
import { isInSight, type KindPart, type Sight, sightOf, wholeUnits } from './cell-pool.ts';
import { columnOf, isPooledAt, useAtOf } from './cell-use.ts';
import type { Dataset, Filter, Member } from './dataset.ts';
import type { Reader } from './disclosure.ts';
import { lensOf, stratumAt } from './lens.ts';
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
  const lens = lensOf(data, filter);
  const sides = [first, second].map((side) => handleOf(data, side, filter, reader)) as [
    Handle,
    Handle,
  ];
  const [one, other] = sides;
  const isOne = first.audience === second.audience;
  const { taken, kind, length } = data.columns;

  /** Calls for each State that is asked as both audiences and in view: of whom both submitted says who may be named. */
  const keys = one.keys.length * other.keys.length;
  const named = new Int32Array(keys + one.keys.length + other.keys.length);
  const hidden = new Map<number, HiddenKind>();
  let [asked, submitted, namedCount, hiddenFirst, hiddenSecond] = [0, 0, 0, 0, 0];
  const rows: number[] = [];
  const columns: number[] = [];
  for (let place = 0; place < length; place += 1) {
    if (!taken[place]) continue;
    const [standing, otherStanding] = [
      one.sight.part.standing[place] as number,
      other.sight.part.standing[place] as number,
    ];
    const both = standing >= SUBMITTED && otherStanding >= SUBMITTED;
    const kindAt = kind[place] as number;
    const inView =
      isInSight(one.sight, kindAt, stratumAt(lens, first.audience, place)) &&
      (isOne || isInSight(other.sight, kindAt, stratumAt(lens, second.audience, place)));
    if (inView && standing !== NOT_ASKED && otherStanding !== NOT_ASKED) asked += 1;
    // Across audiences nobody who may not be named is counted, so that only the view matters.
    if (!both || (!inView && !isOne)) continue;
    const [mayFirst, maySecond] = [one.mayName(place), other.mayName(place)];
    if (inView) submitted += 1;
    if (mayFirst && maySecond) {
      if (!inView) continue;
      namedCount += 1;
      one.codesAt(place, rows);
      other.codesAt(place, columns);
      for (const row of rows) {
        add(named, keys + row);
        for (const column of columns) add(named, row * other.keys.length + column);
      }
      for (const column of columns) add(named, keys + one.keys.length + column);
    } else if (isOne) {
      if (!mayFirst) hiddenFirst += 1;
      if (!maySecond) hiddenSecond += 1;
      const of = hidden.get(kindAt) ?? newHidden(named.length);
      hidden.set(kindAt, of);
      of.count += 1;
      if (inView) of.inView += 1;
      one.codesAt(place, rows);
      other.codesAt(place, columns);
      for (const row of rows) {
        add(of.cells, keys + row);
        for (const column of columns) add(of.cells, row * other.keys.length + column);
      }
      for (const column of columns) add(of.cells, keys + one.keys.length + column);
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
    const inView =
      isInSight(one.sight, kindAt, stratumAt(lens, first.audience, place)) &&
      isInSight(other.sight, kindAt, stratumAt(lens, second.audience, place));
    if (!taken[place] || !inView) return false;
    const both = [one, other].every(
      ({ sight }) => (sight.part.standing[place] as number) >= SUBMITTED,
    );
    return both && ((one.mayName(place) && other.mayName(place)) || shown.has(kindAt));
  };
  const crossed = (count: number, row: number | null, column: number | null): Crossed => ({
    count,
    places: () => {
      const found: number[] = [];
      for (let place = 0; place < length; place += 1) {
        if (!isCounted(place)) continue;
        one.codesAt(place, rows);
        other.codesAt(place, columns);
        if ((row === null || rows.includes(row)) && (column === null || columns.includes(column)))
          found.push(place);
      }
      return found;
    },
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

const add = (counts: Int32Array, at: number): void => {
  counts[at] = (counts[at] as number) + 1;
};

/** States of one kind that may not be named with the one question or the other, wherever they stand. */
type HiddenKind = { count: number; inView: number; cells: Int32Array };
const newHidden = (size: number): HiddenKind => ({
  count: 0,
  inView: 0,
  cells: new Int32Array(size),
});

/** What is needed of a side while all places are gone over. */
type Handle = {
  side: Side;
  sight: Sight;
  answers: Categories['answers'];
  /** Of the answers, and of what is none. */
  keys: string[];
  mayName(place: number): boolean;
  isPooled(place: number): boolean;
  /** Fills in where the place stands, as places among `keys`. */
  codesAt(place: number, codes: number[]): void;
};

function handleOf(data: Dataset, side: Side, filter: Filter, reader: Reader): Handle {
  const { audience, column, question } = side;
  const sight = sightOf(lensOf(data, filter), audience, filter, reader);
  if (!sight) throw new Error(`there is no audience ${audience}`);
  const { answers, keysAt } = categoriesOf(column, question);
  const keys = [...answers.map(({ key }) => key), ...SPECIAL];
  const useAt = useAtOf(data.questionnaire, sight.part, columnOf(sight.part, column.id));
  const { values } = column;
  const [notApplicable, empty] = [keys.length - 2, keys.length - 1];
  const codesAt =
    column.kind === 'code'
      ? (place: number, codes: number[]) => {
          const value = values[place] as number;
          codes.length = 1;
          codes[0] = value === 0 ? empty : value === 255 ? notApplicable : value - 1;
        }
      : (place: number, codes: number[]) => {
          codes.length = 0;
          for (const key of keysAt(place)) codes.push(keys.indexOf(key));
        };
  return {
    side,
    sight,
    answers,
    keys,
    mayName: (place) => sight.names[useAt(place)] === true,
    isPooled: isPooledAt(data.questionnaire, sight.part, column.id, reader),
    codesAt,
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
  const toldBy = (handle: Handle, start: number, { cells, count }: HiddenKind) => {
    const told = handle.keys.map((key, at): [string, number] => [
      `${handle.side.column.id} ${key}`,
      cells[start + at] as number,
    ]);
    const notApplicable = cells[start + handle.keys.length - 2] as number;
    return handle.side.question.shownWhen
      ? [...told, [`${handle.side.column.id} _asked`, count - notApplicable] as [string, number]]
      : told;
  };
  const unitsBy = (told: (of: HiddenKind) => [string, number][]) =>
    unitsOf(
      data,
      [...hidden].map(
        ([kindAt, of]): KindPart => ({
          kind: data.columns.kinds[kindAt] as PoolPart['kind'],
          kindAt,
          count: of.count,
          inView: of.inView,
          told: new Map(told(of)),
        }),
      ),
    );
  const first = (of: HiddenKind) => toldBy(one, keys, of);
  const second = (of: HiddenKind) => toldBy(other, keys + one.keys.length, of);
  const ways = [unitsBy(first), unitsBy(second), unitsBy((of) => [...first(of), ...second(of)])];
  const [units = []] = ways;
  if (ways.some((way) => way.length !== units.length)) return new Set();
  return new Set(wholeUnits(units).flatMap((unit) => unit.map(({ kindAt }) => kindAt)));
}

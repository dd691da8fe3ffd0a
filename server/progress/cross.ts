/** Two closed questions crossed: how many of those who gave this answer to the one gave that answer to the other. Pure. */
import type { Column } from '../questionnaire/columns.ts';
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import type { State } from '../states/state.ts';
import { type Categories, type CategoryShape, categoriesOf } from './categories.ts';
import {
  cellUnits,
  hiddenInView,
  type KindPart,
  once,
  poolPartsOf,
  type Sight,
  sightOf,
  wholeKinds,
} from './cell-pool.ts';
import { type CellTally, cellTallyOf } from './cell-tally.ts';
import { crosstabOf } from './crosstab.ts';
import { crowdOf } from './crowd.ts';
import { type Dataset, type Filter, type Member, placesOf } from './dataset.ts';
import type { Reader } from './disclosure.ts';
import { lensOf } from './lens.ts';
import { unitsOf } from './pool.ts';

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
  /** How many these are; a table may have thousands of cells. */
  count(row: string, column: string): number;
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
  const [one, other] = [handleOf(first), handleOf(second)];
  const crosstab = crosstabOf(first.column, second.column);
  const crowd = crowdOf(data, [first, second], filter, reader, crosstab.add);
  const shown = crowd.isSame ? shownKinds(data, first, second, filter, reader) : new Set<number>();
  const counted = crowd.named + (shown.size > 0 ? crowd.addHidden(shown) : 0);
  const tab = crosstab.tab();

  const { kind } = data.columns;
  const isCounted = (place: number): boolean =>
    crowd.isIn(place) && (crowd.isNamed(place) || shown.has(kind[place] as number));
  const chose = ({ keysAt }: Handle, place: number, key: string | null): boolean =>
    key === null || keysAt(place).includes(key);
  const crossed = (count: number, row: string | null, column: string | null): Crossed => ({
    count,
    places: () =>
      placesOf(data.columns).filter(
        (place) => isCounted(place) && chose(one, place, row) && chose(other, place, column),
      ),
  });
  const count = (row: string, column: string): number => {
    const [r, c] = [one.at.get(row), other.at.get(column)];
    return r === undefined || c === undefined ? 0 : (tab.cells[r * other.at.size + c] as number);
  };
  const row = (key: string): Crossed => crossed(tab.first[one.at.get(key) ?? -1] ?? 0, key, null);
  const column = (key: string): Crossed =>
    crossed(tab.second[other.at.get(key) ?? -1] ?? 0, null, key);
  const special = (of: (key: string) => Crossed) =>
    SPECIAL.filter((key) => of(key).count > 0).map(
      (key): CategoryShape => ({ key, label: null, kind: 'none' }),
    );
  return {
    first,
    second,
    rows: [...one.answers, ...special(row)],
    columns: [...other.answers, ...special(column)],
    cell: (row, column) => crossed(count(row, column), row, column),
    count,
    row,
    column,
    asked: crowd.asked,
    counted,
    withheld: crowd.submitted - counted,
    pairAt: (place) => {
      const [a, b] = [first, second].map(
        ({ audience }) => data.audiences.get(audience)?.memberAt(place) ?? null,
      );
      return a && b ? { state: a.state, first: a, second: b } : null;
    },
    isPooled: crowd.isPooled,
  };
}

const SPECIAL = ['_not_applicable', '_no_answer'];

type Handle = {
  answers: CategoryShape[];
  /** Of the answers, and of what is none, where they stand in a crosstab. */
  at: Map<string, number>;
  keysAt: Categories['keysAt'];
};

function handleOf({ column, question }: Side): Handle {
  const { answers, keysAt } = categoriesOf(column, question);
  const keys = [...answers.map(({ key }) => key), ...SPECIAL];
  return { answers, at: new Map(keys.map((key, at) => [key, at])), keysAt };
}

/**
 * The kinds of those who may not be named that cells may count. The two questions have figures of their own, and a cell
 * may not tell what those leave open. So a cell counts such States only where both questions count the same ones, in the
 * same units, and these still are mixed in what both questions tell.
 *
 * @param first @param second of one audience, and the same States may not be named with either
 */
function shownKinds(
  data: Dataset,
  first: Side,
  second: Side,
  filter: Filter,
  reader: Reader,
): Set<number> {
  const lens = lensOf(data, filter);
  const sight = sightOf(lens, first.audience, filter, reader);
  if (!sight) return new Set();
  const [one, other] = [first, second].map(({ audience, column, question }) => {
    const tally = cellTallyOf(lens, data.questionnaire, audience, column, 0);
    return { tally, question, units: cellUnits(data, sight, question, tally) };
  }) as [Pool, Pool];
  const together = once(one.tally, sight, `with ${second.column.id}`, () =>
    unitsOf(data, partsOfBoth(sight, one, other)),
  );
  const { length } = one.units;
  if (other.units.length !== length || together.length !== length) return new Set();
  return wholeKinds(one.units, hiddenInView(sight, one.tally));
}

/** What one of the two questions tells of those who may not be named with it. */
type Pool = { tally: CellTally; question: AskedQuestion; units: KindPart[][] };

/** What both tell of them. */
function partsOfBoth(sight: Sight, one: Pool, other: Pool): KindPart[] {
  const [parts, others] = [one, other].map(({ question, tally }) =>
    poolPartsOf(sight, question, tally),
  ) as [KindPart[], KindPart[]];
  const toldByOther = new Map(others.map(({ kindAt, told }) => [kindAt, told]));
  return parts.map((part) => ({
    ...part,
    told: [part.told, toldByOther.get(part.kindAt) ?? []].flatMap((told) => Array.from(told)),
  }));
}

/** Two closed questions crossed: how many of those who gave this answer to the one gave that answer to the other. Pure. */
import type { Column } from '../questionnaire/columns.ts';
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import type { State } from '../states/state.ts';
import { type CategoryShape, categoriesOf } from './categories.ts';
import { type Dataset, type Filter, type Member, selected } from './dataset.ts';
import type { Reader } from './disclosure.ts';
import { asSaidThen, branchOf, type Codes, poolOf, unitsOf } from './pool.ts';

/** One of the two: a closed question, or a row of a matrix, as it was put to an audience. */
export type Side = { audience: string; column: Column; question: AskedQuestion };

/** A State with its submission as the audience of each side: the same one where both are of one audience. */
export type Pair = { state: State; first: Member; second: Member };

export type Cross = {
  first: Side;
  second: Side;
  /** Of the first and the second question, in their order; `_no_answer` and `_not_applicable` last, where somebody is there. */
  rows: CategoryShape[];
  columns: CategoryShape[];
  /** Whom a cell counts; a State with several choices is in several. */
  cell(row: string, column: string): Pair[];
  /** Each State once, whatever it chose. */
  row(row: string): Pair[];
  column(column: string): Pair[];
  /** Asked in this view, as both audiences. */
  asked: number;
  counted: Pair[];
  /** In totals only, and too few to be told apart, or held back for what the two questions together would tell. */
  withheld: Pair[];
  /** May not be named behind a cell. */
  isPooled(pair: Pair): boolean;
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
  const pairs = pairsOf(data, first, second, filter);
  const submitted = pairs.filter((pair) => pair.first.at >= 0 && pair.second.at >= 0);
  const pools = [first, second].map(({ audience, column }) =>
    poolOf(data, audience, column, reader, asSaidThen),
  ) as [Set<Member>, Set<Member>];
  const keys = [first, second].map(({ column, question }) =>
    categoriesOf(column, question, []),
  ) as [ReturnType<typeof categoriesOf>, ReturnType<typeof categoriesOf>];
  const shown = shownPool(
    data,
    [first, second],
    pools,
    keys.map(({ keysAt }) => keysAt),
  );
  const inView = new Set(submitted.map((pair) => pair.first));
  const whole = new Set(shown.filter((unit) => unit.every((member) => inView.has(member))).flat());
  const counts = (pair: Pair) =>
    (!pools[0].has(pair.first) && !pools[1].has(pair.second)) || whole.has(pair.first);
  const counted = submitted.filter(counts);

  const cells = new Map<string, Pair[]>();
  const add = (key: string, pair: Pair) => {
    const at = cells.get(key);
    if (at) at.push(pair);
    else cells.set(key, [pair]);
  };
  for (const pair of counted) {
    const [rows, columns] = [keys[0].keysAt(pair.first), keys[1].keysAt(pair.second)];
    for (const row of rows) add(`${row} `, pair);
    for (const column of columns) add(` ${column}`, pair);
    for (const row of rows) for (const column of columns) add(`${row} ${column}`, pair);
  }
  const at = (key: string) => cells.get(key) ?? [];
  const special = (of: (key: string) => string) =>
    SPECIAL.filter((key) => at(of(key)).length > 0).map(
      (key): CategoryShape => ({ key, label: null, kind: 'none' }),
    );
  const naming = data.snapshot
    ? [first, second].map(({ audience, column }) => poolOf(data, audience, column, reader))
    : pools;
  return {
    first,
    second,
    rows: [...keys[0].answers, ...special((key) => `${key} `)],
    columns: [...keys[1].answers, ...special((key) => ` ${key}`)],
    cell: (row, column) => at(`${row} ${column}`),
    row: (row) => at(`${row} `),
    column: (column) => at(` ${column}`),
    asked: pairs.length,
    counted,
    withheld: submitted.filter((pair) => !counts(pair)),
    isPooled: ({ first: one, second: other }) =>
      naming[0]?.has(one) === true || naming[1]?.has(other) === true,
  };
}

const SPECIAL = ['_not_applicable', '_no_answer'];

/** Everyone asked in the view as both audiences. */
function pairsOf(data: Dataset, first: Side, second: Side, filter: Filter): Pair[] {
  const own = selected(data, first.audience, filter);
  if (first.audience === second.audience)
    return own.map((member) => ({ state: member.state, first: member, second: member }));
  const others = new Map(
    selected(data, second.audience, filter).map((member) => [member.state._id, member]),
  );
  return own.flatMap((member) => {
    const other = others.get(member.state._id);
    return other ? [{ state: member.state, first: member, second: other }] : [];
  });
}

/**
 * The units of those who may not be named that cells may count. The two questions have figures of their own, and a cell
 * may not tell what those leave open. So a cell counts such States only where both questions count the same ones, in the
 * same units, and these still are mixed in what both questions tell. Across audiences none is counted.
 */
function shownPool(
  data: Dataset,
  [first, second]: [Side, Side],
  [one, other]: [Set<Member>, Set<Member>],
  keys: Codes[],
): Member[][] {
  const same = one.size === other.size && [...one].every((member) => other.has(member));
  if (first.audience !== second.audience || !same) return [];
  const told = [first, second].map(({ column, question }, place) => [
    keys[place] as Codes,
    branchOf(column, question),
  ]);
  const ways = [...told, told.flat()].map((codes) => unitsOf(data, one, codes));
  const [units = []] = ways;
  return ways.every((way) => way.length === units.length) ? units : [];
}

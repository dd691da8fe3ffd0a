/**
 * Sums of money over States. What may be named stands State by State. What is in totals only is added up over fixed
 * blocks, by currency, and only where at least three States of a block gave an amount in it: a total less the named
 * ones is then never what one or two States gave. It is told apart by nothing else, neither year nor area. Pure.
 */

import type { Column, Columns } from '../questionnaire/columns.ts';
import { type Amount, amountsIn, type MoneyQuestion } from './amounts.ts';
import { categoriesOf } from './categories.ts';
import { isPooledAt } from './cell-use.ts';
import { type Member, selected } from './dataset.ts';
import { type PoolPart, SMALLEST_BLOCK, unitsOf } from './pool.ts';
import type { AnswersOf } from './read-answers.ts';
import type { View } from './view.ts';

type Given = { member: Member; amounts: Amount[] };
type Pooled = { currency: string; amount: number; states: number };
export type MoneyOf = {
  question: MoneyQuestion;
  audience: string;
  named: Given[];
  /** A sum for each currency of each block. */
  pooled: Pooled[];
  /** Others in totals only, whether they gave an amount or not. */
  withheld: number;
};

/** Exact for amounts with two decimals. */
export const sumOf = (amounts: number[]): number =>
  amounts.reduce((sum, amount) => sum + Math.round(amount * 100), 0) / 100;

export function moneyOf(
  view: View,
  question: MoneyQuestion,
  audience: string,
  answers: Map<string, AnswersOf>,
): MoneyOf {
  const { data, filter, reader } = view;
  const part = data.audiences.get(audience)?.part;
  const columns = columnsOf(data.audiences.get(audience)?.columns, question.id);
  const pooledBy = part
    ? columns.map(({ id }) => isPooledAt(data.questionnaire, part, id, reader))
    : [];
  const isPooled = ({ at }: Member) => at >= 0 && pooledBy.some((isPooledBy) => isPooledBy(at));
  const categories = columns.map((column) => categoriesOf(column, question));
  const given = (member: Member): Given => ({
    member,
    amounts: amountsIn(question, answers.get(member.response)?.answers ?? {}),
  });
  const poolPart = (member: Member): PoolPart & { member: Member } => ({
    kind: data.columns.kinds[data.columns.kind[member.place] as number] as PoolPart['kind'],
    count: 1,
    told: categories.flatMap(({ answers, keysAt }) => {
      const keys = keysAt(member.at);
      const stands = (key: string) => Number(keys.includes(key));
      return [
        ...answers.map(({ key }) => stands(key)),
        stands('_no_answer'),
        stands('_not_applicable'),
        // That a question was put at all tells what the answers were that its branch depends on.
        ...(question.shownWhen ? [1 - stands('_not_applicable')] : []),
      ];
    }),
    member,
  });
  const submitted = selected(data, audience, filter).filter(({ at }) => at >= 0);
  const inView = new Set(submitted);
  const pool = (data.audiences.get(audience)?.members ?? []).filter(isPooled);
  const counted = new Set<Member>();
  const pooled = unitsOf(data, pool.map(poolPart))
    .map((unit) => unit.map(({ member }) => member))
    .filter((unit) => unit.every((member) => inView.has(member)))
    .flatMap((unit) =>
      sumsOf(unit.map(given)).map(({ members, ...sum }) => {
        for (const member of members) counted.add(member);
        return sum;
      }),
    );
  return {
    question,
    audience,
    named: submitted
      .filter((member) => !isPooled(member))
      .map(given)
      .filter(({ amounts }) => amounts.length > 0),
    pooled,
    withheld: submitted.filter((member) => isPooled(member) && !counted.has(member)).length,
  };
}

const columnsOf = (columns: Columns | undefined, question: string): Column[] =>
  [...(columns?.byId.values() ?? [])].filter((column) => column.question === question);

/** Of a block, the currencies that enough of its States gave something in. */
function sumsOf(block: Given[]): (Pooled & { members: Member[] })[] {
  const currencies = new Set(block.flatMap(({ amounts }) => amounts.map((one) => one.currency)));
  return [...currencies].flatMap((currency) => {
    const sums = block.map(({ member, amounts }) => ({
      member,
      sum: sumOf(amounts.filter((one) => one.currency === currency).map(({ amount }) => amount)),
    }));
    const givers = sums.filter(({ sum }) => sum > 0);
    if (givers.length < SMALLEST_BLOCK) return [];
    const amount = sumOf(givers.map(({ sum }) => sum));
    const members = givers.map(({ member }) => member);
    return [{ currency, amount, states: givers.length, members }];
  });
}

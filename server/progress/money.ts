/**
 * Sums of money over States. What may be named stands State by State. What is in totals only is added up over fixed
 * blocks, by currency, and only where at least three States of a block gave an amount in it: a total less the named
 * ones is then never what one or two States gave. It is told apart by nothing else, neither year nor area. Pure.
 */
import { type Amount, amountsIn, type MoneyQuestion } from './amounts.ts';
import { categoriesOf } from './categories.ts';
import { type Member, selected } from './dataset.ts';
import { branchOf, columnsOf, poolOf, SMALLEST_BLOCK, unitsOf } from './pool.ts';
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
  const submitted = selected(data, audience, filter).filter(({ at }) => at >= 0);
  const inView = new Set(submitted);
  const columns = columnsOf(data.audiences.get(audience)?.columns, question.id);
  const pool = new Set(columns.flatMap((column) => [...poolOf(data, audience, column, reader)]));
  const told = columns.flatMap((column) => [
    categoriesOf(column, question, []).keysAt,
    branchOf(column, question),
  ]);
  const given = (member: Member): Given => ({
    member,
    amounts: amountsIn(question, answers.get(member.response)?.answers ?? {}),
  });
  const counted = new Set<Member>();
  const pooled = unitsOf(data, pool, told)
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
      .filter((member) => !pool.has(member))
      .map(given)
      .filter(({ amounts }) => amounts.length > 0),
    pooled,
    withheld: submitted.filter((member) => pool.has(member) && !counted.has(member)).length,
  };
}

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

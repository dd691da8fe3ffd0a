/** The amounts of one question as tables by year and area, one for each currency, or one converted. Pure. */
import type { Amount } from './amounts.ts';
import { type MoneyQuestion, yearsOf } from './amounts.ts';
import type { Member } from './dataset.ts';
import { type MoneyOf, sumOf } from './money.ts';
import { converted, type Rate } from './rate.ts';

type Label = { value: string; label: string };
type Counted = { member: Member; year: string; area: string; amount: number; given: Amount };
export type MoneyTable = {
  currency: string;
  years: Label[];
  areas: Label[];
  /** What named States gave, each amount with its place. */
  counted: Counted[];
  /** In totals only, over all years and areas. */
  pooled: number;
  pooledStates: number;
  total: number;
};
/** What no rate leads to, in its own currency. */
export type Unconverted = { currency: string; amount: number };

/** @param rates of the round, to show all in one currency; null to keep each in its own */
export function tablesOf(
  money: MoneyOf,
  rates: Rate[] | null,
): { tables: MoneyTable[]; unconverted: Unconverted[] } {
  const { question } = money;
  const missing: Unconverted[] = [];
  const counted = money.named.flatMap(({ member, amounts }) =>
    amounts.flatMap((given) => {
      const place = placeOf(question, given);
      const value = rates ? converted(rates, given, place.year) : given.amount;
      if (value === null) {
        missing.push(given);
        return [];
      }
      return [{ member, ...place, amount: value, given }];
    }),
  );
  // A sum over all years has no year of its own, so only the rate for all years fits it.
  const pooled = money.pooled.flatMap((sum) => {
    const value = rates ? converted(rates, sum, '') : sum.amount;
    if (value === null) {
      missing.push(sum);
      return [];
    }
    return [{ ...sum, amount: value }];
  });
  const [to] = rates ?? [];
  const currencyOf = (one: { currency: string }) => to?.to ?? one.currency;
  const currencies = new Set([
    ...counted.map(({ given }) => currencyOf(given)),
    ...pooled.map(currencyOf),
  ]);
  const tables = [...currencies].map((currency): MoneyTable => {
    const own = counted.filter(({ given }) => currencyOf(given) === currency);
    const together = pooled.filter((one) => currencyOf(one) === currency);
    const pooledSum = sumOf(together.map(({ amount }) => amount));
    return {
      currency,
      ...labelsOf(question),
      counted: own,
      pooled: pooledSum,
      pooledStates: together.reduce((sum, { states }) => sum + states, 0),
      total: sumOf([...own.map(({ amount }) => amount), pooledSum]),
    };
  });
  return {
    tables: tables.sort((a, b) => b.counted.length - a.counted.length),
    unconverted: [...new Set(missing.map(({ currency }) => currency))].map((currency) => ({
      currency,
      amount: sumOf(missing.filter((one) => one.currency === currency).map(({ amount }) => amount)),
    })),
  };
}

function placeOf(question: MoneyQuestion, { row, column }: Amount) {
  const years = yearsOf(question);
  if (years === 'row') return { year: row ?? '', area: column ?? '' };
  if (years === 'column') return { year: column ?? '', area: row ?? '' };
  return { year: '', area: row ?? '' };
}

/** One column without a name where the question has no years; the same for areas. */
function labelsOf(question: MoneyQuestion): { years: Label[]; areas: Label[] } {
  const none = [{ value: '', label: '' }];
  if (question.type !== 'matrix') return { years: none, areas: none };
  const years = yearsOf(question);
  if (years === null) return { years: none, areas: question.rows };
  return years === 'row'
    ? { years: question.rows, areas: question.columns }
    : { years: question.columns, areas: question.rows };
}

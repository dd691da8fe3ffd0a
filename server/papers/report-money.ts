/** Money under one action: each question's sums by currency and year, as given; and in one currency where the round states rates. Pure. */

import { type MoneyOf, moneyOf, sumOf } from '../progress/money.ts';
import { allMoneyQuestions } from '../progress/money-page.ts';
import { type MoneyTable, tablesOf } from '../progress/money-table.ts';
import type { Rate } from '../progress/rate.ts';
import type { AnswersOf } from '../progress/read-answers.ts';
import { audienceShort, type View } from '../progress/view.ts';
import type { Block } from './report.ts';

export type Money = { answers: Map<string, AnswersOf>; rates: Rate[] };

export const moneyBlocks = (view: View, action: number, { answers, rates }: Money): Block[] =>
  allMoneyQuestions(view)
    .filter(({ question }) => question.action === action)
    .flatMap(({ question, audience }) => {
      const money = moneyOf(view, question, audience, answers);
      const { tables } = tablesOf(money, null);
      if (tables.length === 0) return [];
      const [inOne] = rates.length > 0 ? tablesOf(money, rates).tables : [];
      return [
        told(view, money, tables),
        byCurrency(view, money, tables),
        ...(inOne ? [byArea(view, money, inOne)] : []),
      ];
    });

const captionOf = ({ data }: View, { question, audience }: MoneyOf) => ({
  number: question.number,
  audience: audienceShort(data, audience),
  label: question.label,
});

function told(view: View, money: MoneyOf, tables: MoneyTable[]): Block {
  const { voice } = view;
  const states = new Set(money.named.map(({ member }) => member)).size;
  const parts = [
    voice.t('report.money.told', {
      ...captionOf(view, money),
      count: states,
      sums: tables.map(({ total, currency }) => voice.money(total, currency)).join('; '),
    }),
    ...(money.withheld > 0 ? [voice.t('report.withheld', { count: money.withheld })] : []),
  ];
  return { kind: 'paragraph', joined: true, text: parts.join(' ') };
}

/** A line for each currency; amounts of different currencies are never added. */
function byCurrency(view: View, money: MoneyOf, tables: MoneyTable[]): Block {
  const { voice } = view;
  const { t } = voice;
  const years = (tables[0]?.years ?? []).filter(({ value }) => value !== '');
  const hasPooled = tables.some(({ pooledStates }) => pooledStates > 0);
  const columns = 3 + years.length + Number(hasPooled);
  return {
    kind: 'table',
    caption: t('report.money.byCurrency', captionOf(view, money)),
    header: [
      t('currency'),
      ...years.map(({ label }) => label),
      ...(hasPooled ? [t('report.money.totals')] : []),
      t('report.money.sum'),
      t('chart.states'),
    ],
    rows: tables.map(({ currency, counted, pooled, pooledStates, total }) => [
      currency,
      // Those in totals only are told apart by no year: where nobody else gave an amount there is nothing to say of one.
      ...years.map(({ value }) =>
        counted.length > 0 ? voice.number(sumOf(amountsIn(counted, value))) : '',
      ),
      ...(hasPooled ? [pooledStates > 0 ? voice.number(pooled) : ''] : []),
      voice.number(total),
      voice.number(new Set(counted.map(({ member }) => member)).size + pooledStates),
    ]),
    widths: [0.12, ...Array.from({ length: columns - 2 }, () => 0.76 / (columns - 2)), 0.12],
    numbers: Array.from({ length: columns - 1 }, (_, at) => at + 1),
  };
}

const amountsIn = (counted: MoneyTable['counted'], of: string) =>
  counted.filter(({ year }) => year === of).map(({ amount }) => amount);

/** By area and year, in the currency of the rates. */
function byArea(view: View, money: MoneyOf, table: MoneyTable): Block {
  const { voice } = view;
  const { years, areas, counted, currency } = table;
  const sum = (keep: (one: (typeof counted)[number]) => boolean) =>
    voice.number(sumOf(counted.filter(keep).map(({ amount }) => amount)));
  return {
    kind: 'table',
    caption: voice.t('report.money.converted', { ...captionOf(view, money), currency }),
    header: ['', ...years.map(({ label }) => label), voice.t('report.money.sum')],
    rows: areas.map(({ value: area, label }) => [
      label,
      ...years.map(({ value: year }) => sum((one) => one.year === year && one.area === area)),
      sum((one) => one.area === area),
    ]),
    widths: [0.4, ...Array.from({ length: years.length + 1 }, () => 0.6 / (years.length + 1))],
    numbers: Array.from({ length: years.length + 1 }, (_, at) => at + 1),
  };
}

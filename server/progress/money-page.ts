/** Money by year and area: the sums, the States behind each, and the rates that are used. Pure. */
import { nameIn } from '../states/state.ts';
import { moneyQuestions } from './amounts.ts';
import { queryOf } from './filter-query.ts';
import { moneyOf, sumOf } from './money.ts';
import { type MoneyTable, tablesOf } from './money-table.ts';
import type { Rate } from './rate.ts';
import type { AnswersOf } from './read-answers.ts';
import { audienceShort, baseOf, rowOf, sorted, type View } from './view.ts';

export type MoneyWish = {
  question: string | null;
  /** Whether all is shown in the currency of the rates. */
  converted: boolean;
  /** Of one cell: the States behind it. */
  currency: string | null;
  year: string | null;
  area: string | null;
};

/** The questions about money with the audience that each is put to. */
export const allMoneyQuestions = ({ data }: Pick<View, 'data'>) =>
  [...data.audiences.keys()].flatMap((audience) =>
    moneyQuestions(data.questionnaire, audience).map((question) => ({ audience, question })),
  );

/** Null when there is no such question. */
export function moneyPage(
  view: View,
  answers: Map<string, AnswersOf>,
  rates: Rate[],
  wish: MoneyWish,
) {
  const { data, filter, voice } = view;
  const all = allMoneyQuestions(view);
  const chosen = wish.question ? all.find(({ question }) => question.id === wish.question) : all[0];
  if (!chosen) return null;
  const { question, audience } = chosen;
  const isConverted = wish.converted && rates.length > 0;
  const money = moneyOf(view, question, audience, answers);
  const { tables, unconverted } = tablesOf(money, isConverted ? rates : null);
  const address = (more: Record<string, string>) =>
    `${baseOf(view)}/money${queryOf(filter, { question: question.id, ...more })}`;
  const shown = isConverted ? { converted: 'yes' } : {};
  return {
    question,
    audience: audienceShort(data, audience),
    questions: all.map(({ question: one, audience: of }) => ({
      href: `${baseOf(view)}/money${queryOf(filter, { question: one.id, ...shown })}`,
      label: `${one.number} ${one.label}`,
      audience: audienceShort(data, of),
      current: one.id === question.id,
    })),
    isConverted,
    asGiven: address({}),
    inOne: rates[0] ? { currency: rates[0].to, href: address({ converted: 'yes' }) } : null,
    tables: tables.map((table) =>
      tableView(view, table, (more) => `${address({ ...shown, ...more })}#states`),
    ),
    unconverted: unconverted.map(({ amount, currency }) => voice.money(amount, currency)),
    withheld: money.withheld,
    behind: behindOf(view, tables, wish, question.id),
    rates: rates.map((rate) => ({
      ...rate,
      day: voice.date(new Date(rate.date), 'UTC'),
      text: voice.number(rate.rate),
    })),
    keep: { question: question.id, ...shown },
    here: address(shown),
  };
}

type Address = (more: Record<string, string>) => string;

function tableView({ voice }: View, table: MoneyTable, address: Address) {
  const { currency, years, areas, counted, pooled, pooledStates, total } = table;
  const sum = (keep: (one: (typeof counted)[number]) => boolean) =>
    sumOf(counted.filter(keep).map(({ amount }) => amount));
  const cell = (amount: number, place: Record<string, string>) => ({
    text: voice.number(amount),
    href: address({ currency, ...place }),
  });
  return {
    currency,
    years: years.map((year) => year.label),
    rows: areas.map(({ value: area, label }) => ({
      label,
      cells: years.map(({ value: year }) =>
        cell(
          sum((one) => one.year === year && one.area === area),
          { year, area },
        ),
      ),
      sum: cell(
        sum((one) => one.area === area),
        { area },
      ),
    })),
    sums: years.map(({ value: year }) =>
      cell(
        sum((one) => one.year === year),
        { year },
      ),
    ),
    named: cell(
      sum(() => true),
      {},
    ),
    pooled: pooledStates > 0 ? { text: voice.number(pooled), count: pooledStates } : null,
    total: voice.number(total),
  };
}

/** The States behind one sum, or behind the first table. Their amounts and the pooled one make the sum. */
function behindOf(view: View, tables: MoneyTable[], wish: MoneyWish, question: string) {
  const { voice } = view;
  const table = wish.currency
    ? tables.find(({ currency }) => currency === wish.currency)
    : tables[0];
  if (!table) return null;
  const label = (list: { value: string; label: string }[], value: string | null) =>
    list.find((one) => one.value === value)?.label ?? '';
  const year = wish.currency ? wish.year : null;
  const area = wish.currency ? wish.area : null;
  const counted = table.counted.filter(
    (one) => (year === null || one.year === year) && (area === null || one.area === area),
  );
  const members = [...new Set(counted.map(({ member }) => member))];
  const isWhole = year === null && area === null;
  const named = sumOf(counted.map(({ amount }) => amount));
  return {
    title: [table.currency, label(table.years, year), label(table.areas, area)]
      .filter(Boolean)
      .join(' · '),
    rows: sorted(
      members.map((member) => {
        const own = counted.filter((one) => one.member === member);
        const [first] = own;
        const given = sumOf(own.map((one) => one.given.amount));
        return {
          name: nameIn(member.state, voice.language),
          href: `${rowOf(view, member).href}#q-${question}`,
          amount: voice.number(sumOf(own.map(({ amount }) => amount))),
          given:
            first && first.given.currency !== table.currency
              ? voice.money(given, first.given.currency)
              : '',
        };
      }),
      voice,
    ),
    pooled:
      isWhole && table.pooledStates > 0
        ? { count: table.pooledStates, amount: voice.number(table.pooled) }
        : null,
    total: voice.number(isWhole ? table.total : named),
    currency: table.currency,
  };
}

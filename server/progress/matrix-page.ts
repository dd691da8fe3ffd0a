/** Every State that was asked by every indicator, each cell a word and a way to the answer. Pure. */
import { rulesOf } from '../questionnaire/condition.ts';
import type { Indicator } from '../questionnaire/definition.ts';
import { isMember, nameIn, type State } from '../states/state.ts';
import type { Member } from './dataset.ts';
import { cutOffQuery, queryOf } from './filter-query.ts';
import { type IndicatorResult, indicatorResult } from './indicator.ts';
import { indicatorView } from './indicator-page.ts';
import type { JoinedState } from './rule-view.ts';
import { VERDICTS, type Verdict } from './verdict.ts';
import { baseOf, rowOf, sorted, type View } from './view.ts';

/** `null`: the State is not in this selection, such as when it is asked for confirmed answers and gave none. */
type Cell = { verdict: Verdict | null; href: string; outside: boolean };

/** @param only rows with this verdict on this indicator */
export function matrixPage(view: View, only: { indicator: string | null; verdict: string | null }) {
  const { data, filter, reader, voice } = view;
  const results = data.questionnaire.definition.indicators
    .filter((one) => one.numerator)
    .map((indicator) => indicatorResult(data, indicator, filter, reader));
  const cells = results.map((result) => cellsOf(view, result));
  const chosen = results.findIndex(({ indicator }) => indicator.key === only.indicator);
  const verdict = VERDICTS.find((one) => one === only.verdict) ?? null;
  const rows = askedStates(results)
    .map((state) => ({
      name: nameIn(state, voice.language),
      href: `${baseOf(view)}/states/${state._id}${cutOffQuery(filter)}`,
      region: voice.t(`region.${state.region}`),
      cells: cells.map((column) => column.get(state._id) ?? OUT_OF_VIEW),
    }))
    .filter((row) => chosen < 0 || !verdict || row.cells[chosen]?.verdict === verdict);
  return {
    columns: results.map((result) => ({
      ...indicatorView(view, result),
      short: `#${result.indicator.action}`,
    })),
    rows: sorted(rows, voice),
    outside: rows.some((row) => row.cells.some((cell) => cell.outside)),
    verdicts: VERDICTS,
    /** Selects that stand beside those of every page. */
    more: [
      {
        name: 'indicator',
        options: results.map(({ indicator }) => ({
          value: indicator.key,
          label: `#${indicator.action} ${indicator.label}`,
          chosen: indicator.key === only.indicator,
        })),
      },
      {
        name: 'verdict',
        options: VERDICTS.map((value) => ({
          value,
          label: voice.t(`verdict.${value}`),
          chosen: value === verdict,
        })),
      },
    ],
    clear: `${baseOf(view)}/matrix`,
    narrowed: chosen >= 0 && verdict !== null,
    query: queryOf(filter),
  };
}

const OUT_OF_VIEW: Cell = { verdict: null, href: '', outside: false };

const askedStates = (results: IndicatorResult[]): State[] => [
  ...new Map(
    results
      .flatMap(({ states }) => states.list())
      .filter(({ members }) => members.length > 0)
      .map(({ state }) => [state._id, state]),
  ).values(),
];

function cellsOf(view: View, { indicator, states }: IndicatorResult): Map<string, Cell> {
  const { data } = view;
  const group = indicator.denominator?.group;
  return new Map(
    states.list().map((joined): [string, Cell] => {
      const { verdict } = joined;
      const outside = group !== undefined && !isMember(joined.state, group, data.referenceDate);
      return [
        joined.state._id,
        { verdict, href: answerOf(view, indicator, joined), outside: outside && verdict === 'yes' },
      ];
    }),
  );
}

/** The first answer that the rule looks at, on the page of whoever gave it; "" where there is none to go to. */
function answerOf(view: View, indicator: Indicator, { members }: JoinedState): string {
  const submitted = members.filter(({ at }) => at >= 0);
  const asked = (member: Member) =>
    rulesOf(indicator.numerator ?? { all: [] }).find(({ rule }) =>
      view.data.questionnaire.question(rule.q)?.audiences.includes(member.audience),
    );
  const member = submitted.find(asked) ?? submitted[0] ?? members[0];
  if (!member) return '';
  const question = member.at >= 0 ? asked(member)?.rule.q : undefined;
  const { href } = rowOf(view, member);
  return question ? `${href}#q-${question}` : href;
}

/** The overview: response rates, and for each action its indicators and one chart. Pure. */
import { rulesOf } from '../questionnaire/condition.ts';
import { REGIONS } from '../states/state.ts';
import type { ChartView } from './chart.ts';
import { queryOf } from './filter-query.ts';
import { indicatorResult } from './indicator.ts';
import { indicatorView } from './indicator-page.ts';
import { questionCharts } from './question-page.ts';
import { rateOf } from './standing-tally.ts';
import { baseOf, type View } from './view.ts';

export function overviewPage(view: View) {
  const { data, filter, voice } = view;
  const { definition } = data.questionnaire;
  const base = baseOf(view);
  const query = queryOf(filter);
  const rates = definition.audiences.map((audience) => {
    return {
      audience,
      ...rateOf(data, audience.id, filter),
      regions: REGIONS.map((region) => ({
        name: voice.t(`region.${region}`),
        href: `${base}/states${queryOf({ ...filter, region }, { audience: audience.id })}`,
        ...rateOf(data, audience.id, filter, (kind) => kind.region === region),
      })).filter((region) => region.invited > 0),
      href: `${base}/states${queryOf(filter, { audience: audience.id })}`,
    };
  });
  return {
    rates,
    query,
    base,
    actions: definition.actions.map((action) => ({
      action,
      href: `${base}/actions/${action.number}${query}`,
      indicators: definition.indicators
        .filter((one) => one.action === action.number && one.basis === 'action_plan')
        .map((indicator) =>
          indicatorView(view, indicatorResult(data, indicator, filter, view.reader)),
        ),
      chart: leadChart(view, action.number),
    })),
  };
}

/** More bars than this are for a page of their own. */
const MOST_LEAD_OPTIONS = 12;

/** The chart that stands for an action: of the first question of the action in the rule of its first indicator. */
function leadChart(view: View, action: number): ChartView | null {
  const { data } = view;
  const lead = data.questionnaire.definition.indicators.find(
    (one) => one.action === action && one.basis === 'action_plan',
  );
  const rules = lead?.numerator ? rulesOf(lead.numerator) : [];
  const named = rules
    .map(({ rule }) => data.questionnaire.question(rule.q))
    .find(
      (question) => question?.action === action && question.options.length <= MOST_LEAD_OPTIONS,
    );
  return named ? (questionCharts(view, named.id)[0] ?? null) : null;
}

/** One action: its indicators, and a chart for each question of each audience. Pure. */
import { queryOf } from './filter-query.ts';
import { indicatorResult } from './indicator.ts';
import { indicatorView } from './indicator-page.ts';
import { pairsOf } from './pairs-page.ts';
import { questionCharts } from './question-page.ts';
import { baseOf, type View } from './view.ts';
import { waysFrom } from './ways.ts';

export function actionPage(view: View, number: number) {
  const { data, filter } = view;
  const { definition } = data.questionnaire;
  const action = definition.actions.find((one) => one.number === number);
  if (!action) return null;
  const indicators = definition.indicators.filter((one) => one.action === number);
  const audiences = definition.audiences.map((audience) => ({
    audience,
    questions: data.questionnaire
      .asked(audience.id)
      .filter((question) => question.action === number)
      .map((question) => ({
        question,
        indicator: indicators.find((one) => one.key === question.indicator) ?? null,
        charts: questionCharts(view, question.id),
        ways: waysFrom(view, question),
      })),
  }));
  return {
    action,
    base: baseOf(view),
    query: queryOf(filter),
    indicators: indicators
      .filter((one) => one.numerator)
      .map((indicator) =>
        indicatorView(view, indicatorResult(data, indicator, filter, view.reader)),
      ),
    pairs: pairsOf(view, number),
    audiences: audiences.filter((one) => one.questions.length > 0),
    actions: definition.actions.map((one) => ({
      number: one.number,
      href: `${baseOf(view)}/actions/${one.number}${queryOf(filter)}`,
      current: one.number === number,
    })),
  };
}

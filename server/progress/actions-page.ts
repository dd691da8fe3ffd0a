/** All actions of the plan with their indicators and questions, as a table of contents of the results. Pure. */
import { queryOf } from './filter-query.ts';
import { indicatorResult } from './indicator.ts';
import { indicatorView } from './indicator-page.ts';
import { audienceShort, baseOf, type View } from './view.ts';

export function actionsPage(view: View) {
  const { data, filter, reader } = view;
  const { definition } = data.questionnaire;
  const base = baseOf(view);
  const query = queryOf(filter);
  return {
    actions: definition.actions.map((action) => ({
      action,
      href: `${base}/actions/${action.number}${query}`,
      indicators: definition.indicators
        .filter((one) => one.action === action.number && one.numerator)
        .map((indicator) => indicatorView(view, indicatorResult(data, indicator, filter, reader))),
      audiences: definition.audiences
        .map(({ id }) => ({
          label: audienceShort(data, id),
          questions: data.questionnaire
            .asked(id)
            .filter((question) => question.action === action.number)
            .map(({ id: question, number, label }) => ({
              number,
              label,
              href: `${base}/questions/${question}${query}`,
            })),
        }))
        .filter(({ questions }) => questions.length > 0),
    })),
  };
}

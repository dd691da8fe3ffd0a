/** One question: its chart or charts, and the States behind a category. Pure. */
import { type ChartView, chartOf } from './chart.ts';
import { sideOf } from './cross.ts';
import { disclose } from './disclosure.ts';
import { distributionOf } from './distribution.ts';
import { queryOf } from './filter-query.ts';
import { listed } from './listed.ts';
import { baseOf, rowOf, sorted, type View } from './view.ts';
import { waysFrom } from './ways.ts';

/** A question with its chart, and the States behind one category when one is named. Null when there is no such thing. */
export function questionPage(view: View, id: string, row: string | null, answer: string | null) {
  const { data, filter, reader, voice } = view;
  const question = data.questionnaire.question(id);
  if (!question || question.action === null) return null;
  const audience = question.audiences[0] ?? '';
  const charts = questionCharts(view, id);
  const columnId = row ? `${id}/${row}` : id;
  const spread = answer ? distributionOf(data, audience, columnId, filter, reader) : null;
  const category = spread?.categories.find((one) => one.key === answer) ?? null;
  if (answer && !category) return null;
  const shown =
    spread && category ? disclose(category.places(), (at) => spread.isPooled({ at })) : null;
  const list = listed(
    view,
    shown?.named ?? [],
    (from) => `${queryOf(filter, { ...(row ? { row } : {}), answer: answer ?? '', from })}#states`,
  );
  const members = data.audiences.get(audience)?.membersAt(list.places) ?? [];
  const rowLabel =
    question.type === 'matrix' ? question.rows.find((one) => one.value === row)?.label : undefined;
  return {
    question,
    rowLabel: rowLabel ?? '',
    ways: waysFrom(view, question),
    charts: row ? charts.filter((chart) => chart.id === columnId.replace('/', '-')) : charts,
    category: category && {
      label: category.label ?? voice.t(`category.${category.key.slice(1)}`),
      count: category.count,
      named: sorted(
        members.map((member) => ({ ...rowOf(view, member), anchor: `#q-${id}` })),
        voice,
      ),
      pages: list.pages,
      pooled: shown?.pooled ?? 0,
    },
    actionHref: `${baseOf(view)}/actions/${question.action}${queryOf(filter)}`,
    query: queryOf(filter),
    /** Where it is crossed with another one; "" for an open question. */
    cross: sideOf(data, columnId)
      ? `${baseOf(view)}/cross${queryOf(filter, { of: columnId })}`
      : '',
  };
}

/** One chart, or one for each row of a matrix. */
export function questionCharts(view: View, id: string): ChartView[] {
  const { data, filter, reader } = view;
  const question = data.questionnaire.question(id);
  if (!question) return [];
  const audience = question.audiences[0] ?? '';
  const columns = (data.audiences.get(audience)?.layout.columns ?? []).filter(
    (one) => one.question === id,
  );
  return columns.flatMap((column) => {
    const spread = distributionOf(data, audience, column.id, filter, reader);
    if (!spread) return [];
    const row =
      question.type === 'matrix' ? question.rows.find((one) => one.value === column.row) : null;
    const path = `${baseOf(view)}/questions/${id}`;
    const part = column.row ? { row: column.row } : {};
    return [
      chartOf(view, spread, row?.label ?? question.label, {
        behind: (answer) => `${path}${queryOf(filter, { ...part, answer })}`,
        file: { path: `${path}/chart`, query: queryOf(filter, part) },
      }),
    ];
  });
}

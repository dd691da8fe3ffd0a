/** A cross-tabulation as rows of numbers with links, whatever it is crossed with: a question, or what is known of States. Pure. */
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import { REVIEWS } from '../responses/response.ts';
import { REGIONS } from '../states/state.ts';
import type { CategoryShape } from './categories.ts';
import { type Cross, crossOf, type Side } from './cross.ts';
import type { Filter } from './dataset.ts';
import { distributionOf, isEmpty } from './distribution.ts';
import { queryOf, queryWith } from './filter-query.ts';
import { baseOf, groupsOf, type View } from './view.ts';

/** What is known of States, as it stands in an address. No column has a name like these. */
export const KNOWN = ['_region', '_group', '_review'] as const;
export type Known = (typeof KNOWN)[number];

type Cell = { count: number /** Of the row. */; share: string; href: string };
export type CrossTable = {
  /** The question whose answers are the columns. */
  of: Side;
  by: { known: Known } | { side: Side; cross: Cross };
  columns: { key: string; label: string; kind: CategoryShape['kind']; total: Cell | null }[];
  rows: { label: string; cells: Cell[]; total: Cell }[];
  asked: number;
  counted: number;
  withheld: number;
  /** Nobody in view has answered yet. */
  empty: boolean;
};

const labelOf = (view: View, { key, label }: CategoryShape) =>
  label ?? view.voice.t(`category.${key.slice(1)}`);

const cellOf = (view: View, count: number, total: number, href: string): Cell => ({
  count,
  share: count === 0 || total === 0 ? '' : view.voice.percent(count / total),
  href,
});

/** The answers to one question within each answer to another one. */
export function crossTable(view: View, of: Side, by: Side): CrossTable {
  const cross = crossOf(view.data, by, of, view.filter, view.reader);
  const table = `${baseOf(view)}/cross${queryOf(view.filter, { of: of.column.id, by: by.column.id })}`;
  const anchor = '#states';
  // There may be thousands of cells, so that their addresses are put together from parts.
  const columns = cross.columns.map((column) => ({
    ...column,
    part: queryWith('?', { column: column.key }).slice(1),
  }));
  return {
    of,
    by: { side: by, cross },
    columns: columns.map((column) => {
      const { count } = cross.column(column.key);
      return {
        key: column.key,
        label: labelOf(view, column),
        kind: column.kind,
        total: cellOf(view, count, cross.counted, table + column.part + anchor),
      };
    }),
    rows: cross.rows.map((row) => {
      const total = cross.row(row.key).count;
      const own = queryWith(table, { row: row.key });
      return {
        label: labelOf(view, row),
        cells: columns.map(({ key, part }) =>
          cellOf(view, cross.count(row.key, key), total, own + part + anchor),
        ),
        total: cellOf(view, total, cross.counted, own + anchor),
      };
    }),
    asked: cross.asked,
    counted: cross.counted,
    withheld: cross.withheld,
    empty: cross.counted + cross.withheld === 0,
  };
}

/**
 * The answers to one question within each region, group or review state: each row is what the page of the question shows
 * under that filter, so it holds back the same.
 */
export function knownTable(view: View, of: Side, known: Known): CrossTable {
  const { data, filter, reader } = view;
  const spreads = parts(view, known)
    .map(({ label, part }) => {
      const narrowed = { ...filter, ...part };
      const spread = distributionOf(data, of.audience, of.column.id, narrowed, reader);
      return { label, narrowed, spread };
    })
    .flatMap(({ spread, ...rest }) => (spread && spread.asked > 0 ? [{ spread, ...rest }] : []));
  const columns = new Map(
    spreads.flatMap(({ spread }) => spread.categories.map((one) => [one.key, one] as const)),
  );
  // In the order of one row: answers first, then what is none.
  const ordered = [...columns.values()].sort((a, b) => Number(isSpecial(a)) - Number(isSpecial(b)));
  const rows = spreads.map(({ label, narrowed, spread }) => {
    const address = (answer: string) =>
      `${baseOf(view)}/questions/${of.question.id}${queryOf(narrowed, {
        ...(of.column.row ? { row: of.column.row } : {}),
        answer,
      })}#states`;
    return {
      label,
      cells: ordered.map(({ key }) => {
        const found = spread.categories.find((one) => one.key === key);
        const count = found?.count ?? 0;
        return cellOf(view, count, spread.asked, found ? address(key) : '');
      }),
      total: cellOf(
        view,
        spread.asked,
        spread.asked,
        `${baseOf(view)}/states${queryOf({ ...narrowed, audience: of.audience })}`,
      ),
      spread,
    };
  });
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return {
    of,
    by: { known },
    columns: ordered.map((one) => ({
      key: one.key,
      label: labelOf(view, one),
      kind: one.kind,
      total: null,
    })),
    rows: rows.map(({ spread, ...row }) => row),
    asked: sum(rows.map(({ spread }) => spread.asked)),
    counted: sum(rows.map(({ spread }) => spread.answered)),
    withheld: 0,
    empty: rows.every(({ spread }) => isEmpty(spread)),
  };
}

const isSpecial = ({ key }: CategoryShape) => key.startsWith('_');

function parts(view: View, known: Known): { label: string; part: Partial<Filter> }[] {
  const { voice } = view;
  if (known === '_region')
    return REGIONS.filter((one) => view.filter.region === null || view.filter.region === one).map(
      (region) => ({ label: voice.t(`region.${region}`), part: { region } }),
    );
  if (known === '_group')
    return groupsOf(view.data)
      .filter(({ id }) => view.filter.group === null || view.filter.group === id)
      .map(({ id, label }) => ({ label, part: { group: id } }));
  return REVIEWS.filter((one) => view.filter.review === null || view.filter.review === one).map(
    (review) => ({ label: voice.t(`review.${review}`), part: { review } }),
  );
}

/** "44.1 Is there a national platform…", with the row of a matrix after it. */
export function questionName({
  question,
  column,
}: { question: AskedQuestion } & Pick<Side, 'column'>): string {
  const row =
    question.type === 'matrix' ? question.rows.find(({ value }) => value === column.row) : null;
  const name = [question.number, question.label].filter(Boolean).join(' ');
  return row ? `${name} – ${row.label}` : name;
}

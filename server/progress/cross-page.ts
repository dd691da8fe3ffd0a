/** The page on which two questions are crossed: what can be chosen, the table and its chart, the States of a cell. Pure. */
import { type FillName, seriesFill } from '../charts/fills.ts';
import { type Picture, pictureData } from '../charts/picture.ts';
import { type Cross, type Crossed, type Side, sideOf } from './cross.ts';
import { type CrossTable, crossTable, KNOWN, knownTable, questionName } from './cross-table.ts';
import { disclose } from './disclosure.ts';
import { queryOf } from './filter-query.ts';
import { listed } from './listed.ts';
import { pictureNotes } from './picture-notes.ts';
import { audienceShort, baseOf, rowOf, sorted, type View } from './view.ts';

const MOST_SERIES = 14;

/** As they stand in the address. */
export type CrossQuery = { of: string; by: string; row: string; column: string };

/** Null for a question that there is not or that is open, or a cell that there is not. */
export function crossPage(view: View, query: CrossQuery) {
  const table = tableOf(view, query);
  if (table === undefined) return null;
  // More parts of a bar nobody can tell apart: then the table is all.
  const picture = table && table.columns.length <= MOST_SERIES ? pictureOf(view, table) : null;
  const cell = table && query.row + query.column !== '' ? cellOf(view, table, query) : null;
  if (cell === undefined) return null;
  const { of, by } = query;
  return {
    options: optionsOf(view),
    known: KNOWN.map((key) => ({ key, label: view.voice.t(`cross.known.${key.slice(1)}`) })),
    of,
    by,
    table,
    byName: table ? byName(view, table) : '',
    ofName: table ? questionName(table.of) : '',
    turned:
      table && 'side' in table.by
        ? `${baseOf(view)}/cross${queryOf(view.filter, { of: by, by: of })}`
        : '',
    note: table && noteOf(view, table),
    data: picture && pictureData(picture),
    file: { path: `${baseOf(view)}/cross/chart`, query: queryOf(view.filter, { of, by }) },
    cell,
  };
}

/** For its files; null where there is none. */
export function crossPicture(view: View, query: CrossQuery): Picture | null {
  const table = tableOf(view, query);
  return table ? pictureOf(view, table) : null;
}

const ASIDE: Partial<Record<string, FillName>> = {
  _not_applicable: 'aside',
  _withheld: 'held',
  _no_answer: 'none',
};

/** Null while not both are chosen, undefined for what there is not. */
function tableOf(view: View, { of, by }: CrossQuery): CrossTable | null | undefined {
  const side = sideOf(view.data, of);
  if (of !== '' && !side) return undefined;
  const known = KNOWN.find((one) => one === by);
  const other = known ? null : sideOf(view.data, by);
  if (by !== '' && !known && !other) return undefined;
  // Crossed with itself it says nothing.
  if (!side || of === by) return null;
  if (known) return knownTable(view, side, known);
  return other && crossTable(view, side, other);
}

const byName = (view: View, { by }: CrossTable): string =>
  'known' in by ? view.voice.t(`cross.known.${by.known.slice(1)}`) : questionName(by.side);

function pictureOf(view: View, table: CrossTable): Picture {
  const { voice } = view;
  return {
    form: 'stacked',
    title: questionName(table.of),
    subtitle: voice.t('cross.by', { by: byName(view, table) }),
    series: table.columns.map(({ key, label }, at) => ({
      label,
      fill: ASIDE[key] ?? seriesFill(at),
    })),
    rows: table.rows.map(({ label, cells }) => ({
      label,
      cells: cells.map(({ count, href }) => ({
        value: count,
        text: voice.number(count),
        fill: null,
        href,
      })),
    })),
    max: Math.max(
      1,
      ...table.rows.map(({ cells }) => cells.reduce((sum, one) => sum + one.count, 0)),
    ),
    ...pictureNotes(view, noteOf(view, table)),
  };
}

/** How many are counted, and of how many. */
function noteOf({ voice }: View, { by, counted, asked, withheld }: CrossTable): string {
  const words = { counted: voice.number(counted), asked: voice.number(asked) };
  const all = 'known' in by ? voice.t('cross.answered', words) : voice.t('cross.counted', words);
  return withheld > 0 ? `${all} ${voice.t('cross.withheld', { count: withheld })}` : all;
}

/** The States of a cell, a row or a column. Undefined where there is none of this name. */
function cellOf(view: View, { by, of, columns }: CrossTable, { row, column }: CrossQuery) {
  if ('known' in by) return undefined;
  const { cross } = by;
  const rowShape = cross.rows.find(({ key }) => key === row);
  const columnShape = columns.find(({ key }) => key === column);
  if ((row && !rowShape) || (column && !columnShape)) return undefined;
  const { places, count } = crossedOf(cross, row, column);
  const shown = disclose(places(), cross.isPooled);
  const list = listed(
    view,
    shown.named,
    (from) =>
      `${queryOf(view.filter, { of: of.column.id, by: by.side.column.id, row, column, from })}#states`,
  );
  // The second of a pair is the one whose answers are the columns.
  const members = view.data.audiences.get(of.audience)?.membersAt(list.places) ?? [];
  const label = (shape: { key: string; label: string | null } | undefined) =>
    shape && (shape.label ?? view.voice.t(`category.${shape.key.slice(1)}`));
  return {
    parts: [
      ...(rowShape ? [{ question: questionName(by.side), answer: label(rowShape) }] : []),
      ...(columnShape ? [{ question: questionName(of), answer: label(columnShape) }] : []),
    ],
    count,
    named: sorted(
      members.map((member) => ({ ...rowOf(view, member), anchor: `#q-${of.question.id}` })),
      view.voice,
    ),
    pooled: shown.pooled,
    pages: list.pages,
  };
}

function crossedOf(cross: Cross, row: string, column: string): Crossed {
  if (row && column) return cross.cell(row, column);
  return row ? cross.row(row) : cross.column(column);
}

/** Every closed question, by action and audience. */
function optionsOf(view: View) {
  const { data, voice } = view;
  const groups = new Map<string, { value: string; label: string }[]>();
  for (const { id, layout } of data.audiences.values())
    for (const { id: column } of layout.columns) {
      const side: Side | null = sideOf(data, column);
      if (side?.audience !== id) continue;
      const action = voice.t('action.label', { number: side.question.action });
      const group = `${audienceShort(data, id)} · ${action}`;
      const option = { value: column, label: shortened(questionName(side)) };
      groups.set(group, [...(groups.get(group) ?? []), option]);
    }
  return [...groups].map(([label, options]) => ({ label, options }));
}

const LONGEST = 110;
const shortened = (text: string) =>
  text.length > LONGEST ? `${text.slice(0, LONGEST - 1).trimEnd()}…` : text;

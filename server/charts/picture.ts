/**
 * A chart as plain data, from which the browser, the SVG and the PNG are drawn: the same rows, numbers and fills
 * everywhere. Pure.
 */
import { FILLS, type Fill, type FillName } from './fills.ts';

/**
 * `bars`: one number a row. `grouped`: a bar for each series, one under the other. `stacked`: end to end.
 * `lines`: shares over time, a row for each day and a line for each series. */
type Form = 'bars' | 'grouped' | 'stacked' | 'lines';

export type PictureCell = {
  /** Null where nothing can be said: no bar, and `text` says why. */
  value: number | null;
  /** The value as it stands at the bar: "26" or "63%". */
  text: string;
  /** Null for the fill of its series. */
  fill: FillName | null;
  /** Of the States behind it; "" for none. Not in the files, which go where nobody has an account. */
  href: string;
};

export type Picture = {
  form: Form;
  /** What is asked or shown. */
  title: string;
  /** Beneath the title: of a matrix the row, of a cross-tabulation the other question; "" for nothing. */
  subtitle: string;
  series: { label: string; fill: FillName }[];
  /** In order from above; `cells` is as long as `series`. */
  rows: { label: string; cells: PictureCell[] }[];
  /** Where the axis ends: who was asked, or 1 for shares. */
  max: number;
  /** Lines beneath: n, filter, source and cut-off. */
  notes: string[];
  /** That the answers are invented; "" where they are not. */
  mark: string;
  language: string;
  rtl: boolean;
};

/** What the script on a page draws it from, as JSON in an attribute. The page itself has title and notes. */
export function pictureData({ form, series, rows, max, rtl }: Picture): string {
  const used = new Set<FillName>([
    ...series.map(({ fill }) => fill),
    ...rows.flatMap(({ cells }) => cells.flatMap(({ fill }) => fill ?? [])),
  ]);
  const fills: Record<string, Fill> = {};
  for (const name of used) fills[name] = FILLS[name];
  return JSON.stringify({ form, series, rows, max, rtl, fills });
}

/** The chart as a table: a header and a line for each row, for CSV and for the pages. Values are numbers, null for none. */
export function pictureTable(picture: Picture, first: string): (string | number | null)[][] {
  return [
    [first, ...picture.series.map(({ label }) => label)],
    ...picture.rows.map(({ label, cells }) => [label, ...cells.map(({ value }) => value)]),
  ];
}

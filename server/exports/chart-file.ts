/** A chart as a file to take away: SVG, PNG or CSV. */
import type { Picture } from '../charts/picture.ts';
import { chartPng } from '../charts/png.ts';
import { chartSvg } from '../charts/svg.ts';
import { chartCsv } from './chart-csv.ts';

const TYPES = {
  svg: 'image/svg+xml',
  png: 'image/png',
  csv: 'text/csv; charset=utf-8',
} as const;
type ChartKind = keyof typeof TYPES;

/** Null for a kind that there is not. */
export const chartKind = (name: unknown): ChartKind | null =>
  (Object.keys(TYPES) as ChartKind[]).find((known) => known === name) ?? null;

export type Drawn = {
  picture: Picture;
  /** Of the file, after the round. */
  name: string;
};

/** @param of round and day, for the name of the file. @param first heading of the column with the labels, in CSV */
export async function chartFile(
  kind: ChartKind,
  { picture, name }: Drawn,
  of: { round: string; demonstration: boolean; day: Date },
  first: string,
): Promise<{ name: string; type: string; content: Buffer }> {
  const content = {
    svg: () => Buffer.from(chartSvg(picture)),
    png: async () => (await chartPng(picture)).content,
    csv: () => Buffer.from(chartCsv(picture, first)),
  }[kind];
  const mark = of.demonstration ? '-demonstration' : '';
  return {
    name: `${of.round}${mark}-${of.day.toISOString().slice(0, 10)}-${name}.${kind}`,
    type: TYPES[kind],
    content: await content(),
  };
}

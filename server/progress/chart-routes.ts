/** The charts of the pages as files: SVG, PNG and CSV, each with what is needed to cite it. */
import { type Response as HttpResponse, type Request, Router } from 'express';
import type { Picture } from '../charts/picture.ts';
import { chartPng } from '../charts/png.ts';
import { chartSvg } from '../charts/svg.ts';
import { chartCsv } from '../exports/chart-csv.ts';
import { sendFile } from '../web/download.ts';
import { Refusal } from '../web/refusal.ts';
import { crossPicture } from './cross-page.ts';
import { pairsOf } from './pairs-page.ts';
import { questionCharts } from './question-page.ts';
import type { View } from './view.ts';

const TYPES = {
  svg: 'image/svg+xml',
  png: 'image/png',
  csv: 'text/csv; charset=utf-8',
} as const;
export const FILE_KINDS = Object.keys(TYPES) as (keyof typeof TYPES)[];

type At = { view: View };

/** @param at reads the round of the address for whoever is signed in */
export function chartRoutes(at: (req: Request) => Promise<At>): Router {
  const router = Router();

  /** @param chart null where there is no such chart */
  function chart(path: string, chart: (view: View, req: Request) => Drawn | null): void {
    router.get(`/results/:round${path}/chart.:kind`, async (req, res) => {
      const { view } = await at(req);
      const kind = FILE_KINDS.find((known) => known === req.params['kind']);
      const drawn = kind && chart(view, req);
      if (!drawn) throw new Refusal('not-found');
      await sendPicture(res, kind, drawn, view);
    });
  }

  chart('/questions/:question', (view, req) => {
    const id = String(req.params['question']);
    const wanted = req.query['row'] ? `${id}-${req.query['row']}` : id;
    const found = questionCharts(view, id).find((one) => one.id === wanted);
    return found ? { picture: found.picture, name: found.id } : null;
  });

  chart('/given-and-received/:pair', (view, req) => {
    const pair = pairsOf(view).find(({ id }) => id === req.params['pair']);
    return pair ? { picture: pair.picture, name: pair.id } : null;
  });

  chart('/cross', (view, { query }) => {
    const picture = crossPicture(view, crossQuery(query));
    return picture && { picture, name: 'cross' };
  });

  return router;
}

const wordOf = (value: unknown): string => (typeof value === 'string' ? value : '');
export const crossQuery = (query: Request['query']) => ({
  of: wordOf(query['of']),
  by: wordOf(query['by']),
  row: wordOf(query['row']),
  column: wordOf(query['column']),
});

type Drawn = { picture: Picture /** Of the file, after the round. */; name: string };

export async function sendPicture(
  res: HttpResponse,
  kind: keyof typeof TYPES,
  { picture, name }: Drawn,
  { data, voice }: View,
): Promise<void> {
  const content = {
    svg: () => Buffer.from(chartSvg(picture)),
    png: async () => (await chartPng(picture)).content,
    csv: () => Buffer.from(chartCsv(picture, voice.t('chart.category'))),
  }[kind];
  const mark = data.demonstration ? '-demonstration' : '';
  const day = data.cutOff.toISOString().slice(0, 10);
  sendFile(res, {
    name: `${data.round}${mark}-${day}-${name}.${kind}`,
    type: TYPES[kind],
    content: await content(),
  });
}

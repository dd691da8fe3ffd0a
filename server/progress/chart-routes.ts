/** The charts of the pages as files: SVG, PNG and CSV, each with what is needed to cite it. */
import { type Request, Router } from 'express';
import { chartFile, chartKind, type Drawn } from '../exports/chart-file.ts';
import { sendFile } from '../web/download.ts';
import { Refusal } from '../web/refusal.ts';
import { crossPicture } from './cross-page.ts';
import { pairsOf } from './pairs-page.ts';
import { questionCharts } from './question-page.ts';
import type { View } from './view.ts';

type At = { view: View };

/** @param at reads the round of the address for whoever is signed in */
export function chartRoutes(at: (req: Request) => Promise<At>): Router {
  const router = Router();

  /** @param chart null where there is no such chart */
  function chart(path: string, chart: (view: View, req: Request) => Drawn | null): void {
    router.get(`/results/:round${path}/chart.:kind`, async (req, res) => {
      const { view } = await at(req);
      const kind = chartKind(req.params['kind']);
      const drawn = kind && chart(view, req);
      if (!drawn) throw new Refusal('not-found');
      sendFile(res, await viewFile(kind, drawn, view));
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

/** Of a view, which says of which round and day it is. */
export const viewFile = (
  kind: NonNullable<ReturnType<typeof chartKind>>,
  drawn: Drawn,
  { data, voice }: View,
) =>
  chartFile(
    kind,
    drawn,
    { round: data.round, demonstration: data.demonstration, day: data.cutOff },
    voice.t('chart.category'),
  );

/** Downloads of a round for those who may take it away. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Router } from 'express';
import { readerOf } from '../accounts/account.ts';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { formBody } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { EXPORT_FORMATS, exportRound, recordExport } from './export.ts';

const FILES = {
  csv: { type: 'text/csv; charset=utf-8', name: 'answers.csv' },
  json: { type: 'application/json; charset=utf-8', name: 'answers.json' },
  codebook: { type: 'text/csv; charset=utf-8', name: 'codebook.csv' },
} as const;

export function exportRoutes(services: Services, desk: Desk): Router {
  const router = Router();
  // A POST, since an export leaves a row in the audit and a GET changes nothing.
  router.post('/results/:round/exports/:format', formBody, async (req, res) => {
    const account = await desk.requireForm(req, 'results.export');
    const round = await services.rounds.find(String(req.params['round']));
    const format = EXPORT_FORMATS.find((known) => known === req.params['format']);
    const edition = round && (await services.catalogue.find(round.questionnaire));
    if (!round || !format || !edition) throw new Refusal('not-found');
    await recordExport(services, { kind: 'account', id: account._id }, round, format);
    const reader = readerOf(account);
    const { type, name } = FILES[format];
    const day = services.clock().toISOString().slice(0, 10);
    const kind = round.demonstration ? '-demonstration' : '';
    res
      .attachment(`${round._id}${kind}-${day}-${name}`)
      .type(type)
      .set('Cache-Control', 'no-store');
    await pipeline(
      Readable.from(
        exportRound(services, format, { round, questionnaire: edition.source, reader }),
      ),
      res,
    );
  });
  return router;
}

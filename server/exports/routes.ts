/** Downloads of a round for those who may take it away. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Router } from 'express';
import { may, readerOf } from '../accounts/account.ts';
import { filterFrom } from '../progress/filter-query.ts';
import { recordTaken } from '../progress/record-taken.ts';
import { filterWordsOf } from '../progress/view.ts';
import { alsoAt, cutOffAt } from '../progress/view-routes.ts';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { formBody } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { EXPORT_FORMATS, EXPORTS, exportRound, recordExport } from './export.ts';
import { givenBy } from './given.ts';
import { takingOf } from './rows.ts';
import { stateText } from './state-text.ts';

export function exportRoutes(services: Services, desk: Desk): Router {
  const router = Router();
  // A POST, since an export leaves a row in the audit and a GET changes nothing.
  router.post('/results/:round/exports/:format', formBody, async (req, res) => {
    const account = await desk.requireForm(req, 'results.export');
    const { round, edition, actor, voice } = await desk.roundAt(req, 'results.export');
    const format = EXPORT_FORMATS.find((known) => known === req.params['format']);
    const taker = { ...readerOf(account), manages: may(account, 'rounds.manage') };
    const snapshot = await cutOffAt(services, round._id, req.body['cutoff']);
    const filter = {
      ...filterFrom(req.body, filterWordsOf({ questionnaire: edition.source })),
      ...(await alsoAt(services, req.body['also'], { round, cutOff: snapshot })),
    };
    const taking = await takingOf(services, round, taker, filter, snapshot);
    if (!format || !taking) throw new Refusal('not-found');
    await recordExport(services, actor, format, taking);
    const { type, name } = EXPORTS[format];
    const of = snapshot?.slug ?? services.clock().toISOString().slice(0, 10);
    const kind = round.demonstration ? '-demonstration' : '';
    res.attachment(`${round._id}${kind}-${of}-${name}`).type(type).set('Cache-Control', 'no-store');
    await pipeline(Readable.from(exportRound(services, format, taking, voice)), res);
  });

  /** What a State said by action, as text. Its draft is nobody's but its own. */
  router.post('/results/:round/states/:state/text', formBody, async (req, res) => {
    const account = await desk.requireForm(req, 'results.export');
    const { round, actor, voice } = await desk.roundAt(req, 'results.export');
    const snapshot = await cutOffAt(services, round._id, req.body['cutoff']);
    const found = await givenBy(services, round, String(req.params['state']), snapshot, voice);
    if (!found) throw new Refusal('not-found');
    const { state } = found;
    const what = { format: 'text', state: state._id, rows: 1 };
    await recordTaken(services, actor, round, snapshot, what);
    const text = stateText({ round, ...found, reader: readerOf(account) }, voice);
    const kind = round.demonstration ? '-demonstration' : '';
    res
      .attachment(`${round._id}${kind}-${state._id}-${voice.language}.txt`)
      .type('text/plain; charset=utf-8')
      .set('Cache-Control', 'no-store')
      .send(text);
  });
  return router;
}

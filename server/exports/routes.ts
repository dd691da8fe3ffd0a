/** Downloads of a round for those who may take it away. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Router } from 'express';
import { may, readerOf } from '../accounts/account.ts';
import { filterFrom } from '../progress/filter-query.ts';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { formBody } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { EXPORT_FORMATS, EXPORTS, exportRound, recordExport } from './export.ts';
import { givenBy, recordStateText } from './given.ts';
import { takingOf } from './rows.ts';
import { stateText } from './state-text.ts';

export function exportRoutes(services: Services, desk: Desk): Router {
  const router = Router();
  // A POST, since an export leaves a row in the audit and a GET changes nothing.
  router.post('/results/:round/exports/:format', formBody, async (req, res) => {
    const account = await desk.requireForm(req, 'results.export');
    const { round, edition, actor, voice } = await desk.roundAt(req, 'results.export');
    const format = EXPORT_FORMATS.find((known) => known === req.params['format']);
    const groups = edition.source.definition.groups.map(({ id }) => id);
    const taker = { ...readerOf(account), manages: may(account, 'rounds.manage') };
    const taking = await takingOf(services, round, taker, filterFrom(req.body, groups));
    if (!format || !taking) throw new Refusal('not-found');
    await recordExport(services, actor, format, taking);
    const { type, name } = EXPORTS[format];
    const day = services.clock().toISOString().slice(0, 10);
    const kind = round.demonstration ? '-demonstration' : '';
    res
      .attachment(`${round._id}${kind}-${day}-${name}`)
      .type(type)
      .set('Cache-Control', 'no-store');
    await pipeline(Readable.from(exportRound(services, format, taking, voice)), res);
  });

  /** What a State said by action, as text. Its draft is nobody's but its own. */
  router.post('/results/:round/states/:state/text', formBody, async (req, res) => {
    const account = await desk.requireForm(req, 'results.export');
    const { round, edition, actor, voice } = await desk.roundAt(req, 'results.export');
    const state = await services.states.find(String(req.params['state']));
    const given = state && (await givenBy(services, round, edition.source, state._id));
    if (!state || !given) throw new Refusal('not-found');
    await recordStateText(services, actor, round, state._id);
    const reader = readerOf(account);
    const questionnaire = edition.in(voice.language);
    const text = stateText({ round, questionnaire, state, given, reader }, voice);
    const kind = round.demonstration ? '-demonstration' : '';
    res
      .attachment(`${round._id}${kind}-${state._id}-${voice.language}.txt`)
      .type('text/plain; charset=utf-8')
      .set('Cache-Control', 'no-store')
      .send(text);
  });
  return router;
}

/** Receipts for everybody: the public key, the page that verifies one, and the text that a hash is made of. Every GET only reads. */
import { type Response as HttpResponse, type Request, Router } from 'express';
import type { Services } from '../services.ts';
import { nameIn } from '../states/state.ts';
import { INTERFACE_LANGUAGES, voiceOf } from '../texts.ts';
import { formBody } from '../web/form-body.ts';
import { languageOf } from '../web/language.ts';
import { Refusal } from '../web/refusal.ts';
import type { Web } from '../web/web.ts';
import { door } from './door-routes.ts';
import { askedOf, type Verdict, verifyReceipt } from './receipt.ts';
import { canonicalText } from './receipt-canonical.ts';

/** A whole mail with its copy of the answers may be pasted. */
const LONGEST = 500_000;

export function receiptRoutes(services: Services, web: Web): Router {
  const { config, receiptKey, states, clock } = services;
  const router = Router();
  const { seatOf } = door(services, web);

  router.get('/receipts/key', (_req, res) => {
    res.type('text/plain').set('Cache-Control', 'no-cache').send(receiptKey.publicKey);
  });

  async function send(req: Request, res: HttpResponse, text: string, verdict: Verdict | null) {
    const voice = voiceOf(languageOf(req, config.publicUrl));
    const refused = verdict?.genuine === false;
    const title = voice.t('verify.title');
    const values = verdict?.genuine ? verdict.values : null;
    const state = values && (await states.find(values.State));
    const at = values && new Date(values.Submitted);
    const frame = {
      title: refused ? voice.t('errorTitle', { title }) : title,
      voice,
      heading: voice.t('product'),
      languages: { codes: INTERFACE_LANGUAGES },
      path: '/receipts/verify',
      help: config.mailReplyTo,
    };
    const locals = {
      text,
      verdict,
      values,
      fingerprint: receiptKey.fingerprint,
      state: state ? nameIn(state, voice.language) : (values?.State ?? ''),
      when: at ? voice.dateTime(at, 'UTC') : '',
      zone: at ? voice.zoneName(at, 'UTC') : '',
    };
    await web.pages.send(res, 'responses/verify', frame, locals, refused ? 422 : 200);
  }

  router.get('/receipts/verify', (req, res) => send(req, res, '', null));

  /** The same reader, the same page: it changes nothing, so there is nowhere to redirect to. */
  router.post('/receipts/verify', formBody, async (req, res) => {
    await web.failures.ask('receipts', req.ip);
    const text = (typeof req.body.receipt === 'string' ? req.body.receipt : '').slice(0, LONGEST);
    await send(req, res, text, await verifyReceipt(services, text));
  });

  /** The very bytes whose SHA-256 stands in the receipt, for whoever wants to compute it. */
  router.get('/r/:invitation/receipt/answers.json', async (req, res) => {
    const seat = await seatOf(req, res);
    if (!seat) return;
    const { submitted } = seat.response;
    if (seat.delegate || !submitted?.receipt) throw new Refusal('not-found');
    const day = clock().toISOString().slice(0, 10);
    res
      .attachment(`${submitted.reference}-${day}.json`)
      .type('application/json; charset=utf-8')
      .set('Cache-Control', 'no-store')
      .send(Buffer.from(canonicalText(askedOf(seat.response, seat.round), submitted)));
  });

  return router;
}

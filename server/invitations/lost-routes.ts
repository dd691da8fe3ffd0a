/** The page for somebody who lost the link. It says the same to everybody, and says it before anything is looked up. */
import { type Request, type Response, Router } from 'express';
import type { Services } from '../services.ts';
import { readMailAddress } from '../states/mail-address.ts';
import { INTERFACE_LANGUAGES, voiceOf } from '../texts.ts';
import { formBody } from '../web/form-body.ts';
import { languageOf } from '../web/language.ts';
import type { Web } from '../web/web.ts';
import { mailLostLinks } from './lost-link.ts';

export function lostLinkRoutes(services: Services, web: Web): Router {
  const { config, log } = services;
  const router = Router();

  function show(req: Request, res: Response, view: string, locals: object, status = 200) {
    const voice = voiceOf(languageOf(req, config.publicUrl));
    const title = voice.t(view === 'lost' ? 'lost.title' : 'lost.sent.title');
    const frame = {
      title: status === 422 ? voice.t('errorTitle', { title }) : title,
      voice,
      heading: voice.t('product'),
      languages: { codes: INTERFACE_LANGUAGES },
      path: '/r/lost',
      help: config.mailReplyTo,
    };
    return web.pages.send(res, `responses/${view}`, frame, locals, status);
  }

  router.get('/r/lost', (req, res) => show(req, res, 'lost', { email: '', failed: false }));

  router.post('/r/lost', formBody, async (req, res) => {
    const email = String(req.body.email ?? '').trim();
    const known = readMailAddress(email);
    if (!known.ok) return show(req, res, 'lost', { email, failed: true }, 422);
    await web.failures.ask('lost-link', req.ip);
    // Once the answer is out, the time that the search takes tells nobody anything.
    res.once('close', () => {
      mailLostLinks(services, known.address).catch((error: unknown) =>
        log.error({ err: error }, 'a lost link could not be mailed'),
      );
    });
    return show(req, res, 'lost-sent', { email });
  });

  return router;
}

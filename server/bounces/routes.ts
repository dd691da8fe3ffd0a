/** For admins: mails that came back, by kind and by contact; each with its report; and sending mail to a contact again. */
import { type Request, Router } from 'express';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { formBody } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { resumeMail } from './effects.ts';
import { bounceList, bouncePage } from './page.ts';

export function bounceRoutes(services: Services, desk: Desk): Router {
  const router = Router();

  async function here(req: Request) {
    const account = await desk.require(req, 'mail.manage');
    return { account, voice: desk.voice(req, account) };
  }

  router.get('/admin/bounces', async (req, res) => {
    const { account, voice } = await here(req);
    const asked = (name: string) => {
      const value = req.query[name];
      return typeof value === 'string' ? value : '';
    };
    const page = await bounceList(services, asked('show'), asked('contact') || null, voice);
    await desk.send(req, res, account, {
      view: 'mail-pages/bounces',
      title: voice.t('bounces.title'),
      locals: { ...page, resumed: asked('resumed') === 'yes' },
    });
  });

  router.get('/admin/bounces/:bounce', async (req, res) => {
    const { account, voice } = await here(req);
    const page = await bouncePage(services, String(req.params['bounce']), voice);
    if (!page) throw new Refusal('not-found');
    const { odd, kind } = page.bounce;
    const title = voice.t(odd ? 'bounces.show.odd' : `bounces.show.${kind}`);
    await desk.send(req, res, account, { view: 'mail-pages/bounce', title, locals: page });
  });

  router.post('/admin/bounces/contacts/:contact/resumption', formBody, async (req, res) => {
    const account = await desk.requireForm(req, 'mail.manage');
    const contact = await services.contacts.find(String(req.params['contact']));
    if (!contact) throw new Refusal('not-found');
    // Pressed twice, the second time finds it done.
    await resumeMail(services, contact._id, { kind: 'account', id: account._id });
    res.redirect(303, `/admin/bounces?contact=${contact._id}&resumed=yes`);
  });

  return router;
}

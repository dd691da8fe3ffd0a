/** One mailing for admins: what became of its mails; held back, let go on, ended. */
import { type Request, type Response, Router } from 'express';
import type { Actor } from '../audit/event.ts';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { formBody } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import type { Mailing } from './mailing.ts';
import { cancelMailing, pauseMailing, resumeMailing } from './mailing-control.ts';
import { mailingPage } from './mailing-lists.ts';

export function outcomeRoutes(services: Services, desk: Desk): Router {
  const router = Router();

  async function mailingAt(req: Request) {
    const account = await desk.require(req, 'mail.manage');
    const mailing = await services.mailings.find(String(req.params['mailing']));
    const round = mailing && (await services.rounds.find(mailing.round));
    if (!mailing || !round) throw new Refusal('not-found');
    return { account, mailing, round, voice: desk.voice(req, account) };
  }

  router.get('/admin/mailings/:mailing', async (req, res) => {
    const here = await mailingAt(req);
    const number = (value: unknown) => (/^\d{1,7}$/.test(String(value)) ? Number(value) : null);
    const [cancelled, gone] = [number(req.query['cancelled']), number(req.query['gone'])];
    const ended = cancelled !== null && gone !== null ? { cancelled, gone } : null;
    await desk.send(
      req,
      res,
      here.account,
      await mailingPage(services, here, here.mailing, { ended }),
    );
  });

  const verbs: Record<string, (mailing: Mailing, actor: Actor) => Promise<string>> = {
    pause: async (mailing, actor) => {
      await pauseMailing(services, mailing, actor);
      return '';
    },
    resume: async (mailing, actor) => {
      await resumeMailing(services, mailing, actor);
      return '';
    },
    cancel: async (mailing, actor) => {
      const done = await cancelMailing(services, mailing, actor);
      return done ? `?cancelled=${done.cancelled}&gone=${done.gone}` : '';
    },
  };
  for (const [verb, act] of Object.entries(verbs))
    router.post(
      `/admin/mailings/:mailing/${verb}`,
      formBody,
      async (req: Request, res: Response) => {
        const { mailing, account } = await mailingAt(req);
        await desk.requireForm(req, 'mail.manage');
        const query = await act(mailing, { kind: 'account', id: account._id });
        res.redirect(303, `/admin/mailings/${mailing._id}${query}`);
      },
    );

  return router;
}

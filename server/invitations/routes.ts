/** A round's state of play for admins: who was asked and how far they are; helping one State. */
import { type Request, Router } from 'express';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { formBody } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { freshLink, revokeLinks } from './invite.ts';
import { requestRoutes } from './request-routes.ts';
import { roundPage } from './round-page.ts';

export function invitationRoutes(services: Services, desk: Desk): Router {
  const router = Router();

  async function roundAt(req: Request) {
    const account = await desk.require(req, 'rounds.manage');
    const round = await services.rounds.find(String(req.params['round']));
    const edition = round && (await services.catalogue.find(round.questionnaire));
    if (!round || !edition) throw new Refusal('not-found');
    return {
      account,
      round,
      edition,
      voice: desk.voice(req, account),
      actor: { kind: 'account', id: account._id } as const,
    };
  }

  router.get('/admin/rounds/:round', async (req, res) => {
    const here = await roundAt(req);
    await desk.send(
      req,
      res,
      here.account,
      await roundPage(services, here, { answered: String(req.query['answered'] ?? '') }),
    );
  });

  requestRoutes(router, services, desk, roundAt, (here, failed) =>
    roundPage(services, here, { failed }),
  );

  /** Shows a new link once; it is nowhere else. */
  router.post('/admin/rounds/:round/links', formBody, async (req, res) => {
    const here = await roundAt(req);
    await desk.requireForm(req, 'rounds.manage');
    const of = { state: String(req.body.state), audience: String(req.body.audience) };
    const link = await freshLink(services, here.round, of, here.actor);
    if (!link) throw new Refusal('not-found');
    await desk.send(
      req,
      res,
      here.account,
      await roundPage(services, here, { made: { link, state: of.state } }),
    );
  });

  router.post('/admin/rounds/:round/revocations', formBody, async (req, res) => {
    const { round, actor } = await roundAt(req);
    await desk.requireForm(req, 'rounds.manage');
    const of = { state: String(req.body.state), audience: String(req.body.audience) };
    if (!(await revokeLinks(services, round, of, actor))) throw new Refusal('not-found');
    res.redirect(303, `/admin/rounds/${round._id}`);
  });

  return router;
}

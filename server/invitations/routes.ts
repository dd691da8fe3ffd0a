/** A round for admins: what can be sent, and answering what respondents asked for. */
import { type Request, Router } from 'express';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { Refusal } from '../web/refusal.ts';
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

  return router;
}

/** A round for admins: what can be sent, and answering what respondents asked for. */
import { type Request, Router } from 'express';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { requestRoutes } from './request-routes.ts';
import { roundPage } from './round-page.ts';

export function invitationRoutes(services: Services, desk: Desk): Router {
  const router = Router();

  const roundAt = (req: Request) => desk.roundAt(req, 'rounds.manage');

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

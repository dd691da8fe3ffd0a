/** Making a round's page public and taking it down again, for administrators. */
import { type Request, type Response, Router } from 'express';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { formBody, postedText } from '../web/form-body.ts';
import { publish } from './publication.ts';

export function publicationRoutes(services: Services, desk: Desk): Router {
  const router = Router();
  const path = '/admin/rounds/:round/publication';

  async function send(req: Request, res: Response, problem = '', status = 200) {
    const { account, round, voice } = await desk.roundAt(req, 'rounds.manage');
    const cutOffs = await services.cutOffs.ofRound(round._id);
    const shown = cutOffs.find(({ slug }) => slug === round.publication?.cutOff);
    await desk.send(req, res, account, {
      view: 'progress/publication',
      title: voice.t('public.title'),
      round,
      status,
      locals: {
        roundId: round._id,
        address: `${services.config.publicUrl}/public/${round._id}`,
        published: round.publication
          ? voice.t('public.shown', {
              name: shown?.name ?? round.publication.cutOff,
              when: voice.dateTime(round.publication.at, round.zone),
            })
          : '',
        cutOffs: cutOffs.map(({ slug, name, takenAt }) => ({
          slug,
          label: `${name} (${voice.dateTime(takenAt, round.zone)})`,
          chosen: slug === round.publication?.cutOff,
        })),
        problem: problem ? voice.t(`public.problem.${problem}`) : '',
      },
    });
  }

  router.get(path, (req, res) => send(req, res));

  router.post(path, formBody, async (req, res) => {
    await desk.requireForm(req, 'rounds.manage');
    const { round, actor } = await desk.roundAt(req, 'rounds.manage');
    const slug = req.body.go === 'down' ? null : postedText(req.body.cutoff);
    const result = await publish(services, round, slug, actor);
    if (!result.ok) return send(req, res, result.reason, 422);
    return res.redirect(303, `/admin/rounds/${round._id}/publication`);
  });

  return router;
}

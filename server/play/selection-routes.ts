/** What is done for several States of the state of play at once. Mailings have pages of their own, which take the same places. */
import { type Response as HttpResponse, type Request, Router } from 'express';
import { placesIn } from '../mail/mailing-form.ts';
import { extendDeadline } from '../rounds/extend.ts';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { formBody, postedText } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { invitedAt, moreTimePage } from './more-time-page.ts';
import { readPlay } from './read.ts';

const PAGE = '/admin/rounds/:round/states/more-time';

export function selectionRoutes(services: Services, desk: Desk): Router {
  const router = Router();

  async function at(req: Request, source: unknown) {
    const here = await desk.roundAt(req, 'rounds.manage');
    const players = await readPlay(services, here.round, here.edition);
    return { ...here, players, places: new Set(placesIn(source)) };
  }

  async function show(
    req: Request,
    res: HttpResponse,
    { account, round, edition, voice, players, places }: Awaited<ReturnType<typeof at>>,
    refused: { until: string; problem: string } | null,
  ) {
    const { until = null, problem = null } = refused ?? {};
    await desk.send(req, res, account, {
      view: 'play/more-time',
      title: voice.t('play.moreTime.title'),
      round,
      status: problem ? 422 : 200,
      locals: moreTimePage(players, places, { round, edition, until, problem }, voice),
    });
  }

  router.get(PAGE, async (req, res) => {
    await show(req, res, await at(req, req.query['place']), null);
  });

  router.post(PAGE, formBody, async (req, res) => {
    const here = await at(req, req.body.place);
    const { round, voice } = here;
    await desk.requireForm(req, 'mail.manage');
    if (round.status !== 'open') throw new Refusal('bad-form');
    const until = postedText(req.body.until).trim();
    const refuse = (code: string) =>
      show(req, res, here, {
        until,
        problem: voice.t(code, { deadline: voice.dateTime(round.closesAt, round.zone) }),
      });
    const chosen = invitedAt(here.players, here.places);
    if (chosen.length === 0) return refuse('play.moreTime.nobody');
    let mails = 0;
    // The same day holds for all of them or for none: it is measured by the round's own deadline.
    for (const { state, audience } of chosen) {
      const of = { state: state._id, audience };
      const result = await extendDeadline(services, round, of, until, here.actor);
      if (!result.ok) return refuse(`requests.problem.${result.reason}`);
      mails += result.enqueued;
    }
    return res.redirect(
      303,
      `/admin/rounds/${round._id}/states?extended=${chosen.length}&mails=${mails}`,
    );
  });

  return router;
}

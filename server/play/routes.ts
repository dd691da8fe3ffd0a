/** The state of play of a round, and the page from which the secretariat helps one State. */
import { type Response as HttpResponse, type Request, Router } from 'express';
import { chartFile, chartKind } from '../exports/chart-file.ts';
import { freshLink, revokeLinks } from '../invitations/invite.ts';
import { recipientsOf } from '../mail/recipients.ts';
import { peopleOf } from '../responses/people.ts';
import { extendDeadline } from '../rounds/extend.ts';
import { LONGEST_WORDS } from '../rounds/extension.ts';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { sendFile } from '../web/download.ts';
import { formBody, postedText } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { inviteAgain, noteDeclined, reissueLinks } from './help.ts';
import { playFilter, playPage } from './play-page.ts';
import { readPlay, readPlayer } from './read.ts';
import { type StateForms, stateHelpPage } from './state-page.ts';

const STATE = '/admin/rounds/:round/states/:state/:audience';
const HISTORY_ROWS = 100;
/** What the page can say was done, as it stands in the address after a form. */
const DONE = ['mailed', 'reissued', 'revoked', 'extended', 'declined', 'undone'];

export function playRoutes(services: Services, desk: Desk): Router {
  const router = Router();

  const roundAt = (req: Request) => desk.roundAt(req, 'rounds.manage');

  router.get('/admin/rounds/:round/states', async (req, res) => {
    const { account, round, edition, voice } = await roundAt(req);
    const audiences = edition.source.definition.audiences.map(({ id }) => id);
    const locals = playPage(
      await readPlay(services, round, edition),
      { round, edition, now: services.clock() },
      playFilter(req.query, audiences),
      Number(req.query['page']) || 1,
      voice,
      req.query['ticked'] === 'all',
    );
    const [extended = 0, mails = 0] = ['extended', 'mails'].map((name) => Number(req.query[name]));
    const done =
      extended > 0 ? voice.t('play.extendedMany', { count: extended, mails: mails || 0 }) : '';
    await desk.send(req, res, account, {
      view: 'play/play',
      title: voice.t('play.title'),
      round,
      locals: { ...locals, done },
      scripts: ['scripts/chart.umd.min.js', 'scripts/charts.js'],
    });
  });

  router.get('/admin/rounds/:round/states/chart.:kind', async (req, res) => {
    const { round, edition, voice } = await roundAt(req);
    const kind = chartKind(req.params['kind']);
    const now = services.clock();
    const audiences = edition.source.definition.audiences.map(({ id }) => id);
    const { rate } = playPage(
      await readPlay(services, round, edition),
      { round, edition, now },
      playFilter(req.query, audiences),
      1,
      voice,
    );
    if (!kind || !rate) throw new Refusal('not-found');
    const of = { round: round._id, demonstration: round.demonstration, day: now };
    const drawn = { picture: rate.picture, name: 'response-rate' };
    sendFile(res, await chartFile(kind, drawn, of, voice.t('play.day')));
  });

  async function stateAt(req: Request) {
    const here = await roundAt(req);
    const of = { state: String(req.params['state']), audience: String(req.params['audience']) };
    const found = await readPlayer(services, here.round, here.edition, of);
    if (!found) throw new Refusal('not-found');
    return { ...here, ...found };
  }
  type Here = Awaited<ReturnType<typeof stateAt>>;

  async function show(
    req: Request,
    res: HttpResponse,
    { account, round, edition, voice, player, messages }: Here,
    forms: StateForms = {},
  ) {
    const { invitation } = player;
    const [to, history, people, accounts] = await Promise.all([
      recipientsOf(services, messages, voice.language),
      invitation ? services.audit.about([invitation._id], HISTORY_ROWS) : [],
      invitation ? peopleOf(services, invitation) : new Map(),
      services.accounts.all(),
    ]);
    const emails = new Map(accounts.map((one) => [one._id, one.email]));
    const locals = stateHelpPage(
      player,
      {
        round,
        edition,
        messages,
        to,
        history,
        actorName: ({ actor }) =>
          emails.get(actor.id) || people.get(actor.id)?.name || voice.t(`play.actor.${actor.kind}`),
      },
      forms,
      voice,
    );
    await desk.send(req, res, account, {
      view: 'play/state',
      title: locals.state,
      round,
      status: forms.problem ? 422 : 200,
      locals,
    });
  }

  router.get(STATE, async (req, res) => {
    const what = DONE.find((one) => one === req.query['done']);
    const count = Number(req.query['count']) || 0;
    await show(req, res, await stateAt(req), { done: what ? { what, count } : null });
  });

  /** A State that was invited, and a form of ours. */
  async function formAt(req: Request, mail = false) {
    const here = await stateAt(req);
    await desk.requireForm(req, mail ? 'mail.manage' : 'rounds.manage');
    const { invitation } = here.player;
    // The page shows its buttons only where they can be pressed, so any other form is an old one.
    if (!invitation || (mail && here.round.status !== 'open')) throw new Refusal('bad-form');
    const of = { state: invitation.state, audience: invitation.audience };
    const back = (done: string, count = 0) =>
      `/admin/rounds/${here.round._id}/states/${of.state}/${of.audience}?done=${done}&count=${count}`;
    return { here, invitation, of, back };
  }

  /** Shows a new link once; it is nowhere else. */
  router.post(`${STATE}/link`, formBody, async (req, res) => {
    const { here, of } = await formAt(req);
    const made = await freshLink(services, here.round, of, here.actor);
    if (!made) throw new Refusal('not-found');
    await show(req, res, await stateAt(req), { made });
  });

  router.post(`${STATE}/revocation`, formBody, async (req, res) => {
    const { here, of, back } = await formAt(req);
    await revokeLinks(services, here.round, of, here.actor);
    res.redirect(303, back('revoked'));
  });

  router.post(`${STATE}/reissue`, formBody, async (req, res) => {
    const { here, invitation, back } = await formAt(req, true);
    const of = { round: here.round, invitation };
    res.redirect(303, back('reissued', await reissueLinks(services, of, here.actor)));
  });

  router.post(`${STATE}/mail`, formBody, async (req, res) => {
    const { here, invitation, back } = await formAt(req, true);
    const of = { round: here.round, invitation };
    const contact = postedText(req.body.contact) || null;
    res.redirect(303, back('mailed', await inviteAgain(services, of, contact, here.actor)));
  });

  router.post(`${STATE}/extension`, formBody, async (req, res) => {
    const { here, of, back } = await formAt(req, true);
    const until = postedText(req.body.until).trim();
    const result = await extendDeadline(services, here.round, of, until, here.actor);
    if (result.ok) return res.redirect(303, back('extended', result.enqueued));
    const text = here.voice.t(`requests.problem.${result.reason}`, {
      deadline: here.voice.dateTime(here.round.closesAt, here.round.zone),
    });
    return show(req, res, here, { until, problem: { field: 'until', text } });
  });

  router.post(`${STATE}/declined`, formBody, async (req, res) => {
    const { here, invitation, back } = await formAt(req);
    const of = { round: here.round, invitation };
    if (req.body.undo === 'yes') {
      await noteDeclined(services, of, null, here.actor);
      return res.redirect(303, back('undone'));
    }
    const reason = postedText(req.body.reason).trim();
    const refuse = (code: string) =>
      show(req, res, here, {
        reason,
        problem: {
          field: 'reason',
          text: here.voice.t(`play.problem.${code}`, { max: LONGEST_WORDS }),
        },
      });
    if (reason === '') return refuse('reason');
    if (reason.length > LONGEST_WORDS) return refuse('length');
    await noteDeclined(services, of, reason, here.actor);
    return res.redirect(303, back('declined'));
  });

  return router;
}

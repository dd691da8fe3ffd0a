/** A round's state of play for admins: who was asked and how far they are; inviting, reminding, helping one State. */
import { type Request, Router } from 'express';
import type { Services } from '../services.ts';
import { nameIn } from '../states/state.ts';
import type { Desk } from '../web/desk.ts';
import { formBody } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { freshLink, invite, remind, revokeLinks } from './invite.ts';

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
    await desk.send(req, res, here.account, await roundPage(here));
  });

  async function roundPage(
    { round, edition, voice, actor }: Awaited<ReturnType<typeof roundAt>>,
    made: { link: string; state: string } | null = null,
  ) {
    const dry = { dryRun: true, actor };
    const [invitations, responses, states, messages, toInvite, toRemind, wishes] =
      await Promise.all([
        services.invitations.ofRound(round._id),
        services.responses.statuses(round._id),
        services.states.all(),
        services.messages.list({ round: round._id }, 10_000),
        invite(services, round, dry),
        remind(services, round, dry),
        services.responses.wishingOther(round._id),
      ]);
    const byId = new Map(responses.map((response) => [response._id, response]));
    const names = new Map(states.map((state) => [state._id, nameIn(state, voice.language)]));
    const audiences = edition.in(voice.language).definition.audiences;
    const last = new Map(messages.toReversed().map((message) => [message.invitation, message]));
    return {
      view: 'rounds/round',
      title: round._id,
      round,
      locals: {
        round,
        opens: voice.dateTime(round.opensAt, round.zone),
        closes: voice.dateTime(round.closesAt, round.zone),
        questionnaire: edition.in(voice.language).definition.title,
        toInvite,
        invitedAlready: messages.filter((message) => message.template === 'invitation').length,
        toRemind,
        // Those that are asked in every audience already need nothing more.
        wishes: wishes
          .filter(
            ({ state }) =>
              invitations.filter((one) => one.state === state).length < audiences.length,
          )
          .map(({ state }) => names.get(state) ?? state),
        made,
        rows: invitations
          .map((invitation) => {
            const response = byId.get(invitation._id);
            const message = last.get(invitation._id);
            return {
              id: invitation._id,
              state: names.get(invitation.state) ?? invitation.state,
              stateKey: invitation.state,
              audience: invitation.audience,
              audienceLabel: audiences.find((one) => one.id === invitation.audience)?.short ?? '',
              status: response?.status ?? 'not_started',
              submittedAt: response?.submittedAt
                ? voice.date(response.submittedAt, round.zone)
                : '',
              mail: message
                ? { id: message._id, template: message.template, status: message.status }
                : null,
            };
          })
          .sort((a, b) => voice.compare(a.state, b.state)),
      },
    };
  }

  /** Mail goes out while answers are taken. The page shows its buttons only then, so any other form is an old one. */
  async function openRoundAt(req: Request) {
    const here = await roundAt(req);
    await desk.requireForm(req, 'mail.manage');
    if (here.round.status !== 'open') throw new Refusal('bad-form');
    return here;
  }

  router.post('/admin/rounds/:round/invitations', formBody, async (req, res) => {
    const { round, actor } = await openRoundAt(req);
    await invite(services, round, { dryRun: false, actor });
    res.redirect(303, `/admin/rounds/${round._id}`);
  });

  router.post('/admin/rounds/:round/reminders', formBody, async (req, res) => {
    const { round, actor } = await openRoundAt(req);
    await remind(services, round, { dryRun: false, actor });
    res.redirect(303, `/admin/rounds/${round._id}`);
  });

  /** Shows a new link once; it is nowhere else. */
  router.post('/admin/rounds/:round/links', formBody, async (req, res) => {
    const here = await roundAt(req);
    await desk.requireForm(req, 'rounds.manage');
    const of = { state: String(req.body.state), audience: String(req.body.audience) };
    const link = await freshLink(services, here.round, of, here.actor);
    if (!link) throw new Refusal('not-found');
    await desk.send(req, res, here.account, await roundPage(here, { link, state: of.state }));
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

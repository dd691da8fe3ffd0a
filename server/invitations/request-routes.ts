/** The secretariat answers what respondents asked for: more time, or another person. */
import type { Request, Router } from 'express';
import { decideExtension } from '../rounds/extend.ts';
import { LONGEST_WORDS } from '../rounds/extension.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import type { Desk, DeskPage } from '../web/desk.ts';
import { formBody, postedText } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { confirmReferral, dismissReferral } from './refer.ts';
import type { FailedAnswer } from './requests.ts';

type Here = {
  round: Round;
  account: Awaited<ReturnType<Desk['require']>>;
  actor: { kind: 'account'; id: string };
};

/** @param pageWith the round's page with an answer that was refused */
export function requestRoutes<T extends Here>(
  router: Router,
  services: Services,
  desk: Desk,
  roundAt: (req: Request) => Promise<T>,
  pageWith: (here: T, failed: FailedAnswer) => Promise<DeskPage>,
): void {
  /** Requests are answered while the round is open. The page shows its buttons only then. */
  async function openRoundAt(req: Request): Promise<T> {
    const here = await roundAt(req);
    await desk.requireForm(req, 'rounds.manage');
    if (here.round.status !== 'open') throw new Refusal('bad-form');
    return here;
  }
  const after = (round: Round, done: boolean) =>
    `/admin/rounds/${round._id}?answered=${done ? 'yes' : 'over'}#requests`;

  router.post('/admin/rounds/:round/extensions/:extension', formBody, async (req, res) => {
    const here = await openRoundAt(req);
    const { round, actor } = here;
    const extension = await services.extensions.find(String(req.params['extension']));
    if (extension?.round !== round._id) throw new Refusal('not-found');
    const decision = { grant: 'grant', refuse: 'refuse' }[String(req.body.decision)];
    if (!decision) throw new Refusal('bad-form');
    const [until, word] = [postedText(req.body.until).trim(), postedText(req.body.word).trim()];
    const refuse = async (field: FailedAnswer['problem']['field'], code: string) => {
      const failed = { id: extension._id, until, word, problem: { field, code } };
      const page = await pageWith(here, failed);
      await desk.send(req, res, here.account, { ...page, status: 422 });
    };
    if (word.length > LONGEST_WORDS) return refuse('word', 'length');
    if (decision === 'refuse' && word === '') return refuse('word', 'word');
    const answer =
      decision === 'grant'
        ? { decision: 'grant' as const, until, word }
        : { decision: 'refuse' as const, word };
    const result = await decideExtension(services, round, extension, answer, actor);
    if (!result.ok && result.reason !== 'over') return refuse('until', result.reason);
    return res.redirect(303, after(round, result.ok));
  });

  router.post('/admin/rounds/:round/referrals/:referral', formBody, async (req, res) => {
    const { round, actor } = await openRoundAt(req);
    const referral = await services.referrals.find(String(req.params['referral']));
    const invitation = referral && (await services.invitations.find(referral.invitation));
    if (referral?.round !== round._id || !invitation) throw new Refusal('not-found');
    if (!['confirm', 'dismiss'].includes(String(req.body.decision))) throw new Refusal('bad-form');
    const endLinks = req.body.endLinks === 'yes';
    const done =
      req.body.decision === 'confirm'
        ? await confirmReferral(services, { round, invitation, referral }, { endLinks }, actor)
        : await dismissReferral(services, referral, actor);
    res.redirect(303, after(round, done));
  });
}

/** The page of gender and diversity, and the end of a follow-up. */
import { type Request, Router } from 'express';
import { may } from '../accounts/account.ts';
import { unlessTaken } from '../db/record.ts';
import { type At, resultsDesk } from '../progress/view-routes.ts';
import { clean } from '../questionnaire/answers.ts';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { formBody, postedText } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { LONGEST_REMARK } from './clarification.ts';
import { followUpId } from './follow-up.ts';
import { genderFigures } from './gender-figures.ts';
import { type Behind, genderPage, type Typed } from './gender-page.ts';
import { readableOf } from './readable.ts';
import { findingOf } from './state-review.ts';

const PAGE = '/results/:round/gender';
const CLOSING = `${PAGE}/:action/:state/:audience/closing`;

export function genderRoutes(services: Services, desk: Desk): Router {
  const router = Router();
  const { at, page, send } = resultsDesk(services, desk);

  /** Null for whoever does not review answers, and at a cut-off: what was done since is not of that day. */
  async function behind({ account, round, edition, view }: At): Promise<Behind | null> {
    if (!may(account, 'responses.review') || view.data.snapshot) return null;
    const internal = await services.catalogue.internalOf(round.questionnaire.key);
    const [letters, closings, reviews, accounts, review] = await Promise.all([
      readableOf(services, round._id, edition.source, view.reader),
      services.followUps.ofRound(round._id),
      services.stateReviews.ofRound(round._id),
      services.accounts.all(),
      internal && services.catalogue.find(internal),
    ]);
    return {
      ownState: account.state,
      letters,
      closings,
      findings: review && new Map(reviews.map((one) => [one.state, findingOf(review.source, one)])),
      accounts,
      today: services.clock().toISOString().slice(0, 10),
    };
  }

  async function genderView(here: At, req: Request, typed: Typed | null = null) {
    if (!here.view.data.questionnaire.definition.followUps) throw new Refusal('not-found');
    return {
      view: 'review/gender',
      title: here.voice.t('gender.title'),
      locals: {
        ...genderPage(here.view, await behind(here), req.query, typed),
        problem: typed !== null,
        longest: LONGEST_REMARK,
        token: desk.formToken(req),
      },
    };
  }

  router.get(
    PAGE,
    page((here, req) => genderView(here, req)),
  );

  router.post(CLOSING, formBody, async (req, res) => {
    await desk.requireForm(req, 'responses.review');
    const here = await at(req, 'responses.review');
    const { account, round, view } = here;
    const action = Number(req.params['action']);
    const rule = view.data.questionnaire.definition.followUps?.find(
      (one) => one.action === action && one.audience === req.params['audience'],
    );
    if (!rule) throw new Refusal('not-found');
    const figures = genderFigures(view.data, rule, view.filter, view.reader);
    const member = figures.submitted.find((one) => one.state._id === req.params['state']);
    // Whom the account may not see named here is not there.
    if (!member || figures.isHidden(member)) throw new Refusal('not-found');
    if (account.state === member.state._id) throw new Refusal('forbidden');
    const id = followUpId(member.response, action);
    const undo = req.body.undo === 'yes';
    const note = clean(postedText(req.body.note));
    if (!undo && (note === '' || [...note].length > LONGEST_REMARK)) {
      const failed = await genderView(here, req, { id, note });
      return send(req, res, here, { ...failed, status: 422 });
    }
    const now = services.clock();
    // Done by somebody else, or by the same press before, it is as it was wished.
    await unlessTaken(() =>
      services.transaction(async (session) => {
        const closing = { round: round._id, response: member.response, action, note, at: now };
        if (!undo)
          await services.followUps.close({ _id: id, ...closing, by: account._id }, session);
        else if (!(await services.followUps.reopen(id, session))) return;
        await services.audit.record(
          {
            actor: { kind: 'account', id: account._id },
            event: undo ? 'followUp.reopened' : 'followUp.closed',
            subject: { kind: 'response', id: member.response },
            details: { action },
          },
          now,
          session,
        );
      }),
    );
    res.redirect(303, `/results/${round._id}/gender#follow-up-${member.response}-${action}`);
  });

  return router;
}

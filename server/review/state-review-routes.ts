/** The Committee's own review of each State's report: all States, and the form of one. */
import { type Response as HttpResponse, type Request, Router } from 'express';
import { resultsDesk } from '../progress/view-routes.ts';
import type { Draft } from '../responses/response.ts';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { formBody } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { readReview, saveReview } from './save-review.ts';
import type { StateReview } from './state-review.ts';
import { stateReviewPage, stateReviewsPage, type TypedReview } from './state-review-page.ts';

const ALL = '/results/:round/gender/reviews';
const ONE = `${ALL}/:state`;

export function stateReviewRoutes(services: Services, desk: Desk): Router {
  const router = Router();
  const { frame } = resultsDesk(services, desk);

  /** @throws Refusal where no internal questionnaire goes with the one of the round */
  async function reviewsAt(req: Request) {
    const here = await desk.roundAt(req, 'responses.review');
    const { round, voice } = here;
    const internal = await services.catalogue.internalOf(round.questionnaire.key);
    const review = internal && (await services.catalogue.find(internal));
    if (!review) throw new Refusal('not-found');
    const [states, invitations, accounts] = await Promise.all([
      services.states.all(),
      services.invitations.ofRound(round._id),
      services.accounts.all(),
    ]);
    const asked = new Set(invitations.map(({ state }) => state));
    return {
      ...here,
      questionnaire: review.in(voice.language),
      states: states.filter(({ _id }) => asked.has(_id)),
      accounts,
    };
  }

  router.get(ALL, async (req, res) => {
    const here = await reviewsAt(req);
    const { round, questionnaire, states, accounts, voice } = here;
    const reviews = await services.stateReviews.ofRound(round._id);
    const locals = stateReviewsPage(round, questionnaire, { states, reviews, accounts }, voice);
    await frame(req, res, here, { view: 'review/state-reviews', title: locals.title, locals });
  });

  async function stateAt(req: Request) {
    const here = await reviewsAt(req);
    const state = here.states.find(({ _id }) => _id === req.params['state']);
    if (!state) throw new Refusal('not-found');
    const review = await services.stateReviews.find(here.round._id, state._id);
    return { ...here, state, review, own: here.account.state === state._id };
  }

  async function show(
    req: Request,
    res: HttpResponse,
    here: Awaited<ReturnType<typeof stateAt>>,
    typed: TypedReview | null = null,
  ) {
    const { round, questionnaire, voice } = here;
    const { title, locals } = stateReviewPage(round, questionnaire, here, typed, voice);
    const status = typed === null ? 200 : typed.overtaken ? 409 : 422;
    await frame(req, res, here, { view: 'review/state-review', title, locals, status });
  }

  router.get(ONE, async (req, res) => show(req, res, await stateAt(req)));

  router.post(ONE, formBody, async (req, res) => {
    const account = await desk.requireForm(req, 'responses.review');
    const here = await stateAt(req);
    // Nobody reviews their own State.
    if (here.own) throw new Refusal('forbidden');
    const { round, state, questionnaire, review, voice } = here;
    const { draft, problems } = readReview(questionnaire, review, req.body, voice.language);
    const list = `/results/${round._id}/gender/reviews`;
    // The same press twice: the first one's save is the answer to both.
    const isDone = (stored: StateReview | null) =>
      stored?.savedBy === account._id && isSame(stored, draft);
    if (isDone(review)) return res.redirect(303, list);
    const overtaken = (Number(req.body.revision) || 0) !== (review?.revision ?? 0);
    if (overtaken || problems.length > 0)
      return show(req, res, here, { draft, problems, overtaken: overtaken ? review : null });
    const of = { round: round._id, state: state._id, questionnaire, account: account._id };
    if (await saveReview(services, of, review, draft)) return res.redirect(303, list);
    const fresh = await stateAt(req);
    if (isDone(fresh.review)) return res.redirect(303, list);
    return show(req, res, fresh, { draft, problems: [], overtaken: fresh.review });
  });

  return router;
}

const isSame = (review: StateReview, { answers, other }: Draft): boolean =>
  JSON.stringify([review.answers, review.other]) === JSON.stringify([answers, other]);

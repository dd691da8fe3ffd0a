/** The Committee's pages of clarifications: all of a round, one, and the last word on it. */
import { type Request, Router } from 'express';
import { readerOf } from '../accounts/account.ts';
import { resultsDesk } from '../progress/view-routes.ts';
import { clean } from '../questionnaire/answers.ts';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { formBody, postedText } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { LONGEST_REMARK } from './clarification.ts';
import { clarificationPage } from './clarification-page.ts';
import { listPage } from './list-page.ts';
import { mayRead, readableOf } from './readable.ts';
import { endsOf, isSettled, settle } from './settle.ts';

const LIST = '/results/:round/clarifications';
const ONE = `${LIST}/:clarification`;

export function reviewRoutes(services: Services, desk: Desk): Router {
  const router = Router();
  const { frame } = resultsDesk(services, desk);

  router.get(LIST, async (req, res) => {
    const here = await desk.roundAt(req, 'responses.review');
    const { account, round, edition, voice } = here;
    const [all, states, accounts] = await Promise.all([
      readableOf(services, round._id, edition.source, readerOf(account)),
      services.states.all(),
      services.accounts.all(),
    ]);
    await frame(req, res, here, {
      view: 'review/list',
      title: voice.t('clarify.list.title'),
      locals: listPage(
        round,
        edition.in(voice.language),
        { all, states, accounts },
        req.query,
        voice,
      ),
    });
  });

  /** @throws Refusal as if it were not there, for whoever may not read it */
  async function oneAt(req: Request) {
    const here = await desk.roundAt(req, 'responses.review');
    const { round, edition, account } = here;
    const clarification = await services.clarifications.find(String(req.params['clarification']));
    if (clarification?.round !== round._id) throw new Refusal('not-found');
    const [response, state] = await Promise.all([
      services.responses.find(clarification.response),
      services.states.find(clarification.state),
    ]);
    const said = response?.submitted ?? null;
    if (!state || !mayRead(edition.source, clarification, said, readerOf(account)))
      throw new Refusal('not-found');
    return { ...here, clarification, response, state, own: account.state === state._id };
  }
  type Here = Awaited<ReturnType<typeof oneAt>>;

  async function show(
    req: Request,
    res: Parameters<Desk['send']>[1],
    here: Here,
    typed: { note: string; problem: 'long' | 'moved' } | null = null,
  ) {
    const { clarification, own } = here;
    const [accounts, mails] = await Promise.all([
      services.accounts.all(),
      services.messages.ofInvitation(clarification.response),
    ]);
    const page = clarificationPage(here, {
      accounts,
      mails: mails.filter(({ about }) => about['clarification'] === clarification._id),
    });
    await frame(req, res, here, {
      view: 'review/clarification',
      title: page.title,
      status: typed ? (typed.problem === 'moved' ? 409 : 422) : 200,
      locals: { ...page, ends: own ? [] : endsOf(clarification), own, typed },
    });
  }

  router.get(ONE, async (req, res) => show(req, res, await oneAt(req)));

  router.post(ONE, formBody, async (req, res) => {
    await desk.requireForm(req, 'responses.review');
    const here = await oneAt(req);
    const { clarification, account, own, round } = here;
    const to = req.body.to;
    if (own || !isSettled(to)) throw new Refusal('forbidden');
    const note = clean(postedText(req.body.note));
    if ([...note].length > LONGEST_REMARK) return show(req, res, here, { note, problem: 'long' });
    const done = await settle(services, clarification, to, note, account._id);
    const fresh = await oneAt(req);
    // Pressed twice, the second press finds what the first one did.
    if (!done && fresh.clarification.status !== to)
      return show(req, res, fresh, { note, problem: 'moved' });
    return res.redirect(303, `/results/${round._id}/clarifications/${clarification._id}`);
  });

  return router;
}

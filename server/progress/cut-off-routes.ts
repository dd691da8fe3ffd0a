/** The cut-offs of a round: the list, and taking one. */
import { type Request, Router } from 'express';
import { may } from '../accounts/account.ts';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { formBody, postedText } from '../web/form-body.ts';
import { LONGEST_NAME, type Wish, type WishProblem } from './cut-off.ts';
import { takeCutOff } from './read-cut-off.ts';
import { type At, resultsDesk } from './view-routes.ts';

export function cutOffRoutes(services: Services, desk: Desk): Router {
  const router = Router();
  const { at, page, send } = resultsDesk(services, desk);

  async function listPage(
    { account, round, voice }: Pick<At, 'account' | 'round' | 'voice'>,
    form: Wish = { name: '', slug: '' },
    problems: WishProblem[] = [],
    done = '',
  ) {
    const cutOffs = await services.cutOffs.ofRound(round._id);
    const accounts = await services.accounts.among(cutOffs.map(({ by }) => by));
    const emails = new Map(accounts.map(({ _id, email }) => [_id, email]));
    return {
      view: 'progress/cut-offs',
      title: voice.t('cutOff.title'),
      locals: {
        cutOffs: cutOffs.map(({ slug, name, takenAt, by, submitted, invited }) => ({
          slug,
          name,
          when: voice.dateTime(takenAt, round.zone),
          by: emails.get(by) ?? voice.t('cutOff.system'),
          holds: voice.t('cutOff.holdsOf', {
            submitted: voice.number(submitted),
            invited: voice.number(invited),
          }),
          done: slug === done,
        })),
        form,
        errors: problems.map(({ field, reason }) => ({
          field,
          text: voice.t(`cutOff.problem.${reason}`, { max: LONGEST_NAME }),
        })),
        mayTake: may(account, 'results.cut-off'),
      },
    };
  }

  router.get(
    '/results/:round/cut-offs',
    page((here, req: Request) => listPage(here, undefined, [], String(req.query['taken'] ?? ''))),
  );

  router.post('/results/:round/cut-offs', formBody, async (req, res) => {
    const account = await desk.requireForm(req, 'results.cut-off');
    const here = await at(req);
    const wish = {
      name: postedText(req.body.name).trim(),
      slug: postedText(req.body.slug).trim(),
    };
    const actor = { kind: 'account', id: account._id } as const;
    const taken = await takeCutOff(services, here.round, wish, actor);
    if (taken.ok)
      return res.redirect(303, `/results/${here.round._id}/cut-offs?taken=${taken.cutOff.slug}`);
    return send(req, res, here, {
      ...(await listPage(here, wish, taken.problems)),
      status: 422,
    });
  });

  return router;
}

/** Rounds for admins: the list, a new one, opening and closing. */
import { Router } from 'express';
import { nameOf } from '../questionnaire/questionnaire.ts';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { formBody } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { closeRound, createRound, openRound } from './plan.ts';

export function roundRoutes(services: Services, desk: Desk): Router {
  const router = Router();

  router.get('/admin/rounds', async (req, res) => {
    const account = await desk.require(req, 'rounds.manage');
    await desk.send(req, res, account, await listPage(desk.voice(req, account)));
  });

  async function listPage(
    voice: ReturnType<Desk['voice']>,
    posted: Record<string, string> = {},
    problem = '',
  ) {
    const rounds = await services.rounds.all();
    return {
      view: 'rounds/list',
      title: voice.t('rounds.title'),
      locals: {
        rounds: rounds.map((round) => ({
          ...round,
          name: `${round.questionnaire.key}@${round.questionnaire.version}`,
          opens: voice.dateTime(round.opensAt, round.zone),
          closes: voice.dateTime(round.closesAt, round.zone),
        })),
        questionnaires: (await services.catalogue.circulated()).map(nameOf),
        posted: { zone: 'Europe/Zurich', ...posted },
        problem: problem ? voice.t(`rounds.problem.${problem}`) : '',
      },
    };
  }

  router.post('/admin/rounds', formBody, async (req, res) => {
    const account = await desk.requireForm(req, 'rounds.manage');
    const body = req.body as Record<string, string>;
    const [key = '', version = ''] = String(body['questionnaire'] ?? '').split('@');
    const wanted = {
      slug: String(body['slug'] ?? '').trim(),
      questionnaire: { key, version: Number(version) },
      opens: String(body['opens'] ?? ''),
      closes: String(body['closes'] ?? ''),
      zone: String(body['zone'] ?? '').trim(),
    };
    const result = await createRound(services, wanted, { kind: 'account', id: account._id });
    if (result.ok) return res.redirect(303, `/admin/rounds/${result.round._id}`);
    const page = await listPage(desk.voice(req, account), { ...body }, result.reason);
    return desk.send(req, res, account, { ...page, status: 422 });
  });

  for (const [verb, move] of [
    ['opening', openRound],
    ['closing', closeRound],
  ] as const)
    router.post(`/admin/rounds/:round/${verb}`, formBody, async (req, res) => {
      const account = await desk.requireForm(req, 'rounds.manage');
      const slug = String(req.params['round']);
      const result = await move(services, slug, { kind: 'account', id: account._id });
      if (!result.ok && result.reason === 'unknown') throw new Refusal('not-found');
      res.redirect(303, `/admin/rounds/${slug}`);
    });

  return router;
}

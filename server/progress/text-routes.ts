/** The written answers: the page that lists them, the themes of a round, and giving a text its themes. */
import { type Request, Router } from 'express';
import { may } from '../accounts/account.ts';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { formBody, postedText } from '../web/form-body.ts';
import { localPath, Refusal } from '../web/refusal.ts';
import { readAnswers } from './read-answers.ts';
import { makeTheme, removeTheme, tagText } from './tag.ts';
import { isReadable, type TextsWish, textFields, textsPage } from './texts-page.ts';
import { LONGEST_LABEL, MOST_THEMES, type ThemeProblem } from './theme.ts';
import { type At, resultsDesk } from './view-routes.ts';

export function textRoutes(services: Services, desk: Desk): Router {
  const router = Router();
  const { at, page, send } = resultsDesk(services, desk);

  const wishOf = (query: Request['query']): TextsWish => {
    const word = (name: string) => (typeof query[name] === 'string' ? query[name] : '');
    return {
      question: word('question') || null,
      action: Number(word('action')) || null,
      theme: word('theme') || null,
      find: word('find').slice(0, 200),
      page: Number(word('page')) || 1,
    };
  };

  async function listPage(
    { view, round, account, voice }: At,
    wish: TextsWish,
    form: { label: string; problem: ThemeProblem | null } = { label: '', problem: null },
  ) {
    const [answers, themes, tags] = await Promise.all([
      readAnswers(services, view.data, textFields(view.data.questionnaire)),
      services.themes.ofRound(round._id),
      services.themes.tagsOfRound(round._id),
    ]);
    const problem = form.problem
      ? voice.t(`texts.problem.${form.problem}`, { max: LONGEST_LABEL, most: MOST_THEMES })
      : '';
    return {
      view: 'progress/texts',
      title: voice.t('texts.title'),
      scripts: ['scripts/copying.js'],
      locals: {
        ...textsPage(view, { answers, themes, tags }, wish),
        mayTag: may(account, 'responses.review'),
        form: { label: form.label, problem },
      },
    };
  }

  router.get(
    '/results/:round/texts',
    page((here, req) => listPage(here, wishOf(req.query))),
  );

  /** Signed in and allowed; the form is one of ours. */
  async function writer(req: Request) {
    const account = await desk.requireForm(req, 'responses.review');
    return { here: await at(req), actor: { kind: 'account', id: account._id } as const };
  }

  router.post('/results/:round/themes', formBody, async (req, res) => {
    const { here, actor } = await writer(req);
    const label = postedText(req.body.label).trim();
    const made = await makeTheme(services, here.round._id, label, actor);
    if (made.ok) return res.redirect(303, `/results/${here.round._id}/texts#themes`);
    const failed = await listPage(here, wishOf({}), { label, problem: made.reason });
    return send(req, res, here, { ...failed, status: 422 });
  });

  router.post('/results/:round/themes/:theme/removed', formBody, async (req, res) => {
    const { here, actor } = await writer(req);
    const id = String(req.params['theme']);
    if (!(await removeTheme(services, here.round._id, id, actor))) throw new Refusal('not-found');
    res.redirect(303, `/results/${here.round._id}/texts#themes`);
  });

  router.post('/results/:round/texts/themes', formBody, async (req, res) => {
    const { here, actor } = await writer(req);
    const [response, question] = [postedText(req.body.response), postedText(req.body.question)];
    // Nobody learns by a theme what they may not read.
    if (!isReadable(here.view, response, question)) throw new Refusal('not-found');
    const list = (value: unknown) => [value ?? []].flat().map(postedText);
    const change = { was: list(req.body.was), chosen: list(req.body.theme) };
    await tagText(services, { round: here.round._id, response, question }, change, actor);
    const back = localPath(req.body.back);
    const texts = `/results/${here.round._id}/texts`;
    const to = back === texts || back.startsWith(`${texts}?`) ? back : texts;
    res.redirect(303, `${to}#t-${response}-${question}`);
  });

  return router;
}

/** The Committee's pages: overview, actions, questions, indicators, States and their answers. */
import { type Request, Router } from 'express';
import { type Account, may } from '../accounts/account.ts';
import { noteInWords } from '../responses/page-parts.ts';
import { REVIEWS, type Review } from '../responses/response.ts';
import type { Services } from '../services.ts';
import { INTERFACE_LANGUAGES } from '../texts.ts';
import type { Desk } from '../web/desk.ts';
import { sendFile } from '../web/download.ts';
import { formBody } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { actionPage } from './action-page.ts';
import { actionsPage } from './actions-page.ts';
import { chartRoutes, crossQuery } from './chart-routes.ts';
import { compareRoutes } from './compare-routes.ts';
import { crossPage } from './cross-page.ts';
import { cutOffRoutes } from './cut-off-routes.ts';
import { mayName, maySeeScan, useOfAnswer } from './disclosure.ts';
import { indicatorPage } from './indicator-page.ts';
import { matrixPage } from './matrix-page.ts';
import { overviewPage } from './overview-page.ts';
import { questionPage } from './question-page.ts';
import { responseOf } from './read-cut-off.ts';
import { membersOf } from './read-members.ts';
import { statePage, statesPage } from './state-pages.ts';
import { type At, CHARTS, resultsDesk } from './view-routes.ts';

export function progressRoutes(services: Services, desk: Desk): Router {
  const router = Router();

  const { at, page } = resultsDesk(services, desk);

  router.use(chartRoutes(at));
  router.use(cutOffRoutes(services, desk));
  router.use(compareRoutes(services, desk));

  router.get('/results', async (req, res) => {
    const account = await desk.require(req, 'results.read');
    const [round] = (await services.rounds.all()).filter((one) => one.status !== 'planned');
    if (round) return res.redirect(303, `/results/${round._id}`);
    if (may(account, 'rounds.manage')) return res.redirect(303, '/admin/rounds');
    const { t } = desk.voice(req, account);
    const page = { view: 'progress/none', title: t('results.title'), locals: {} };
    return desk.send(req, res, account, page);
  });

  const wordIn = (req: Request, name: string) =>
    typeof req.query[name] === 'string' ? req.query[name] : null;

  router.get(
    '/results/:round',
    page(({ view }) => ({
      view: 'progress/overview',
      title: view.voice.t('results.title'),
      locals: { ...overviewPage(view), paperLanguages: INTERFACE_LANGUAGES },
      scripts: CHARTS,
    })),
  );

  router.get(
    '/results/:round/actions',
    page(({ view }) => ({
      view: 'progress/actions',
      title: view.voice.t('actions.title'),
      locals: actionsPage(view),
    })),
  );

  router.get(
    '/results/:round/actions/:action',
    page(({ view }, req) => {
      const locals = actionPage(view, Number(req.params['action']));
      if (!locals) throw new Refusal('not-found');
      const { number: action, title } = locals.action;
      return {
        view: 'progress/action',
        title: view.voice.t('section.heading', { action, title }),
        locals,
        scripts: CHARTS,
      };
    }),
  );

  router.get(
    '/results/:round/questions/:question',
    page(({ view }, req) => {
      const id = String(req.params['question']);
      const locals = questionPage(view, id, wordIn(req, 'row'), wordIn(req, 'answer'));
      if (!locals) throw new Refusal('not-found');
      const title = `${locals.question.number} ${locals.question.label}`;
      return { view: 'progress/question', title, locals, scripts: CHARTS };
    }),
  );

  router.get(
    '/results/:round/cross',
    page(({ view }, req) => {
      const locals = crossPage(view, crossQuery(req.query));
      if (!locals) throw new Refusal('not-found');
      return {
        view: 'progress/cross',
        title: view.voice.t('cross.title'),
        locals,
        scripts: CHARTS,
      };
    }),
  );

  router.get(
    '/results/:round/indicators/:indicator',
    page(({ view }, req) => {
      const locals = indicatorPage(view, String(req.params['indicator']), wordIn(req, 'part'));
      if (!locals) throw new Refusal('not-found');
      return { view: 'progress/indicator', title: locals.indicator.label, locals };
    }),
  );

  router.get(
    '/results/:round/states',
    page(({ view }, req) => {
      const audience =
        [...view.data.audiences.keys()].find((id) => id === req.query['audience']) ?? null;
      const locals = statesPage(view, audience);
      return { view: 'progress/states', title: view.voice.t('states.title'), locals };
    }),
  );

  router.get(
    '/results/:round/matrix',
    page(({ view }, req) => {
      const only = { indicator: wordIn(req, 'indicator'), verdict: wordIn(req, 'verdict') };
      const locals = matrixPage(view, only);
      return { view: 'progress/matrix', title: view.voice.t('matrix.title'), locals };
    }),
  );

  /** The State of the address among those that were asked, and its response. */
  async function responseAt(req: Request, here: At) {
    const { data } = here.view;
    const members = await membersOf(services, data, String(req.params['state']));
    const member = members.find(({ audience }) => audience === req.params['audience']);
    const response = member && (await responseOf(services, data, member));
    if (!member || !response) throw new Refusal('not-found');
    return { member, response };
  }

  router.get(
    '/results/:round/states/:state/:audience',
    page(async (here, req) => {
      const { member, response } = await responseAt(req, here);
      const { account, round, voice, view } = here;
      const locals = statePage(view, member, response);
      const own = account.state === member.state._id;
      const revisions = (await services.responses.revisions(response._id)).filter(
        ({ revision }) => !view.data.snapshot || revision <= member.revision,
      );
      return {
        view: 'progress/state',
        title: locals.name,
        locals: {
          ...locals,
          stateKey: member.state._id,
          history: revisions.map((one) => ({
            revision: one.revision,
            reference: one.reference,
            at: voice.dateTime(one.submittedAt, round.zone),
            note: one.note ? noteInWords(one.note, voice) : null,
          })),
          mayReview:
            may(account, 'responses.review') &&
            !own &&
            response.submitted !== null &&
            !view.data.snapshot,
          own,
        },
      };
    }),
  );

  router.post('/results/:round/states/:state/:audience/review', formBody, async (req, res) => {
    const here = await at(req);
    await desk.requireForm(req, 'responses.review');
    const { member, response } = await responseAt(req, here);
    const review = REVIEWS.find((one) => one === req.body.review);
    // Nobody confirms what their own State said.
    if (!review || here.account.state === member.state._id) throw new Refusal('forbidden');
    await setReview(services, here.account, response._id, response.review, review);
    res.redirect(303, `/results/${here.round._id}/states/${member.state._id}/${member.audience}`);
  });

  router.get('/results/:round/states/:state/:audience/files/:file', async (req, res) => {
    const here = await at(req);
    const { response } = await responseAt(req, here);
    const { submitted } = response;
    const id = String(req.params['file']);
    const [question] =
      Object.entries(submitted?.answers ?? {}).find(([, answer]) =>
        JSON.stringify(answer).includes(`"${id}"`),
      ) ?? [];
    const use =
      submitted && question ? useOfAnswer(here.view.data.questionnaire, submitted, question) : null;
    const isScan = submitted?.note?.scan.id === id;
    const open = isScan
      ? maySeeScan(here.view.data.questionnaire, submitted, here.view.reader)
      : use !== null && mayName(use, here.view.reader);
    const file = open ? await services.files.find(id, response._id) : null;
    if (!file) throw new Refusal('not-found');
    sendFile(res, file);
  });

  return router;
}

const setReview = (services: Services, account: Account, id: string, from: Review, to: Review) =>
  services.transaction(async (session) => {
    if (!(await services.responses.setReview(id, to, session))) throw new Refusal('not-found');
    await services.audit.record(
      {
        actor: { kind: 'account', id: account._id },
        event: 'response.reviewed',
        subject: { kind: 'response', id },
        details: { from, to },
      },
      services.clock(),
      session,
    );
  });

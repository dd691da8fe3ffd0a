/** The Committee's pages: overview, actions, questions, indicators, States and their answers. */
import { type Response as HttpResponse, type Request, Router } from 'express';
import { type Account, may, readerOf } from '../accounts/account.ts';
import { noteInWords } from '../responses/page-parts.ts';
import { REVIEWS, type Review } from '../responses/response.ts';
import { marksFor } from '../review/marks.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { sendFile } from '../web/download.ts';
import { formBody } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { actionPage } from './action-page.ts';
import { mayName, maySeeScan, useOfAnswer } from './disclosure.ts';
import { filterFrom } from './filter-query.ts';
import { indicatorPage } from './indicator-page.ts';
import { overviewPage } from './overview-page.ts';
import { questionPage } from './question-page.ts';
import { readDataset } from './read.ts';
import { statePage, statesPage } from './state-pages.ts';
import { filterView, type View } from './view.ts';

export function progressRoutes(services: Services, desk: Desk): Router {
  const router = Router();

  type At = { account: Account; round: Round; view: View };
  /** Signed in, the round is there, its material is read. */
  async function at(req: Request): Promise<At> {
    const account = await desk.require(req, 'results.read');
    const round = await services.rounds.find(String(req.params['round']));
    if (!round) throw new Refusal('not-found');
    const voice = desk.voice(req, account);
    const data = await readDataset(services, round, voice.language);
    if (!data) throw new Refusal('not-found');
    const groups = data.questionnaire.definition.groups.map((group) => group.id);
    const filter = filterFrom(req.query, groups);
    const reader = readerOf(account);
    return { account, round, view: { data, filter, reader, voice } };
  }

  const send = async (
    req: Request,
    res: HttpResponse,
    { account, round, view }: At,
    page: { name: string; title: string; locals: object; scripts?: string[] },
  ) => {
    const { data, voice } = view;
    return desk.send(req, res, account, {
      view: `progress/${page.name}`,
      title: page.title,
      heading: data.questionnaire.definition.shortTitle,
      round,
      scripts: page.scripts ?? ['scripts/chart.umd.min.js', 'scripts/charts.js'],
      locals: {
        ...page.locals,
        filters: filterView(view),
        base: `/results/${round._id}`,
        roundId: round._id,
        cutOff: voice.dateTime(data.cutOff, round.zone),
        plan: data.questionnaire.definition.plan,
        canExport: may(account, 'results.export'),
        canReview: may(account, 'responses.review'),
        marks: await marksFor(services, round._id, data.questionnaire, {
          reader: view.reader,
          reads: may(account, 'responses.review'),
        }),
      },
    });
  };

  router.get('/results', async (req, res) => {
    const account = await desk.require(req, 'results.read');
    const [round] = (await services.rounds.all()).filter((one) => one.status !== 'planned');
    if (round) return res.redirect(303, `/results/${round._id}`);
    if (may(account, 'rounds.manage')) return res.redirect(303, '/admin/rounds');
    const { t } = desk.voice(req, account);
    const page = { view: 'progress/none', title: t('results.title'), locals: {} };
    return desk.send(req, res, account, page);
  });

  router.get('/results/:round', async (req, res) => {
    const here = await at(req);
    const title = here.view.voice.t('results.title');
    await send(req, res, here, { name: 'overview', title, locals: overviewPage(here.view) });
  });

  router.get('/results/:round/actions/:action', async (req, res) => {
    const here = await at(req);
    const page = actionPage(here.view, Number(req.params['action']));
    if (!page) throw new Refusal('not-found');
    const title = here.view.voice.t('section.heading', {
      action: page.action.number,
      title: page.action.title,
    });
    await send(req, res, here, { name: 'action', title, locals: page });
  });

  router.get('/results/:round/questions/:question', async (req, res) => {
    const here = await at(req);
    const word = (name: string) =>
      typeof req.query[name] === 'string' ? String(req.query[name]) : null;
    const page = questionPage(
      here.view,
      String(req.params['question']),
      word('row'),
      word('answer'),
    );
    if (!page) throw new Refusal('not-found');
    const title = `${page.question.number} ${page.question.label}`;
    await send(req, res, here, { name: 'question', title, locals: page });
  });

  router.get('/results/:round/indicators/:indicator', async (req, res) => {
    const here = await at(req);
    const part = typeof req.query['part'] === 'string' ? req.query['part'] : null;
    const page = indicatorPage(here.view, String(req.params['indicator']), part);
    if (!page) throw new Refusal('not-found');
    await send(req, res, here, {
      name: 'indicator',
      title: page.indicator.label,
      locals: page,
      scripts: [],
    });
  });

  router.get('/results/:round/states', async (req, res) => {
    const here = await at(req);
    const audience =
      [...here.view.data.audiences.keys()].find((id) => id === req.query['audience']) ?? null;
    const title = here.view.voice.t('states.title');
    await send(req, res, here, {
      name: 'states',
      title,
      locals: statesPage(here.view, audience),
      scripts: [],
    });
  });

  /** The State of the address among those that were asked, and its response. */
  async function responseAt(req: Request, here: At) {
    const { data } = here.view;
    const member = data.audiences
      .get(String(req.params['audience']))
      ?.members.find((one) => one.state._id === req.params['state']);
    const response = member && (await services.responses.find(member.response));
    if (!member || !response) throw new Refusal('not-found');
    return { member, response };
  }

  router.get('/results/:round/states/:state/:audience', async (req, res) => {
    const here = await at(req);
    const { member, response } = await responseAt(req, here);
    const page = statePage(here.view, member, response);
    const { account } = here;
    const own = account.state === member.state._id;
    const revisions = await services.responses.revisions(response._id);
    const { voice } = here.view;
    await send(req, res, here, {
      name: 'state',
      title: page.name,
      scripts: [],
      locals: {
        ...page,
        stateKey: member.state._id,
        history: revisions.map((one) => ({
          revision: one.revision,
          reference: one.reference,
          at: voice.dateTime(one.submittedAt, here.round.zone),
          note: one.note ? noteInWords(one.note, voice) : null,
        })),
        mayReview: may(account, 'responses.review') && !own && response.submitted !== null,
        own,
        token: desk.formToken(req),
      },
    });
  });

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

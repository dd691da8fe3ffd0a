/** Money by year and area, and the rates of conversion that a round states. */
import { type Request, Router } from 'express';
import { may } from '../accounts/account.ts';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { formBody, postedText } from '../web/form-body.ts';
import { Refusal } from '../web/refusal.ts';
import { allMoneyQuestions, type MoneyWish, moneyPage } from './money-page.ts';
import { LONGEST_SOURCE, NO_RATE, type RateForm, type RateProblem, readRate } from './rate.ts';
import { readAnswers } from './read-answers.ts';
import { removeRate, setRate } from './set-rate.ts';
import { type At, resultsDesk } from './view-routes.ts';

export function moneyRoutes(services: Services, desk: Desk): Router {
  const router = Router();
  const { at, page, send } = resultsDesk(services, desk);

  const wishOf = (query: Request['query']): MoneyWish => {
    const word = (name: string) => (typeof query[name] === 'string' ? query[name] : null);
    return {
      question: word('question'),
      converted: word('converted') === 'yes',
      currency: word('currency'),
      year: word('year'),
      area: word('area'),
    };
  };
  const currenciesOf = ({ view }: At) =>
    view.data.questionnaire.definition.optionSets['currencies'] ?? [];

  async function listPage(
    here: At,
    wish: MoneyWish,
    form: RateForm = NO_RATE,
    problems: RateProblem[] = [],
  ) {
    const { view, round, account, voice } = here;
    const ids = allMoneyQuestions(view).map(({ question }) => question.id);
    const [answers, rates] = await Promise.all([
      readAnswers(services, view.data, ['r_currency', ...ids]),
      services.rates.ofRound(round._id),
    ]);
    const locals = moneyPage(view, answers, rates, wish);
    if (!locals) throw new Refusal('not-found');
    return {
      view: 'progress/money',
      title: voice.t('money.title'),
      locals: {
        ...locals,
        currencies: currenciesOf(here),
        mayEnter: may(account, 'responses.review'),
        form,
        errors: problems
          .filter((one, place) => problems.findIndex(({ field }) => field === one.field) === place)
          .map(({ field, reason }) => ({
            field,
            text: voice.t(`money.problem.${reason}`, { max: LONGEST_SOURCE }),
          })),
      },
    };
  }

  router.get(
    '/results/:round/money',
    page((here, req) => listPage(here, wishOf(req.query))),
  );

  router.post('/results/:round/rates', formBody, async (req, res) => {
    const account = await desk.requireForm(req, 'responses.review');
    const here = await at(req);
    const field = (name: keyof RateForm) => postedText(req.body[name]).trim();
    const form: RateForm = {
      currency: field('currency'),
      year: field('year'),
      to: field('to'),
      rate: field('rate'),
      date: field('date'),
      source: field('source'),
    };
    const [known] = await services.rates.ofRound(here.round._id);
    const currencies = currenciesOf(here).map(({ value }) => value);
    const read = readRate(form, currencies, known?.to ?? null);
    if (!read.ok) {
      const failed = await listPage(here, wishOf({}), form, read.problems);
      return send(req, res, here, { ...failed, status: 422 });
    }
    const actor = { kind: 'account', id: account._id } as const;
    await setRate(services, here.round._id, read.rate, actor);
    return res.redirect(303, `/results/${here.round._id}/money?converted=yes#rates`);
  });

  router.post('/results/:round/rates/removed', formBody, async (req, res) => {
    const account = await desk.requireForm(req, 'responses.review');
    const here = await at(req);
    const of = { currency: postedText(req.body.currency), year: postedText(req.body.year) };
    const actor = { kind: 'account', id: account._id } as const;
    if (!(await removeRate(services, here.round._id, of, actor))) throw new Refusal('not-found');
    res.redirect(303, `/results/${here.round._id}/money#rates`);
  });

  return router;
}

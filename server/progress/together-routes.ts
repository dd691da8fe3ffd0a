/** The pages that bring several answers together: needs, given and received, offers and requests of experience. */
import { Router } from 'express';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { Refusal } from '../web/refusal.ts';
import { exchangePage } from './exchange-page.ts';
import { queryOf } from './filter-query.ts';
import { needsPage } from './needs-page.ts';
import { pairsOf } from './pairs-page.ts';
import { CHARTS, resultsDesk } from './view-routes.ts';

export function togetherRoutes(services: Services, desk: Desk): Router {
  const router = Router();
  const { page } = resultsDesk(services, desk);

  router.get(
    '/results/:round/needs',
    page(({ view }, { query }) => {
      const word = (name: string) => (typeof query[name] === 'string' ? query[name] : null);
      const by = word('by') === 'state' ? 'state' : 'region';
      const locals = needsPage(view, { by, area: word('area'), of: word('of') });
      if (!locals) throw new Refusal('not-found');
      return { view: 'progress/needs', title: view.voice.t('needs.title'), locals };
    }),
  );

  router.get(
    '/results/:round/given-and-received',
    page(({ view }) => {
      const { definition } = view.data.questionnaire;
      if (!definition.views?.pairs) throw new Refusal('not-found');
      const actions = definition.actions
        .map((action) => ({
          action,
          href: `/results/${view.data.round}/actions/${action.number}${queryOf(view.filter)}`,
          pairs: pairsOf(view, action.number),
        }))
        .filter(({ pairs }) => pairs.length > 0);
      return {
        view: 'progress/pairs',
        title: view.voice.t('pairs.title'),
        locals: { actions },
        scripts: CHARTS,
      };
    }),
  );

  router.get(
    '/results/:round/experience',
    page(({ view }, { query }) => {
      if (!view.data.questionnaire.definition.views?.exchange) throw new Refusal('not-found');
      const locals = exchangePage(
        view,
        typeof query['subject'] === 'string' ? query['subject'] : null,
      );
      return { view: 'progress/exchange', title: view.voice.t('exchange.title'), locals };
    }),
  );

  return router;
}

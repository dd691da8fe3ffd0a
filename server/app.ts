/** The application as a function of its collaborators: what every request passes, in order. */
import compression from 'compression';
import express, { type Express } from 'express';
import { accountRoutes } from './accounts/routes.ts';
import { auditRoutes } from './audit/routes.ts';
import { bounceHookRoutes } from './bounces/hook-routes.ts';
import { bounceRoutes } from './bounces/routes.ts';
import { exportRoutes } from './exports/routes.ts';
import { lostLinkRoutes } from './invitations/lost-routes.ts';
import { invitationRoutes } from './invitations/routes.ts';
import { deliverabilityRoutes } from './mail/deliverability-routes.ts';
import { mailingRoutes } from './mail/mailing-routes.ts';
import { outcomeRoutes } from './mail/outcome-routes.ts';
import { publicMailRoutes } from './mail/public-routes.ts';
import { reminderRoutes } from './mail/reminder-routes.ts';
import { mailRoutes } from './mail/routes.ts';
import { templateRoutes } from './mail/template-routes.ts';
import { deskPaperRoutes } from './papers/desk-routes.ts';
import { paperRoutes } from './papers/routes.ts';
import { playRoutes } from './play/routes.ts';
import { selectionRoutes } from './play/selection-routes.ts';
import { dossierRoutes } from './progress/dossier-routes.ts';
import { moneyRoutes } from './progress/money-routes.ts';
import { progressRoutes } from './progress/routes.ts';
import { textRoutes } from './progress/text-routes.ts';
import { noteRoutes } from './responses/note-routes.ts';
import { receiptRoutes } from './responses/receipt-routes.ts';
import { responseRoutes } from './responses/routes.ts';
import { roundRoutes } from './rounds/routes.ts';
import type { Services } from './services.ts';
import { stateRoutes } from './states/routes.ts';
import { desk as makeDesk } from './web/desk.ts';
import { errorPages } from './web/errors.ts';
import { frontRoutes } from './web/front.ts';
import { healthRoutes } from './web/health.ts';
import { requestLog } from './web/request-log.ts';
import { knownMethods, sameSiteForms, securityHeaders } from './web/security.ts';
import { accountSession } from './web/session.ts';
import { steadyBody } from './web/slow-body.ts';
import { web as makeWeb } from './web/web.ts';

export function createApp(services: Services): Express {
  const { config, log } = services;
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', config.trustedProxies);
  const web = makeWeb(app, services);
  const errors = errorPages(web.pages, config.publicUrl, log);
  const desk = makeDesk(services, web);

  app.use(healthRoutes(services));
  app.use(securityHeaders(config.publicUrl));
  // Respondents are on slow lines: a section's page shrinks to about a sixth.
  app.use(compression());
  app.use(knownMethods);
  app.use(steadyBody());
  app.use(web.assets.routes);
  app.use(requestLog(services));
  app.use(publicMailRoutes(services, web));
  app.use(bounceHookRoutes(services));
  app.use(sameSiteForms(config.publicUrl, errors.refuse));
  app.use(frontRoutes(config.publicUrl));
  app.use(receiptRoutes(services, web));
  app.use(paperRoutes(services, web));
  app.use(lostLinkRoutes(services, web));
  app.use(responseRoutes(services, web));

  // From here on pages are for accounts; respondents have no session.
  app.use(accountSession(services));
  app.use(accountRoutes(services, web, desk));
  app.use(dossierRoutes(services, desk));
  app.use(textRoutes(services, desk));
  app.use(moneyRoutes(services, desk));
  app.use(progressRoutes(services, desk));
  app.use(exportRoutes(services, desk));
  app.use(roundRoutes(services, desk));
  app.use(noteRoutes(services, web, desk));
  app.use(invitationRoutes(services, desk));
  app.use(playRoutes(services, desk));
  app.use(selectionRoutes(services, desk));
  app.use(deskPaperRoutes(services, desk));
  app.use(stateRoutes(services, desk));
  app.use(mailingRoutes(services, desk));
  app.use(outcomeRoutes(services, desk));
  app.use(reminderRoutes(services, desk));
  app.use(templateRoutes(services, desk));
  app.use(mailRoutes(services, desk));
  app.use(bounceRoutes(services, desk));
  app.use(deliverabilityRoutes(services, desk));
  app.use(auditRoutes(services, desk));

  app.use(errors.notFound);
  app.use(errors.handler);
  return app;
}

/** Pausing and resuming the outbox, and how fast it sends. */
import { Router } from 'express';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';
import { formBody, postedText } from '../web/form-body.ts';
import { outboxPage } from './outbox-page.ts';
import { pauseOutbox, resumeOutbox, setPace } from './pause.ts';

const MOST = { rate: 100_000, concurrency: 1000 } as const;

export function controlRoutes(services: Services, desk: Desk): Router {
  const router = Router();

  router.post('/admin/outbox/pause', formBody, async (req, res) => {
    const account = await desk.requireForm(req, 'mail.manage');
    await pauseOutbox(services, { why: 'person', reply: null, by: account._id });
    res.redirect(303, '/admin/outbox');
  });

  router.post('/admin/outbox/resume', formBody, async (req, res) => {
    const account = await desk.requireForm(req, 'mail.manage');
    await resumeOutbox(services, account._id);
    res.redirect(303, '/admin/outbox');
  });

  router.post('/admin/outbox/pace', formBody, async (req, res) => {
    const account = await desk.requireForm(req, 'mail.manage');
    const posted = {
      rate: postedText(req.body['rate']).trim(),
      concurrency: postedText(req.body['concurrency']).trim(),
    };
    const problem = (['rate', 'concurrency'] as const).find(
      (name) => limitIn(posted[name], MOST[name]) === undefined,
    );
    if (problem) {
      const page = await outboxPage(services, desk.voice(req, account), {}, { problem, posted });
      return desk.send(req, res, account, page);
    }
    const rate = limitIn(posted.rate, MOST.rate) ?? null;
    const concurrency = limitIn(posted.concurrency, MOST.concurrency) ?? null;
    await setPace(services, { rate, concurrency }, account._id);
    res.redirect(303, '/admin/outbox');
  });

  return router;
}

/** Null for no limit; undefined for what is no number from 1 to `most`. */
function limitIn(text: string, most: number): number | null | undefined {
  if (text === '') return null;
  const number = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= most ? number : undefined;
}

/** For machines: alive, ready, measured. */
import { Router } from 'express';
import { indexesInPlace } from '../db/indexes.ts';
import type { Services } from '../services.ts';

const PING_MS = 1000;

export function healthRoutes({ connection, messages, clock }: Services): Router {
  const router = Router();
  const started = clock();
  router.get('/healthz', (_req, res) => res.type('text').send('ok\n'));

  router.get('/readyz', async (_req, res) => {
    const ready = await Promise.race([
      connection
        .getClient()
        .db('admin')
        .command({ ping: 1 })
        .then(() => indexesInPlace(connection)),
      new Promise<boolean>((resolve) => setTimeout(resolve, PING_MS, false).unref()),
    ]).catch(() => false);
    res
      .status(ready ? 200 : 503)
      .type('text')
      .send(ready ? 'ready\n' : 'not ready\n');
  });

  /** Prometheus text. No counts of people or answers: who reads this need not be an admin. */
  router.get('/metrics', async (_req, res) => {
    const counts = await messages.counts();
    const due = await messages.nextDue();
    const lag = due ? Math.max(0, (clock().getTime() - due.getTime()) / 1000) : 0;
    const lines = [
      '# TYPE rapporteur_uptime_seconds gauge',
      `rapporteur_uptime_seconds ${(clock().getTime() - started.getTime()) / 1000}`,
      '# TYPE process_resident_memory_bytes gauge',
      `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
      '# TYPE rapporteur_outbox_lag_seconds gauge',
      `rapporteur_outbox_lag_seconds ${lag}`,
      '# TYPE rapporteur_messages gauge',
      ...Object.entries(counts).map(
        ([status, n]) => `rapporteur_messages{status="${status}"} ${n}`,
      ),
    ];
    res.type('text/plain; version=0.0.4').send(`${lines.join('\n')}\n`);
  });
  return router;
}

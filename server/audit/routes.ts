/** The audit trail for admins. */
import { Router } from 'express';
import type { Services } from '../services.ts';
import type { Desk } from '../web/desk.ts';

const ROWS_A_PAGE = 100;

export function auditRoutes({ audit, accounts }: Services, desk: Desk): Router {
  const router = Router();
  router.get('/admin/audit', async (req, res) => {
    const account = await desk.require(req, 'audit.read');
    const before = /^[0-9a-f]{24}$/.exec(String(req.query['before'] ?? ''))?.[0];
    const rows = await audit.list(ROWS_A_PAGE, before);
    const people = new Map((await accounts.all()).map((one) => [one._id, one.email]));
    const voice = desk.voice(req, account);
    await desk.send(req, res, account, {
      view: 'audit/list',
      title: voice.t('audit.title'),
      locals: {
        rows: rows.map((row) => ({
          ...row,
          when: voice.dateTime(row.at, 'UTC'),
          who: people.get(row.actor.id) ?? `${row.actor.kind} ${row.actor.id}`,
          details: Object.entries(row.details ?? {}).map(
            ([name, value]) =>
              `${name}: ${typeof value === 'object' ? JSON.stringify(value) : value}`,
          ),
        })),
        older: rows.length === ROWS_A_PAGE ? rows.at(-1)?._id : null,
      },
    });
  });
  return router;
}

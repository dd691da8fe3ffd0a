/** Pausing the outbox, by a person or by itself, resuming it, and its pace: each with its row in the audit. */
import type { Actor } from '../audit/event.ts';
import type { Services, Session } from '../services.ts';
import type { OutboxControl, PauseReason } from './control.ts';

const SUBJECT = { kind: 'outbox', id: 'outbox' };
const actorOf = (by: string | null): Actor =>
  by ? { kind: 'account', id: by } : { kind: 'system', id: 'system' };

/**
 * False when it was paused already. `by` is null for the command line, and when it pauses by itself, which makes one alert: a line in the log, a row in the audit, and a
 * mail to each administrator where mail still goes.
 */
export async function pauseOutbox(
  services: Services,
  { why, reply, by }: { why: PauseReason; reply: string | null; by: string | null },
): Promise<boolean> {
  await services.outbox.open();
  const paused = await services.transaction(async (session) => {
    const now = services.clock();
    const control = await services.outbox.pause({ why, reply, by, since: now }, session);
    if (!control) return false;
    // What a mail server says may hold an address, which has no place in the audit.
    const details = { why, ...(why === 'errors' ? { share: reply } : {}) };
    const row = { actor: actorOf(by), event: 'outbox.paused', subject: SUBJECT, details };
    await services.audit.record(row, now, session);
    if (why === 'errors') await alertAdmins(services, now, session);
    return true;
  });
  if (paused && why !== 'person')
    services.log.error({ why, reply }, 'the outbox was paused by itself');
  return paused;
}

/** False when it was running already. */
export async function resumeOutbox(services: Services, by: string | null): Promise<boolean> {
  await services.outbox.open();
  return services.transaction(async (session) => {
    const now = services.clock();
    if (!(await services.outbox.resume({ by, since: now }, session))) return false;
    const row = { actor: actorOf(by), event: 'outbox.resumed', subject: SUBJECT };
    await services.audit.record(row, now, session);
    return true;
  });
}

export async function setPace(
  services: Services,
  pace: Pick<OutboxControl, 'rate' | 'concurrency'>,
  by: string,
): Promise<void> {
  await services.outbox.open();
  await services.transaction(async (session) => {
    await services.outbox.setPace(pace, session);
    const row = { actor: actorOf(by), event: 'outbox.paced', subject: SUBJECT, details: pace };
    await services.audit.record(row, services.clock(), session);
  });
}

async function alertAdmins(services: Services, now: Date, session: Session): Promise<void> {
  for (const account of await services.accounts.whoMay('mail.manage'))
    await services.messages.enqueue(
      {
        key: `outbox-paused:${now.toISOString()}:${account._id}`,
        template: 'outbox-paused',
        account: account._id,
        about: {},
        priority: 0,
      },
      now,
      session,
    );
}

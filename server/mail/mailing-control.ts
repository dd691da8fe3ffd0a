/** Holding a mailing back, letting it go on, and ending it. */
import type { Actor } from '../audit/event.ts';
import type { Services } from '../services.ts';
import { goneIn, type Mailing, noOutcomes } from './mailing.ts';

/** False when it is not running. */
export const pauseMailing = (services: Services, mailing: Mailing, actor: Actor) =>
  change(services, mailing, actor, { event: 'mailing.paused' }, ['active'], 'paused');

/** False when it is not paused. */
export const resumeMailing = (services: Services, mailing: Mailing, actor: Actor) =>
  change(services, mailing, actor, { event: 'mailing.resumed' }, ['paused'], 'active');

const change = (
  services: Services,
  mailing: Mailing,
  actor: Actor,
  { event }: { event: string },
  from: Mailing['status'][],
  to: Mailing['status'],
): Promise<boolean> =>
  services.transaction(async (session) => {
    if (!(await services.mailings.move(mailing._id, from, to, session))) return false;
    const subject = { kind: 'mailing', id: mailing._id };
    await services.audit.record({ actor, event, subject }, services.clock(), session);
    return true;
  });

export type Cancelled = {
  /** Mails that will not go out now. */
  cancelled: number;
  /** Mails that had left before. */
  gone: number;
};

/** Null when it was cancelled before. Mails in the hands of a worker at this moment still go. */
export async function cancelMailing(
  services: Services,
  mailing: Mailing,
  actor: Actor,
): Promise<Cancelled | null> {
  const now = services.clock();
  const cancelled = await services.transaction(async (session) => {
    if (!(await services.mailings.move(mailing._id, ['active', 'paused'], 'cancelled', session)))
      return null;
    const mails = await services.messages.cancelMailing(mailing._id, now, session);
    await services.audit.record(
      {
        actor,
        event: 'mailing.cancelled',
        subject: { kind: 'mailing', id: mailing._id },
        details: { mails },
      },
      now,
      session,
    );
    return mails;
  });
  if (cancelled === null) return null;
  const outcomes = (await services.mailings.outcomes([mailing._id])).get(mailing._id);
  return { cancelled, gone: goneIn(outcomes ?? noOutcomes()) };
}

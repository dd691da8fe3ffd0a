/** Handing sections to a colleague, taking them back, and what the colleague says: each with its mail and its trace. */
import type { AuditEvent } from '../audit/event.ts';
import { newId } from '../db/record.ts';
import { type Delegate, MOST_DELEGATES } from '../invitations/delegate.ts';
import type { Language } from '../questionnaire/definition.ts';
import type { Services, Session } from '../services.ts';
import type { Seat } from './seat.ts';

export type Wanted = {
  name: string;
  email: string;
  language: Language;
  sections: string[];
  note: string;
};

export type DelegationResult = { ok: true } | { ok: false; reason: 'closed' | 'most' | 'over' };

export async function handOver(
  services: Services,
  seat: Seat,
  wanted: Wanted,
): Promise<DelegationResult> {
  if (!seat.writing.ok) return { ok: false, reason: 'closed' };
  const now = services.clock();
  const before = await services.delegates.of(seat.invitation._id);
  if (before.length >= MOST_DELEGATES) return { ok: false, reason: 'most' };
  const delegate: Delegate = {
    ...wanted,
    _id: newId(),
    invitation: seat.invitation._id,
    askedBy: seat.link._id,
    askedAt: now,
    doneAt: null,
    declinedAt: null,
    reason: '',
    revokedAt: null,
  };
  await services.transaction(async (session) => {
    await services.delegates.insert(delegate, session);
    await note(services, seat, { event: 'delegate.asked' }, delegate, session);
    await services.messages.enqueue(
      {
        key: `delegation:${delegate._id}`,
        template: 'delegation',
        round: seat.round._id,
        invitation: seat.invitation._id,
        about: { delegate: delegate._id },
        priority: 0,
      },
      now,
      session,
    );
  });
  return { ok: true };
}

/** Ends the colleague's links at once. What they wrote stays. */
export async function takeBack(
  services: Services,
  seat: Seat,
  delegate: Delegate,
): Promise<DelegationResult> {
  const now = services.clock();
  const done = await services.transaction(async (session) => {
    if (!(await services.delegates.end(delegate._id, { revokedAt: now }, session))) return false;
    await services.links.revokeOfDelegate(delegate._id, now, session);
    await note(services, seat, { event: 'delegate.revoked' }, delegate, session);
    return true;
  });
  return done ? { ok: true } : { ok: false, reason: 'over' };
}

/** The colleague has finished. The respondent is told by mail; the link goes on working until the deadline. */
export const finish = (services: Services, seat: Seat, delegate: Delegate) =>
  answer(services, seat, delegate, 'delegate.finished', { doneAt: services.clock() });

/** "Not me": the colleague's links end, and the respondent is told. */
export const decline = (services: Services, seat: Seat, delegate: Delegate, reason: string) =>
  answer(services, seat, delegate, 'delegate.declined', { declinedAt: services.clock(), reason });

async function answer(
  services: Services,
  seat: Seat,
  delegate: Delegate,
  event: 'delegate.finished' | 'delegate.declined',
  change: Partial<Pick<Delegate, 'doneAt' | 'declinedAt' | 'reason'>>,
): Promise<DelegationResult> {
  const now = services.clock();
  const asker = await services.links.find(delegate.askedBy);
  const done = await services.transaction(async (session) => {
    if (!(await services.delegates.end(delegate._id, change, session))) return false;
    if (change.declinedAt) await services.links.revokeOfDelegate(delegate._id, now, session);
    await note(services, seat, { event }, delegate, session);
    if (asker?.contact)
      await services.messages.enqueue(
        {
          // Finishing twice is told once.
          key: `${event}:${delegate._id}`,
          template: 'delegation-news',
          round: seat.round._id,
          invitation: seat.invitation._id,
          contact: asker.contact,
          about: { delegate: delegate._id },
          priority: 0,
        },
        now,
        session,
      );
    return true;
  });
  return done ? { ok: true } : { ok: false, reason: 'over' };
}

const note = (
  { audit, clock }: Services,
  seat: Seat,
  { event }: Pick<AuditEvent, 'event'>,
  delegate: Delegate,
  session: Session,
) =>
  audit.record(
    {
      actor: { kind: 'link', id: seat.link._id },
      event,
      subject: { kind: 'delegate', id: delegate._id },
      details: { invitation: delegate.invitation, sections: delegate.sections },
    },
    clock(),
    session,
  );

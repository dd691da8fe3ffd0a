/** A person says that another should answer; the secretariat confirms or dismisses it. The draft stays in any case. */
import type { Actor } from '../audit/event.ts';
import { newId, unlessTaken } from '../db/record.ts';
import type { Round } from '../rounds/round.ts';
import type { Services, Session } from '../services.ts';
import type { Invitation, Link } from './invitation.ts';
import { invitationMail } from './invite.ts';
import type { Named, Referral } from './referral.ts';

/** Null when the person has said so already and nobody has answered yet. */
export async function refer(
  services: Services,
  of: { invitation: Invitation; link: Link },
  said: { named: Named | null; note: string },
): Promise<Referral | null> {
  const { invitation, link } = of;
  const referral: Referral = {
    _id: newId(),
    round: invitation.round,
    invitation: invitation._id,
    link: link._id,
    contact: link.contact,
    by: byOf(link),
    ...said,
    askedAt: services.clock(),
    status: 'open',
    made: null,
    decidedAt: null,
  };
  const made = await unlessTaken(() =>
    services.transaction(async (session) => {
      await services.referrals.insert(referral, session);
      await note(services, { kind: 'link', id: link._id }, 'made', referral, {}, session);
    }),
  );
  return made ? referral : null;
}

/** Contact or else link, and the invitation: a person may speak for several. */
export const byOf = (link: Pick<Link, '_id' | 'contact' | 'invitation'>): string =>
  `${link.contact ?? link._id} ${link.invitation}`;

/** False when it has been answered, or is not this person's. */
export async function withdrawReferral(
  services: Services,
  link: Link,
  id: string,
): Promise<boolean> {
  const referral = await services.referrals.find(id);
  if (referral?.by !== byOf(link)) return false;
  return services.transaction(async (session) => {
    if (!(await services.referrals.end(id, { status: 'withdrawn' }, session))) return false;
    await note(services, { kind: 'link', id: link._id }, 'withdrawn', referral, {}, session);
    return true;
  });
}

/**
 * Makes the named person a contact of the State and invites them by mail. The links of the one who spoke are ended only
 * when that is wished; then no more mail goes to them either, since each would carry a new link.
 * @returns false when it was withdrawn or answered meanwhile
 */
export function confirmReferral(
  services: Services,
  of: { round: Round; invitation: Invitation; referral: Referral },
  { endLinks }: { endLinks: boolean },
  actor: Actor,
): Promise<boolean> {
  const { round, invitation, referral } = of;
  const now = services.clock();
  return services.transaction(async (session) => {
    const contact =
      referral.named &&
      (await services.contacts.add(
        { state: invitation.state, audience: invitation.audience, ...referral.named },
        session,
      ));
    const change = { status: 'confirmed', made: contact?._id ?? null, decidedAt: now } as const;
    if (!(await services.referrals.end(referral._id, change, session))) return false;
    let links = 0;
    if (endLinks) {
      const whose = referral.contact ? { contact: referral.contact } : { _id: referral.link };
      links = await services.links.revokeOf(invitation._id, whose, now, session);
      if (referral.contact)
        await services.invitations.release(invitation._id, referral.contact, session);
    }
    if (contact) {
      await services.invitations.take(invitation._id, contact._id, session);
      const mail = { ...invitationMail(round, invitation, contact, now), priority: 0 };
      // Somebody who was invited before, and is named now, is invited once more.
      if (!(await services.messages.enqueue(mail, now, session))) {
        const key = `${mail.key}:${referral._id}`;
        await services.messages.enqueue({ ...mail, key }, now, session);
      }
    }
    await note(services, actor, 'confirmed', referral, { contact: contact?._id, links }, session);
    return true;
  });
}

/** False when it was withdrawn or answered meanwhile. */
export const dismissReferral = (
  services: Services,
  referral: Referral,
  actor: Actor,
): Promise<boolean> =>
  services.transaction(async (session) => {
    const change = { status: 'dismissed', decidedAt: services.clock() } as const;
    if (!(await services.referrals.end(referral._id, change, session))) return false;
    await note(services, actor, 'dismissed', referral, {}, session);
    return true;
  });

const EVENTS = {
  made: { event: 'referral.made' },
  withdrawn: { event: 'referral.withdrawn' },
  confirmed: { event: 'referral.confirmed' },
  dismissed: { event: 'referral.dismissed' },
} as const;

const note = (
  services: Services,
  actor: Actor,
  what: keyof typeof EVENTS,
  referral: Referral,
  details: Record<string, unknown>,
  session: Session,
) =>
  services.audit.record(
    {
      actor,
      ...EVENTS[what],
      subject: { kind: 'invitation', id: referral.invitation },
      details: { referral: referral._id, ...details },
    },
    services.clock(),
    session,
  );

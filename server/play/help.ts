/** What the secretariat does for one State: its mail once more, new links for old ones, a note that it declines. */
import type { Actor, AuditEvent } from '../audit/event.ts';
import { contactsAsked } from '../invitations/asked.ts';
import type { Invitation } from '../invitations/invitation.ts';
import { invitationMail } from '../invitations/invite.ts';
import type { Round } from '../rounds/round.ts';
import type { Services, Session } from '../services.ts';

type Of = { round: Round; invitation: Invitation };

/**
 * Queues the invitation once more, for one contact or for all who are asked. Each mail carries a new link; earlier ones
 * stay valid.
 * @returns how many mails were queued; 0 when the contact is not asked (any more)
 */
export const inviteAgain = (
  services: Services,
  of: Of,
  only: string | null,
  actor: Actor,
): Promise<number> =>
  services.transaction(async (session) => {
    const enqueued = await queueAgain(services, of, only, session);
    await note(
      { event: 'invitation.queued-again', details: { enqueued } },
      services,
      of,
      actor,
      session,
    );
    return enqueued;
  });

/** Ends every link of the State, of colleagues too, and queues new ones. The draft stays. Returns how many mails. */
export const reissueLinks = (services: Services, of: Of, actor: Actor): Promise<number> =>
  services.transaction(async (session) => {
    const links = await services.links.revoke(of.invitation._id, services.clock(), session);
    const enqueued = await queueAgain(services, of, null, session);
    await note(
      { event: 'links.reissued', details: { links, enqueued } },
      services,
      of,
      actor,
      session,
    );
    return enqueued;
  });

/** From here on it is not reminded; its links stay, so that it may still answer. @param reason null takes it back */
export const noteDeclined = (
  services: Services,
  of: Of,
  reason: string | null,
  actor: Actor,
): Promise<void> =>
  services.transaction(async (session) => {
    const declined = reason === null ? null : { at: services.clock(), reason };
    await services.invitations.decline(of.invitation._id, declined, session);
    const what = declined
      ? { event: 'invitation.declined' }
      : { event: 'invitation.declined-undone' };
    await note(what, services, of, actor, session);
  });

async function queueAgain(
  services: Services,
  { round, invitation }: Of,
  only: string | null,
  session: Session,
): Promise<number> {
  const now = services.clock();
  const contacts = (await contactsAsked(services, invitation)).filter(
    ({ _id }) => only === null || _id === only,
  );
  const sent = await services.messages.ofInvitation(invitation._id);
  let enqueued = 0;
  for (const contact of contacts) {
    const mail = { ...invitationMail(round, invitation, contact, now), priority: 0 };
    const before = sent.filter(
      (one) => one.contact === contact._id && one.template === 'invitation',
    );
    // One that still waits to go out is that mail.
    if (before.some((one) => one.status === 'queued')) continue;
    const key = before.length === 0 ? mail.key : `${mail.key}:again-${before.length}`;
    if (await services.messages.enqueue({ ...mail, key }, now, session)) enqueued += 1;
  }
  return enqueued;
}

const note = (
  what: Pick<AuditEvent, 'event' | 'details'>,
  services: Services,
  { invitation }: Of,
  actor: Actor,
  session: Session,
) =>
  services.audit.record(
    { actor, subject: { kind: 'invitation', id: invitation._id }, ...what },
    services.clock(),
    session,
  );

/** Somebody lost the link: a fresh one goes to the address if it is a known one, and nobody is told whether it is. */
import type { Actor } from '../audit/event.ts';
import type { Services } from '../services.ts';
import { whyNoMail } from './asked.ts';

/** Nobody knows who asks. */
const LOST_PAGE: Actor = { kind: 'system', id: 'lost-link' };

/** For each person and invitation one mail in this time, however often it is asked for. */
const LOST_LINK_MINUTES = 15;

/**
 * Queues a mail with a fresh link to each invitation of an open round for which the address speaks.
 * @returns how many were queued, which the asker must not learn
 */
export async function mailLostLinks(services: Services, email: string): Promise<number> {
  const [contacts, rounds] = await Promise.all([
    services.contacts.byAddress(email),
    services.rounds.all(),
  ]);
  let queued = 0;
  for (const round of rounds.filter((one) => one.status === 'open'))
    for (const contact of contacts) {
      const { state, audience } = contact;
      const invitation = await services.invitations.ofState(round._id, state, audience);
      if (!invitation || whyNoMail(invitation, contact)) continue;
      if (await mailOne(services, { round: round._id, invitation: invitation._id }, contact._id))
        queued += 1;
    }
  return queued;
}

async function mailOne(
  services: Services,
  of: { round: string; invitation: string },
  contact: string,
): Promise<boolean> {
  const now = services.clock();
  const past = await services.messages.lostLinks({ ...of, contact });
  const since = now.getTime() - (past.last?.getTime() ?? 0);
  if (since < LOST_LINK_MINUTES * 60_000) return false;
  return services.transaction(async (session) => {
    // Two that ask at once count alike, so their mails have one key and are one.
    const mail = {
      key: `lost-link:${of.invitation}:${contact}:${past.count + 1}`,
      template: 'lost-link' as const,
      ...of,
      contact,
      about: {},
      priority: 0,
    };
    if (!(await services.messages.enqueue(mail, now, session))) return false;
    await services.audit.record(
      {
        actor: LOST_PAGE,
        event: 'link.mailed-again',
        subject: { kind: 'invitation', id: of.invitation },
        details: { contact },
      },
      now,
      session,
    );
    return true;
  });
}

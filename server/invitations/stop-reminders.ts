/** "No more reminders": the address in a reminder, which needs no account and holds no personal link, and its effect. */
import type { Actor } from '../audit/event.ts';
import type { Services } from '../services.ts';

const PURPOSE = 'no-more-reminders';
/** Nobody signs in to it; the address says for whom it is. */
const BY_ADDRESS: Actor = { kind: 'system', id: 'no-more-reminders' };

type Of = { invitation: string; contact: string };

const subjectOf = ({ invitation, contact }: Of) => `${invitation} ${contact}`;

export const stopAddress = ({ secrets, config }: Services, of: Of): string =>
  `${config.publicUrl}/reminders/stop/${of.invitation}/${of.contact}/${secrets.sign(PURPOSE, subjectOf(of))}`;

export const isStopAddress = ({ secrets }: Services, of: Of, signature: string): boolean =>
  secrets.verify(PURPOSE, subjectOf(of), signature);

/** Ends reminders to a person in this round; the invitation and all other mail stay. False when it was so before. */
export const stopReminders = (services: Services, of: Of): Promise<boolean> =>
  services.transaction(async (session) => {
    const now = services.clock();
    if (!(await services.invitations.stopReminders(of.invitation, of.contact, now, session)))
      return false;
    await services.audit.record(
      {
        actor: BY_ADDRESS,
        event: 'reminders.stopped',
        subject: { kind: 'invitation', id: of.invitation },
        details: { contact: of.contact },
      },
      now,
      session,
    );
    return true;
  });

/** An administrator lets a person be reminded again. False when nothing stood in the way. */
export const allowReminders = (services: Services, of: Of, actor: Actor): Promise<boolean> =>
  services.transaction(async (session) => {
    if (!(await services.invitations.allowReminders(of.invitation, of.contact, session)))
      return false;
    await services.audit.record(
      {
        actor,
        event: 'reminders.allowed',
        subject: { kind: 'invitation', id: of.invitation },
        details: { contact: of.contact },
      },
      services.clock(),
      session,
    );
    return true;
  });

/** Who is asked for a State in an audience of a round. */
import type { Services } from '../services.ts';
import { type Contact, whyUnreachable } from '../states/state.ts';
import { type Invitation, isAsked } from './invitation.ts';

/** Of the register as it is now, without those who said that they are not the right person. */
export const contactsAsked = async (
  { contacts }: Pick<Services, 'contacts'>,
  invitation: Pick<Invitation, 'state' | 'audience' | 'released'>,
): Promise<Contact[]> =>
  (await contacts.of(invitation.state, invitation.audience)).filter((contact) =>
    isAsked(invitation, contact._id),
  );

/** Why a contact gets no mail about an invitation, as the last word on a mail that was queued; null when mail may go. */
export function whyNoMail(
  invitation: Pick<Invitation, 'released'>,
  contact: Contact,
): string | null {
  if (contact.archived) return 'the contact was removed from the register';
  if (!isAsked(invitation, contact._id)) return 'the contact is not the right person';
  return whyUnreachable(contact);
}

/** What a receipt's mail holds besides: the submission that it is of, its receipt as text, and a copy of the answers. */
import type { Invitation } from '../invitations/invitation.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { askedOf, receiptOf } from '../responses/receipt.ts';
import { type CopiedSection, copyOf } from '../responses/receipt-copy.ts';
import type { Submission } from '../responses/response.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import type { Contact } from '../states/state.ts';
import type { Voice } from '../texts.ts';
import type { Message } from './message.ts';

export type ReceiptParts = { submission: Submission; block: string; copy: CopiedSection[] };

/** Of the revision that the message is about, also when the State has submitted again; null when it is gone. */
export async function receiptParts(
  { responses }: Pick<Services, 'responses'>,
  message: Pick<Message, 'about'>,
  of: { invitation: Invitation; contact: Contact; round: Round; questionnaire: Questionnaire },
  voice: Voice,
): Promise<ReceiptParts | null> {
  const { invitation, contact, round, questionnaire } = of;
  const revision = Number(message.about['revision']);
  const submission = await responses.findRevisionOf(invitation._id, revision);
  if (!submission) return null;
  // The answers go to an address that was invited to give them, and nowhere else.
  const invited = contact.state === invitation.state && contact.audience === invitation.audience;
  return {
    submission,
    block: receiptOf(askedOf(invitation, round), submission),
    copy: invited ? copyOf(questionnaire, invitation.audience, submission, voice) : [],
  };
}

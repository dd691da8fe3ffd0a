/** The person and the State that a mail about a round is for, as they are at the moment of sending. */
import { whyNoMail } from '../invitations/asked.ts';
import type { Invitation } from '../invitations/invitation.ts';
import type { Edition } from '../questionnaire/catalogue.ts';
import type { Response } from '../responses/response.ts';
import { roundFor } from '../rounds/deadline.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { type Contact, languageOfContact, type State } from '../states/state.ts';
import type { Voice } from '../texts.ts';
import type { Message } from './message.ts';
import { voiceFor } from './round-context.ts';

export type About = {
  contact: Contact;
  invitation: Invitation;
  /** With its own deadline. */
  plan: Round;
  /** With the deadline that counts for the invitation. */
  round: Round;
  state: State;
  response: Response;
  edition: Edition;
  voice: Voice;
};

/** Or why the mail is not wanted any more. */
export async function aboutOf(
  services: Services,
  message: Pick<Message, 'contact' | 'invitation'>,
): Promise<About | string> {
  const [contact, invitation] = await Promise.all([
    services.contacts.find(message.contact ?? ''),
    services.invitations.find(message.invitation ?? ''),
  ]);
  if (!contact || !invitation) return 'the contact or the invitation is gone';
  const no = whyNoMail(invitation, contact);
  if (no) return no;
  const [plan, state, response] = await Promise.all([
    services.rounds.find(invitation.round),
    services.states.find(invitation.state),
    services.responses.find(invitation._id),
  ]);
  if (!plan || !state || !response) return 'the round, the State or the response is gone';
  const edition = await services.catalogue.find(plan.questionnaire);
  if (!edition) return 'the questionnaire is gone';
  const voice = voiceFor(edition, languageOfContact(contact));
  const round = roundFor(plan, invitation);
  return { contact, invitation, plan, round, state, response, edition, voice };
}

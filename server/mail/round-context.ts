/** What every mail about a round says: for which State, of which questionnaire, and until when. Pure. */
import type { Invitation } from '../invitations/invitation.ts';
import { mailLanguage } from '../invitations/roll.ts';
import type { Edition } from '../questionnaire/catalogue.ts';
import { deadlineText } from '../rounds/deadline.ts';
import type { Round } from '../rounds/round.ts';
import { nameIn, type State } from '../states/state.ts';
import { type Voice, voiceOf } from '../texts.ts';

/** The language of the reader, or English where the questionnaire does not have it. */
export const voiceFor = (edition: Edition, language: string): Voice =>
  voiceOf(mailLanguage(edition, language));

export function roundContext(
  of: {
    /** With the deadline that counts for the invitation. */
    round: Round;
    state: State;
    invitation: Pick<Invitation, 'audience'>;
    edition: Edition;
    /** Where the reader is; null for the State's capital. */
    contact: { zone: string | null } | null;
  },
  publicUrl: string,
  voice: Voice,
) {
  const { round, state, invitation, edition, contact } = of;
  const { title, plan, sender, audiences } = edition.in(voice.language).definition;
  return {
    state: nameIn(state, voice.language),
    title,
    plan,
    sender,
    audience: audiences.find(({ id }) => id === invitation.audience)?.short ?? '',
    deadline: deadlineText(round, state, contact, voice),
    lost: `${publicUrl}/r/lost`,
    host: new URL(publicUrl).host,
    demonstration: round.demonstration,
  };
}

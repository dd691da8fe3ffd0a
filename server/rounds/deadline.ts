/** The deadline of one invitation: the round's own, or the extension that was granted; and how it is said in words. */
import type { Invitation } from '../invitations/invitation.ts';
import type { State } from '../states/state.ts';
import type { Voice } from '../texts.ts';
import type { Round } from './round.ts';

/** The one place that says until when a State may answer. An extension never takes time away. */
export const deadlineOf = (
  round: Pick<Round, 'closesAt'>,
  invitation: Pick<Invitation, 'closesAt'>,
): Date =>
  invitation.closesAt && invitation.closesAt > round.closesAt
    ? invitation.closesAt
    : round.closesAt;

/** The round as one invitation has it, with the deadline that counts for it: what is shown and what decides on writing. */
export const roundFor = (round: Round, invitation: Pick<Invitation, 'closesAt'>): Round => ({
  ...round,
  closesAt: deadlineOf(round, invitation),
});

/** In the time of the State's capital (or of the contact) and in the time of the round. */
export function deadlineText(
  round: Pick<Round, 'closesAt' | 'zone'>,
  state: Pick<State, 'zone'>,
  contact: { zone: string | null } | null,
  voice: Voice,
): string {
  const { closesAt } = round;
  const here = contact?.zone ?? state.zone;
  const there = voice.dateTime(closesAt, here);
  if (there === voice.dateTime(closesAt, round.zone))
    return voice.t('deadline.one', { when: there, zone: voice.zoneName(closesAt, round.zone) });
  const sameDay = voice.date(closesAt, here) === voice.date(closesAt, round.zone);
  return voice.t('deadline.two', {
    when: there,
    zone: voice.zoneName(closesAt, here),
    other: sameDay ? voice.time(closesAt, round.zone) : voice.dateTime(closesAt, round.zone),
    otherZone: voice.zoneName(closesAt, round.zone),
  });
}

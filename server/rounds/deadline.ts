/** The deadline in words, in the time of the State's capital (or of the contact) and in the time of the round. */
import type { State } from '../states/state.ts';
import type { Voice } from '../texts.ts';
import type { Round } from './round.ts';

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

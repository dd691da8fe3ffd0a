/** What waits for the secretariat in a round: what respondents asked for, and whom mail does not reach. */
import { deadlineOf, deadlineText } from '../rounds/deadline.ts';
import { fieldTime, LONGEST_WORDS } from '../rounds/extension.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { nameIn } from '../states/state.ts';
import { LANGUAGE_NAMES, type Voice } from '../texts.ts';
import { unreachableOf } from './unreachable.ts';

/** An answer that was refused: whose form it was, what was typed, and what is wrong at which field. */
export type FailedAnswer = {
  id: string;
  until: string;
  word: string;
  problem: { field: 'until' | 'word'; code: string };
};

export async function requestsOf(
  services: Services,
  round: Round,
  voice: Voice,
  failed: FailedAnswer | null,
) {
  const [unreachable, readings, extensions, referrals, invitations, states, contacts] =
    await Promise.all([
      unreachableOf(services, round, voice),
      services.bounces.readings(),
      services.extensions.openOfRound(round._id),
      services.referrals.openOfRound(round._id),
      services.invitations.ofRound(round._id),
      services.states.all(),
      services.contacts.everyone(),
    ]);
  const place = (of: { invitation: string; contact: string | null; askedAt: Date }) => {
    const invitation = invitations.find((one) => one._id === of.invitation);
    const state = states.find((one) => one._id === invitation?.state);
    const contact = contacts.find((one) => one._id === of.contact) ?? null;
    const words = (closesAt: Date) =>
      state ? deadlineText({ closesAt, zone: round.zone }, state, contact, voice) : '';
    const when = voice.dateTime(of.askedAt, round.zone);
    return {
      state: state ? nameIn(state, voice.language) : (invitation?.state ?? ''),
      audience: invitation?.audience ?? '',
      name: contact?.name ?? '',
      by: contact
        ? voice.t('requests.by', { name: contact.name, when })
        : voice.t('requests.byLink', { when }),
      present: invitation ? words(deadlineOf(round, invitation)) : '',
      words,
    };
  };
  const problemText = ({ code }: FailedAnswer['problem']) =>
    voice.t(`requests.problem.${code}`, {
      deadline: voice.dateTime(round.closesAt, round.zone),
      max: voice.number(LONGEST_WORDS),
    });
  return {
    unreachable,
    /** Since when bounces cannot be read; "" while they can. */
    unreadSince:
      readings
        .filter(({ failingSince }) => failingSince !== null)
        .map(({ failingSince }) => voice.dateTime(failingSince ?? new Date(0), round.zone))[0] ??
      '',
    extensions: extensions.map((one) => {
      const { words, ...rest } = place(one);
      const mine = failed?.id === one._id ? failed : null;
      return {
        ...rest,
        id: one._id,
        wanted: words(one.wanted),
        reason: one.reason,
        until: mine?.until ?? fieldTime(one.wanted, round.zone),
        word: mine?.word ?? '',
        problem: mine && { field: mine.problem.field, text: problemText(mine.problem) },
      };
    }),
    referrals: referrals.map((one) => {
      const { words: _deadline, ...rest } = place(one);
      const named = one.named && { ...one.named, language: LANGUAGE_NAMES[one.named.language] };
      return { ...rest, id: one._id, named, note: one.note };
    }),
  };
}

/** One State for the secretariat: where it is, who speaks for it, every mail and what became of it, and what can be done. */
import type { AuditRow } from '../audit/event.ts';
import type { Message } from '../mail/message.ts';
import type { Edition } from '../questionnaire/catalogue.ts';
import { deadlineOf, deadlineText } from '../rounds/deadline.ts';
import { fieldTime } from '../rounds/extension.ts';
import type { Round } from '../rounds/round.ts';
import { languageOfContact, nameIn } from '../states/state.ts';
import { LANGUAGE_NAMES, type Voice } from '../texts.ts';
import type { Player } from './read.ts';

export type StateForms = {
  /** A link that was made just now, shown this once. */
  made?: string;
  /** What was done: a key under `play.done`, with how many mails were queued. */
  done?: { what: string; count: number } | null;
  until?: string;
  reason?: string;
  problem?: { field: 'until' | 'reason'; text: string } | null;
};

/** @param actorName who did what, by the row of the audit */
export function stateHelpPage(
  player: Player,
  of: {
    round: Round;
    edition: Edition;
    messages: Message[];
    history: AuditRow[];
    actorName: (row: AuditRow) => string;
    /** Whom a mail went to, also somebody who has been removed since. */
    to: (message: Message) => { name: string };
  },
  { made = '', done = null, until, reason = '', problem = null }: StateForms,
  voice: Voice,
) {
  const { round, edition, messages, history, actorName, to } = of;
  const { state, audience, invitation, contacts } = player;
  const when = (at: Date) => voice.dateTime(at, round.zone);
  const deadline = invitation ? deadlineOf(round, invitation) : round.closesAt;
  return {
    round,
    state: nameIn(state, voice.language),
    stateKey: state._id,
    audienceKey: audience,
    audience:
      edition.in(voice.language).definition.audiences.find(({ id }) => id === audience)?.label ??
      '',
    base: `/admin/rounds/${round._id}/states/${state._id}/${audience}`,
    status: voice.t(`play.status.${player.status}`),
    progress: player.progress ? voice.t('landing.answered', player.progress) : '',
    next: voice.t(`play.step.${player.next}`),
    deadline: deadlineText({ closesAt: deadline, zone: round.zone }, state, null, voice),
    isExtended: player.extendedTo !== null,
    invited: invitation !== null,
    mailable: invitation !== null && round.status === 'open',
    declined: invitation?.declined
      ? { when: when(invitation.declined.at), reason: invitation.declined.reason }
      : null,
    waiting: player.waiting,
    contacts: contacts.map((contact) => ({
      id: contact._id,
      name: contact.name,
      post: contact.post,
      email: contact.email,
      language: LANGUAGE_NAMES[languageOfContact(contact)],
    })),
    messages: messages.map((message) => ({
      id: message._id,
      when: when(message.endedAt ?? message.createdAt),
      to: to(message).name,
      template: voice.t(`outbox.template.${message.template}`),
      status: voice.t(`outbox.status.${message.status}`),
      reply: message.reply ?? '',
    })),
    history: history.map((row) => ({
      when: when(row.at),
      who: actorName(row),
      event: row.event,
    })),
    made,
    done: done ? voice.t(`play.done.${done.what}`, { count: done.count }) : '',
    until: until ?? fieldTime(deadline, round.zone),
    reason,
    problem,
  };
}

/**
 * Who gets a mail and who does not, and why: one function decides it for every kind, when a mailing is made and again when
 * each mail is sent. Pure.
 */
import type { ResponseStatus } from '../responses/response.ts';
import { roundFor } from '../rounds/deadline.ts';
import { mayWrite, type Round } from '../rounds/round.ts';
import { type Contact, isMember, type State, whyUnreachable } from '../states/state.ts';
import { type Invitation, isAsked, remindersStopped } from './invitation.ts';
import type { MailingKind, MailingTemplate } from './mailing-kind.ts';

/** What was queued for a person before: how many, and of those not cancelled when each went out or will. */
type Queued = { count: number; times: Date[] };
export type Past = { invitation: Queued; reminder: Queued; thanks: Queued };

const NONE: Queued = { count: 0, times: [] };
export const NO_PAST: Past = { invitation: NONE, reminder: NONE, thanks: NONE };

export type Person = {
  state: State;
  audience: string;
  contact: Contact;
  /** Null for one whose State was not asked yet. */
  invitation: Invitation | null;
  status: ResponseStatus;
  /** Of the mail: the person's own, or English where the questionnaire lacks it. */
  language: string;
  past: Past;
};

/** What a person hears of it: `skipped` in a selection, `cancelled` as the last word on a mail that was queued. */
const REASON_WORDS = {
  'no-contact': { skipped: 'no contact', cancelled: 'the contact is gone' },
  released: { skipped: 'not the right person', cancelled: 'the contact is not the right person' },
  bounced: { skipped: 'mail cannot be delivered', cancelled: 'mail to the contact came back' },
  invited: { skipped: 'invited already', cancelled: 'the contact was invited already' },
  submitted: { skipped: 'submitted', cancelled: 'the State has submitted' },
  started: { skipped: 'has a draft', cancelled: 'the State has started' },
  'not-started': { skipped: 'not started', cancelled: 'the State has not started' },
  'not-submitted': { skipped: 'not submitted', cancelled: 'the State has not submitted' },
  deadline: { skipped: 'the deadline has passed', cancelled: 'answers are not taken now' },
  early: { skipped: 'answers are not taken yet', cancelled: 'answers are not taken now' },
  closed: { skipped: 'answers are not taken', cancelled: 'answers are not taken now' },
  'not-near': {
    skipped: 'the deadline is not near',
    cancelled: 'the deadline is not near any more',
  },
  stopped: { skipped: 'asked for no more reminders', cancelled: 'asked for no more reminders' },
  declined: { skipped: 'the State declines', cancelled: 'the State declines' },
  reminded: { skipped: 'reminded within a day', cancelled: 'reminded lately' },
  enough: { skipped: 'reminded often enough', cancelled: 'reminded often enough' },
  thanked: { skipped: 'thanked already', cancelled: 'thanked already' },
} as const;
export type Reason = keyof typeof REASON_WORDS;
export const reasonWords = (reason: Reason, as: 'skipped' | 'cancelled'): string =>
  REASON_WORDS[reason][as];

/** How often a person may be reminded: hours since the last one, and how many in all. */
export type Limits = { gapHours: number; most: number };
/** Of reminders by hand: nobody gets two on one day, and how many is left to who sends them. */
export const BY_HAND: Limits = { gapHours: 20, most: Number.POSITIVE_INFINITY };

/** "Deadline tomorrow" goes out in the last two days, so that it holds in every time zone. */
const NEAR_HOURS = 48;
const HOUR_MS = 3_600_000;

/** The text for a person in a mailing of a kind. */
export const templateFor = (kind: MailingKind, person: Pick<Person, 'status'>): MailingTemplate => {
  if (kind !== 'reminder') return kind;
  return person.status === 'not_started' ? 'reminder-not-started' : 'reminder-draft';
};

/**
 * Why a person gets no mail of this kind; null when they do.
 * @param round with its own deadline
 * @param at when the mail would go out
 * @param limits null where what was queued before does not matter, since this mail is in the queue itself
 */
export function refusal(
  template: MailingTemplate,
  person: Pick<Person, 'contact' | 'invitation' | 'status' | 'past'>,
  round: Round,
  at: Date,
  limits: Limits | null,
): Reason | null {
  const { contact, invitation, status, past } = person;
  if (invitation && !isAsked(invitation, contact._id)) return 'released';
  if (whyUnreachable(contact)) return 'bounced';
  const submitted = status === 'submitted' || status === 'reopened';
  if (template === 'message' || template === 'clarification') return null;
  if (template === 'thanks') {
    if (!submitted) return 'not-submitted';
    return limits && past.thanks.times.length > 0 ? 'thanked' : null;
  }
  const closed = whyNoAnswers(invitation, round, at);
  if (template === 'invitation') {
    if (limits && past.invitation.times.length > 0) return 'invited';
    // It can be queued before the opening, and waits for it.
    return closed === 'early' && limits ? null : closed;
  }
  if (submitted) return 'submitted';
  if (template === 'reminder-not-started' && status !== 'not_started') return 'started';
  if (template === 'reminder-draft' && status !== 'draft') return 'not-started';
  if (closed) return closed;
  if (invitation && remindersStopped(invitation, contact._id)) return 'stopped';
  if (invitation?.declined) return 'declined';
  if (template === 'deadline-tomorrow' && hoursLeft(invitation, round, at) > NEAR_HOURS)
    return 'not-near';
  return limits && tooOften(past.reminder, at, limits);
}

const WHY = { planned: 'closed', notYet: 'early', closed: 'closed', deadline: 'deadline' } as const;

function whyNoAnswers(invitation: Invitation | null, round: Round, at: Date): Reason | null {
  const writing = mayWrite(roundFor(round, invitation ?? { closesAt: null }), at);
  return writing.ok ? null : WHY[writing.reason];
}

const hoursLeft = (invitation: Invitation | null, round: Round, at: Date): number =>
  (roundFor(round, invitation ?? { closesAt: null }).closesAt.getTime() - at.getTime()) / HOUR_MS;

/** One that is scheduled stands in the way as one that has gone does. */
function tooOften({ times }: Queued, at: Date, { gapHours, most }: Limits): Reason | null {
  const near = (time: Date) => Math.abs(at.getTime() - time.getTime()) < gapHours * HOUR_MS;
  if (times.some(near)) return 'reminded';
  return times.length >= most ? 'enough' : null;
}

/** Which of a round's people a mailing is for; null and an empty list leave all in. */
export type Criteria = {
  audience: string | null;
  region: string | null;
  group: string | null;
  status: 'not_started' | 'draft' | 'submitted' | null;
  /** Ticked by hand, each "State audience"; empty for all. */
  places: string[];
};
export const EVERYBODY: Criteria = {
  audience: null,
  region: null,
  group: null,
  status: null,
  places: [],
};

export const placeOf = (of: { state: string; audience: string }): string =>
  `${of.state} ${of.audience}`;

/** @param date the reference date, at which groups are looked up */
export function isMeant(
  criteria: Criteria,
  place: { state: State; audience: string; status: ResponseStatus },
  date: string,
): boolean {
  const { state, audience } = place;
  const status = place.status === 'reopened' ? 'submitted' : place.status;
  return (
    (criteria.audience === null || criteria.audience === audience) &&
    (criteria.region === null || criteria.region === state.region) &&
    (criteria.group === null || isMember(state, criteria.group, date)) &&
    (criteria.status === null || criteria.status === status) &&
    (criteria.places.length === 0 ||
      criteria.places.includes(placeOf({ state: state._id, audience })))
  );
}

/** How far each State is, from the wish to invite it to its submission, and what the secretariat does next. Pure. */
import type { Invitation } from '../invitations/invitation.ts';
import type { MailTemplate, MessageStatus } from '../mail/message.ts';
import type { Review } from '../responses/response.ts';
import { mayWrite, type Round } from '../rounds/round.ts';

/** From the first to the last. `failing`: refused for now, and tried again. `not_mailed`: invited, and no mail was queued. */
export const PLAY_STATUSES = [
  'not_invited',
  'not_mailed',
  'queued',
  'failing',
  'unknown',
  'bounced',
  'accepted',
  'draft',
  'declined',
  'reopened',
  'submitted',
] as const;
type PlayStatus = (typeof PLAY_STATUSES)[number];

export const NEXT_STEPS = [
  'find_contact',
  'invite',
  'other_contact',
  'decide',
  'answer',
  'remind',
  'ask_submit',
  'extend',
  'review',
  'wait',
  'none',
] as const;
type NextStep = (typeof NEXT_STEPS)[number];

export type MailFact = {
  _id: string;
  contact: string | null;
  template: MailTemplate;
  status: MessageStatus;
  /** When it ended, or was queued. */
  at: Date;
};

export type PlayFacts = {
  invitation: Pick<Invitation, '_id' | 'closesAt' | 'declined'> | null;
  /** Who is asked. `reachable`: no mail to them has come back for good. */
  contacts: { _id: string; reachable: boolean }[];
  /** About this State, the newest first. */
  mails: MailFact[];
  response: {
    startedAt: Date | null;
    savedAt: Date | null;
    submittedAt: Date | null;
    ahead: boolean;
    review: Review;
    /** Whether everything that is needed has an answer. */
    complete: boolean;
  } | null;
  /** Requests that wait for an answer of the secretariat. */
  requests: Date[];
};

/** `at`: null when there was none. */
type LastContact = { kind: 'mail' | 'save' | 'submission' | 'request'; at: Date } | null;
export type Standing = { status: PlayStatus; next: NextStep; last: LastContact };

/** A reminder sooner than this after the last mail is no help. */
const QUIET_DAYS = 5;

/** @param round with the deadline that counts for the invitation */
export function standingOf(facts: PlayFacts, round: Round, now: Date): Standing {
  const status = statusOf(facts);
  return { status, next: nextOf(status, facts, round, now), last: lastContactOf(facts) };
}

function statusOf({ invitation, response, contacts, mails }: PlayFacts): PlayStatus {
  if (!invitation) return 'not_invited';
  if (response?.submittedAt) return response.ahead ? 'reopened' : 'submitted';
  if (invitation.declined) return 'declined';
  if (response?.startedAt) return 'draft';
  return mailStatusOf(contacts, mails);
}

/** The best that became of the latest mail to each who is asked: one who has it is enough. */
function mailStatusOf(contacts: PlayFacts['contacts'], mails: MailFact[]): PlayStatus {
  const latest = contacts.map(({ _id, reachable }) => {
    const mail = mails.find((one) => one.contact === _id && one.status !== 'cancelled');
    if (!mail) return 'not_mailed';
    return reachable || mail.status === 'queued' ? mail.status : 'hard';
  });
  const any = (...statuses: string[]) => latest.some((one) => statuses.includes(one));
  if (any('accepted')) return 'accepted';
  if (any('queued', 'sending')) return 'queued';
  if (any('unknown')) return 'unknown';
  if (any('soft')) return 'failing';
  return any('hard') ? 'bounced' : 'not_mailed';
}

function nextOf(status: PlayStatus, facts: PlayFacts, round: Round, now: Date): NextStep {
  if (facts.requests.length > 0) return 'answer';
  if (round.status !== 'open') return status === 'submitted' ? reviewOf(facts) : 'none';
  switch (status) {
    case 'not_invited':
      return facts.contacts.length > 0 ? 'invite' : 'find_contact';
    case 'not_mailed':
      return facts.contacts.length > 0 ? 'invite' : 'find_contact';
    case 'bounced':
      return 'other_contact';
    case 'unknown':
      return 'decide';
    case 'submitted':
      return reviewOf(facts);
    case 'declined':
      return 'none';
    case 'queued':
    case 'failing':
      return 'wait';
  }
  if (!mayWrite(round, now).ok && now > round.closesAt) return 'extend';
  if (status === 'reopened' || facts.response?.complete) return 'ask_submit';
  const mailed = facts.mails.find((mail) => mail.status === 'accepted')?.at ?? null;
  const quiet = mailed && now.getTime() - mailed.getTime() < QUIET_DAYS * 86_400_000;
  return quiet ? 'wait' : 'remind';
}

const reviewOf = ({ response }: PlayFacts): NextStep =>
  response?.review === 'received' ? 'review' : 'none';

function lastContactOf({ mails, response, requests }: PlayFacts): LastContact {
  const mailed = mails.find((mail) => mail.status === 'accepted')?.at;
  const candidates: [NonNullable<LastContact>['kind'], Date | null | undefined][] = [
    ['mail', mailed],
    ['save', response?.savedAt],
    ['submission', response?.submittedAt],
    ['request', requests.at(-1)],
  ];
  let last: LastContact = null;
  for (const [kind, at] of candidates) if (at && (!last || at >= last.at)) last = { kind, at };
  return last;
}

/** Whether the outbox may send, and how fast: one record for all processes, and the rules that change it by itself. */
import type { Account } from '../accounts/account.ts';
import type { MailTemplate, Message, MessageStatus } from './message.ts';
import type { Pace } from './pace.ts';

export type PauseReason =
  /** Somebody pressed the button. */
  | 'person'
  /** Too many mails were refused. */
  | 'errors'
  /** The mail server refuses us: our password, our address, our sender. */
  | 'refused';

export type OutboxControl = Pace & {
  state: 'running' | 'paused';
  /** Null while it runs. */
  why: PauseReason | null;
  /** What the mail server said when it refused us, or the share of errors; null for a person's pause. */
  reply: string | null;
  /** When it came to this state; 1970 for an outbox that was never paused. */
  since: Date;
  /** Who did it; null when it paused by itself, or never was. */
  by: Account['_id'] | null;
  /** How the last mails ended, oldest first, each mail once since the last resume. */
  outcomes: MessageStatus[];
};

export const NEVER_PAUSED: OutboxControl = {
  state: 'running',
  why: null,
  reply: null,
  since: new Date(0),
  by: null,
  rate: null,
  concurrency: null,
  paidUntil: null,
  outcomes: [],
};

/** A person waits for the one and must know of the pause by the other. */
const PASSING: MailTemplate[] = ['sign-in', 'outbox-paused'];

/** The templates that may go out; null for all. A server that refuses us would refuse these as well. */
export function mayPass({ state, why }: OutboxControl): MailTemplate[] | null {
  if (state === 'running') return null;
  return why === 'refused' ? [] : PASSING;
}

export const OUTCOMES_KEPT = 50;
const FEWEST_OUTCOMES = 20;
const MOST_ERRORS = 0.2;

/** The share of errors where it is too high; null where it is not, or too few outcomes are known. */
export function tooManyErrors(outcomes: readonly MessageStatus[]): number | null {
  const last = outcomes.slice(-OUTCOMES_KEPT);
  if (last.length < FEWEST_OUTCOMES) return null;
  const share = last.filter((one) => one === 'soft' || one === 'hard').length / last.length;
  return share > MOST_ERRORS ? share : null;
}

/**
 * Whether this is the mail's first outcome since the outbox was last resumed. A mail that is refused again and again says
 * nothing new, and a few of them at the quiet end of a mailing would look like a burnt reputation.
 */
export const isFirstOutcome = (
  { attempts = [] }: Partial<Pick<Message, 'attempts'>>,
  { since }: Pick<OutboxControl, 'since'>,
): boolean => attempts.every((attempt) => attempt.at < since || attempt.outcome === 'returned');

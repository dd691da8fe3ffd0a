/** One batch of mail to a selection: for what, to whom, with which words, when; and what has become of its mails. */
import type { Actor } from '../audit/event.ts';
import type { MailingKind } from '../invitations/mailing-kind.ts';
import type { Criteria, Reason } from '../invitations/selection.ts';
import { MESSAGE_STATUSES, type MessageStatus } from './message.ts';
import type { PinnedText, TemplateName } from './template.ts';

export type Mailing = {
  _id: string;
  /** What makes the same mailing once: of the form that was confirmed, or of the step of a reminder plan. */
  key: string;
  round: string;
  kind: MailingKind;
  criteria: Criteria;
  /** The text of a message for one occasion; null for other kinds. */
  message: TemplateName | null;
  /** The words as they were when the mailing was confirmed. */
  texts: PinnedText[];
  /** The step of the reminder plan that it belongs to; null for one that a person or a script began. */
  step: string | null;
  createdBy: Actor;
  createdAt: Date;
  /** Null for at once. */
  scheduledAt: Date | null;
  /** How many got none when it was confirmed, by reason. */
  skipped: Partial<Record<Reason, number>>;
  /** What a person decided. Whether it runs or is done is told by its mails. */
  status: 'active' | 'paused' | 'cancelled';
};

export type MailingStatus = 'scheduled' | 'running' | 'paused' | 'cancelled' | 'done';
export type Outcomes = Record<MessageStatus, number>;

export const noOutcomes = (): Outcomes =>
  Object.fromEntries(MESSAGE_STATUSES.map((status) => [status, 0])) as Outcomes;

/** Mails that may still go out. */
export const waitingIn = (outcomes: Outcomes): number =>
  outcomes.queued + outcomes.soft + outcomes.sending;

/** Mails that have left, whatever became of them. */
export const goneIn = (outcomes: Outcomes): number => outcomes.accepted + outcomes.unknown;

export function mailingStatus(
  mailing: Pick<Mailing, 'status' | 'scheduledAt'>,
  outcomes: Outcomes,
  now: Date,
): MailingStatus {
  if (mailing.status === 'cancelled') return 'cancelled';
  if (waitingIn(outcomes) === 0) return 'done';
  if (mailing.status === 'paused') return 'paused';
  return mailing.scheduledAt && mailing.scheduledAt > now ? 'scheduled' : 'running';
}

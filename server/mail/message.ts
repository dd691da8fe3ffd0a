import type { MailingTemplate } from '../invitations/mailing-kind.ts';

/** One mail to one person, from the moment it is wanted to its known outcome. It holds ids, never a token or an answer. */
export type MailTemplate =
  | MailingTemplate
  /** A mail of one of these kinds to whoever prepares it, with a link that opens nothing. */
  | 'test'
  | 'receipt'
  | 'sign-in'
  | 'extension-granted'
  | 'extension-refused'
  | 'lost-link'
  | 'delegation'
  | 'delegation-news';

export type MessageStatus =
  /** Waiting for its time. */
  | 'queued'
  /** Claimed by a worker under a lease. */
  | 'sending'
  /** The server took it. */
  | 'accepted'
  /** Refused for now; it will be tried again at `nextAttemptAt`. */
  | 'soft'
  /** Refused for good. */
  | 'hard'
  /** Handed over, and then the answer was lost: a person decides. */
  | 'unknown'
  /** Not wanted any more when its turn came. */
  | 'cancelled';

export const MESSAGE_STATUSES: MessageStatus[] = [
  'queued',
  'sending',
  'accepted',
  'soft',
  'hard',
  'unknown',
  'cancelled',
];

export type Message = {
  _id: string;
  /** What makes a second enqueue of the same mail impossible. */
  key: string;
  template: MailTemplate;
  round: string | null;
  invitation: string | null;
  contact: string | null;
  account: string | null;
  /** The batch that it belongs to; null for a mail by itself. */
  mailing: string | null;
  /** What the template needs besides: the revision of a receipt, the id of a sign-in. */
  about: Record<string, string | number>;
  status: MessageStatus;
  /** 0 before 1: a sign-in does not wait behind a mailing. */
  priority: number;
  nextAttemptAt: Date;
  attempt: number;
  /** Grows with each claim; a worker whose fence is old may not record anything. */
  fence: number;
  leaseUntil: Date | null;
  handedAt: Date | null;
  /** The last word of the mail server, or why it was cancelled. */
  reply: string | null;
  endedAt: Date | null;
  createdAt: Date;
};

export type NewMessage = Pick<Message, 'key' | 'template' | 'about'> &
  Partial<
    Pick<
      Message,
      'round' | 'invitation' | 'contact' | 'account' | 'mailing' | 'priority' | 'nextAttemptAt'
    >
  >;

/** The same for every attempt, so that a resend of a doubtful mail can be told as the same mail. */
export const messageIdOf = (message: Pick<Message, '_id'>, host: string): string =>
  `<${message._id}@${host}>`;

const FIRST_RETRY_MINUTES = 5;
const RETRY_GROWTH = 1.3;
export const MOST_ATTEMPTS = 18;

/** When a mail that was refused for now is tried again: 5 minutes times 1.3 to the n, spread by up to a tenth. */
export function retryAt(attempt: number, now: Date, random: () => number): Date {
  const minutes = FIRST_RETRY_MINUTES * RETRY_GROWTH ** (attempt - 1);
  return new Date(now.getTime() + minutes * 60_000 * (1 + random() / 10));
}

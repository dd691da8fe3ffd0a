import { MAILING_TEMPLATES } from '../invitations/mailing-kind.ts';

/** One mail to one person, from the moment it is wanted to its known outcome. It holds ids, never a token or an answer. */
export const MAIL_TEMPLATES = [
  ...MAILING_TEMPLATES,
  /** A mail of one of these kinds to whoever prepares it, with a link that opens nothing. */
  'test',
  'receipt',
  'sign-in',
  'extension-granted',
  'extension-refused',
  'lost-link',
  'delegation',
  'delegation-news',
  'outbox-paused',
] as const;
export type MailTemplate = (typeof MAIL_TEMPLATES)[number];

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

/** One line of a mail's history: how an attempt ended, or what a person did. */
export type Attempt = {
  at: Date;
  /**
   * A status that the mail came to; `returned`: back into the queue, not counted as an attempt; `resent`: a person sent it
   * again; `arrived`: a person says that a doubtful mail is there; `bounced`: it came back after a server had taken it.
   */
  outcome: MessageStatus | 'returned' | 'resent' | 'arrived' | 'bounced';
  /** When the server had asked for the body in this attempt; null when it never did. */
  handedAt: Date | null;
  /** The process that worked on it, `host/pid`; null for what a person did. */
  worker: string | null;
  /** The last word of the mail server, or why. */
  reply: string | null;
  /** The account of the person; null for a worker. */
  by: string | null;
};
export const ATTEMPTS_KEPT = 30;

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
  /** Who claimed it last, `host/pid`; null before the first claim. */
  worker: string | null;
  handedAt: Date | null;
  /** The last word of the mail server, or why it was cancelled. */
  reply: string | null;
  endedAt: Date | null;
  createdAt: Date;
  /** Oldest first, the last 30. */
  attempts: Attempt[];
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

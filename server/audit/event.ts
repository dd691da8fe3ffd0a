/** What the audit trail says: who changed or took away what, and when. Ids only, no names and no answers. */
export type Actor = { kind: 'account' | 'link' | 'system'; id: string };

export type AuditEvent = {
  actor: Actor;
  /** Noun and past participle, such as `response.submitted`. */
  event: string;
  subject: { kind: string; id: string };
  details?: Record<string, unknown>;
};

export type AuditRow = AuditEvent & {
  _id: string;
  at: Date;
  /** Place in the chain from 1; null until the chainer has reached the row. */
  n: number | null;
  hash: string | null;
};

/** The command line and the workers. */
export const SYSTEM: Actor = { kind: 'system', id: 'system' };

/** The hash chain over the audit trail: h(n) = SHA-256(h(n-1) and the row), so that a change anywhere shows. Pure. */
import { createHash } from 'node:crypto';
import type { AuditRow } from './event.ts';

export const CHAIN_START = '0'.repeat(64);

/** @param previous hash of the row before, or CHAIN_START */
export function hashRow(previous: string, row: AuditRow & { n: number }): string {
  const { _id, n, at, actor, event, subject, details } = row;
  const content = canonical({
    _id,
    n,
    at: at.toISOString(),
    actor,
    event,
    subject,
    details: details ?? {},
  });
  return createHash('sha256').update(previous).update(content).digest('hex');
}

/** JSON with the keys in order, so that equal content gives equal text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner) && !(inner instanceof Date)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

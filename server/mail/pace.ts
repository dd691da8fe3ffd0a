/** How many mails all processes together may take in hand now. Pure; `claim.ts` asks and the database remembers. */

export type Pace = {
  /** Mails per minute; null for as fast as it goes. */
  rate: number | null;
  /** Mails in hand at once; null for as many as the workers have slots. */
  concurrency: number | null;
  /** Until when the mails that went out have used the rate up; null when none did. */
  paidUntil: Date | null;
};

const MINUTE_MS = 60_000;
/** Unused time does not pile up beyond this, or a quiet hour would be followed by a flood. */
const CREDIT_MS = 1000;

/** What one mail costs in time. With the credit counted in, no minute ever sees more than `rate` mails. */
const cost = (rate: number): number => (MINUTE_MS + CREDIT_MS) / rate;

/** Where the account stands: behind `now` is credit, ahead of it is debt. */
const paid = (pace: Pace, now: Date): number =>
  Math.max(pace.paidUntil?.getTime() ?? 0, now.getTime() - CREDIT_MS);

/** @param inHand mails that any process has claimed and not concluded */
export function allowance(pace: Pace, inHand: number, now: Date): number {
  const free = pace.concurrency === null ? Infinity : Math.max(0, pace.concurrency - inHand);
  if (pace.rate === null) return free;
  const left = now.getTime() - paid(pace, now);
  return Math.min(free, left < 0 ? 0 : Math.floor(left / cost(pace.rate)) + 1);
}

/** The account after so many more. */
export function paidAfter(pace: Pace, mails: number, now: Date): Date | null {
  if (pace.rate === null) return null;
  return new Date(paid(pace, now) + mails * cost(pace.rate));
}

/** Milliseconds until the rate allows one more; 0 when it does. */
export const waitFor = (pace: Pace, now: Date): number =>
  pace.rate === null ? 0 : Math.max(0, paid(pace, now) - now.getTime());

/** When a mail that was refused for now is tried again. Pure. */
import { hintedWait } from './retry-hint.ts';

const FIRST_RETRY_MINUTES = 5;
const RETRY_GROWTH = 1.3;
export const MOST_ATTEMPTS = 18;

/** So many times the server alone decides how long; eighteen short waits would be over within an hour. */
const HINTS_FOLLOWED = 5;

/**
 * 5 minutes times 1.3 to the n, or what the server's reply asks for; spread by up to a tenth, so that mails that were
 * refused together do not come back together. Never before the time that the server named.
 */
export function retryAt(
  attempt: number,
  reply: string | null,
  now: Date,
  random: () => number,
): Date {
  const usual = FIRST_RETRY_MINUTES * RETRY_GROWTH ** (attempt - 1) * 60_000;
  const hinted = hintedWait(reply ?? '');
  const wait =
    hinted === null ? usual : attempt <= HINTS_FOLLOWED ? hinted : Math.max(hinted, usual);
  return new Date(now.getTime() + wait * (1 + random() / 10));
}

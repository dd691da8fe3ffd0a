/** Takes mails in hand, as many as pause, rate and concurrency allow all processes together. */
import type { Services } from '../services.ts';
import { mayPass } from './control.ts';
import type { Message } from './message.ts';
import { allowance, paidAfter, waitFor } from './pace.ts';

/** `wait`: milliseconds after which more can be had; null when nothing is due, or nothing may go. */
export type Claim = { messages: Message[]; wait: number | null };

/** Another worker holds what there is room for; it may be done any moment. */
const FULL_MS = 50;

export async function claimDue(
  services: Services,
  of: { worker: string; leaseMs: number; most: number; skip: string[] },
): Promise<Claim> {
  const { messages, outbox, clock } = services;
  const seen = await outbox.current();
  const only = mayPass(seen);
  if (only?.length === 0) return { messages: [], wait: null };
  const now = clock();
  const wanted = { ...of, now, only, leaseUntil: new Date(now.getTime() + of.leaseMs) };
  if (seen.rate === null && seen.concurrency === null) {
    const claimed = await messages.claim(wanted);
    return { messages: claimed.messages, wait: claimed.missed ? 0 : null };
  }
  // Of two workers that count and take at the same time, the second one starts anew and counts what the first one took.
  return services.transaction(async (session) => {
    const pace = await outbox.read(session);
    const most = Math.min(of.most, allowance(pace, await messages.inHand(now, session), now));
    if (most === 0) {
      const due = await messages.isDue(wanted, session);
      return { messages: [], wait: due ? Math.max(FULL_MS, waitFor(pace, now)) : null };
    }
    const claimed = await messages.claim({ ...wanted, most }, session);
    const taken = claimed.messages.length;
    if (taken > 0) await outbox.spend(paidAfter(pace, taken, now), session);
    return { messages: claimed.messages, wait: claimed.missed ? 0 : null };
  });
}

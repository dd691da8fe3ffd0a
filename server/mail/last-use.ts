/** Until when a mail is of use, and what becomes of one that was refused for now. */
import { deadlineOf } from '../rounds/deadline.ts';
import type { Services } from '../services.ts';
import type { MailTemplate, Message } from './message.ts';
import { MOST_ATTEMPTS, retryAt } from './retry.ts';
import type { Outcome } from './work-store.ts';

/** Of use whenever they arrive. */
const ALWAYS: MailTemplate[] = [
  'receipt',
  'thanks',
  'message',
  'clarification',
  'test',
  'extension-refused',
  'lost-link',
  'delegation-news',
  'outbox-paused',
];

/** Null when it is always of use. */
async function lastUseOf(services: Services, message: Message): Promise<Date | null> {
  const { template, about, round, invitation } = message;
  if (template === 'sign-in') return services.accounts.signInExpiry(String(about['signIn']));
  if (ALWAYS.includes(template) || !round) return null;
  const [plan, asked] = await Promise.all([
    services.rounds.find(round),
    services.invitations.find(invitation ?? ''),
  ]);
  return plan && (asked ? deadlineOf(plan, asked) : plan.closesAt);
}

/** Tried again, unless it has been tried often enough or would come too late. */
export async function afterRefusal(
  services: Services,
  message: Message,
  reply: string,
): Promise<Outcome> {
  if (message.attempt >= MOST_ATTEMPTS)
    return { status: 'hard', reply: `refused ${MOST_ATTEMPTS} times, lastly: ${reply}` };
  const nextAttemptAt = retryAt(message.attempt, reply, services.clock(), Math.random);
  const lastUse = await lastUseOf(services, message);
  if (!lastUse || nextAttemptAt <= lastUse) return { status: 'soft', reply, nextAttemptAt };
  return message.template === 'sign-in'
    ? { status: 'cancelled', reply: `the link expires before the next attempt: ${reply}` }
    : { status: 'hard', reply: `the deadline comes before the next attempt: ${reply}` };
}

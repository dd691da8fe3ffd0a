/** Watches how mails end, over all processes, and pauses the outbox when too many are refused or the server refuses us. */
import type { Services } from '../services.ts';
import { isFirstOutcome, tooManyErrors } from './control.ts';
import type { Message, MessageStatus } from './message.ts';
import { pauseOutbox } from './pause.ts';

type Guard = {
  /** After a refusal this returns when it is known whether the outbox goes on. */
  note(message: Message, status: MessageStatus): Promise<void>;
  /** The server refuses us. */
  refused(reply: string): Promise<void>;
  /** Writes down what was noted. */
  flush(): Promise<void>;
};

/** Good outcomes change nothing at once, so they are written some at a time. */
const FLUSH_MS = 2000;

export function outboxGuard(services: Services): Guard {
  const { outbox, log } = services;
  let noted: MessageStatus[] = [];
  let since = new Date(0);
  let flushedAt = 0;

  async function flush(): Promise<void> {
    const outcomes = noted;
    noted = [];
    flushedAt = performance.now();
    if (outcomes.length === 0) return;
    const control = await outbox.note(outcomes, since);
    const share = tooManyErrors(control.outcomes);
    if (share === null || control.state === 'paused') return;
    const reply = `${Math.round(share * 100)} % of ${control.outcomes.length}`;
    await pauseOutbox(services, { why: 'errors', reply, by: null });
  }

  /** What is lost of this is a count, never a mail. */
  const tried = (work: Promise<unknown>) =>
    work.then(
      () => {},
      (error: unknown) => log.error({ err: error }, 'the outbox could not be watched'),
    );

  return {
    async note(message, status) {
      const control = await outbox.current();
      if (!isFirstOutcome(message, control)) return;
      if (control.since.getTime() !== since.getTime()) noted = [];
      since = control.since;
      noted.push(status);
      if (status === 'soft' || status === 'hard') await tried(flush());
      else if (performance.now() - flushedAt > FLUSH_MS) void tried(flush());
    },
    refused: (reply) => tried(pauseOutbox(services, { why: 'refused', reply, by: null })),
    flush: () => tried(flush()),
  };
}

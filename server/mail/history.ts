/** The life of a mail as its page tells it: queued, handed over, what came of it, who sent it again. Pure. */
import type { Attempt, Message } from './message.ts';

type HistoryLine = {
  at: Date;
  event: 'queued' | 'sending' | 'handed' | Attempt['outcome'];
  worker: string | null;
  reply: string | null;
  /** The account of the person. */
  by: string | null;
};

/** Oldest first. Messages from before there were histories have only their beginning and their end. */
export function historyOf(message: Message): HistoryLine[] {
  const { createdAt, endedAt, status, reply, worker = null, handedAt, attempts = [] } = message;
  const line = (at: Date, event: HistoryLine['event'], more: Partial<HistoryLine> = {}) => ({
    at,
    event,
    worker: null,
    reply: null,
    by: null,
    ...more,
  });
  const lines = [line(createdAt, 'queued')];
  for (const { at, outcome, ...attempt } of attempts) {
    if (attempt.handedAt) lines.push(line(attempt.handedAt, 'handed', { worker: attempt.worker }));
    lines.push(line(at, outcome, { worker: attempt.worker, reply: attempt.reply, by: attempt.by }));
  }
  if (attempts.length === 0 && endedAt) lines.push(line(endedAt, status, { reply }));
  if (status === 'sending')
    lines.push(line(handedAt ?? createdAt, handedAt ? 'handed' : 'sending', { worker }));
  return lines;
}

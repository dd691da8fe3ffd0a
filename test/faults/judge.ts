/** The ledgers of respondents and of the mail server against the database. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageStatus } from '../../server/mail/message.ts';
import type { TestApp } from '../support/app.ts';
import { type Ledger, QUESTION } from './respondent.ts';

export type Judged = {
  /** Saves and submissions that were acknowledged and are not in the database. */
  lost: number;
  /** Submissions that are there more often than they were made. */
  twice: number;
};

export async function judgeAnswers({ services }: TestApp, ledgers: Ledger[]): Promise<Judged> {
  let [lost, twice] = [0, 0];
  const revisions = services.connection.collection<{ response: string; sections: object }>(
    'revisions',
  );
  for (const { invitation, saved, doubtful, begun, submitted } of ledgers) {
    const response = await services.responses.find(invitation);
    const words = String(response?.draft.answers[QUESTION]);
    if (saved !== null && words !== saved && !doubtful.includes(words)) lost += 1;
    const made = await revisions.find({ response: invitation }).toArray();
    if (made.length < submitted || (response?.submitted?.revision ?? 0) !== made.length) lost += 1;
    // Each is of another state of the sections, since something was saved before each.
    const different = new Set(made.map(({ sections }) => JSON.stringify(sections))).size;
    twice += made.length - Math.min(different, begun);
    const receipts = await services.connection
      .collection('messages')
      .countDocuments({ invitation, template: 'receipt' });
    if (receipts < made.length) lost += 1;
    if (receipts > made.length) twice += 1;
  }
  return { lost, twice };
}

export type JudgedMails = Judged & { accepted: number; unknown: number };

/** @param ledger the ids of mails that a server took, in the order in which it did */
export async function judgeMails({ services }: TestApp, ledger: string[]): Promise<JudgedMails> {
  const messages = await services.connection
    .collection<{ _id: string; status: MessageStatus }>('messages')
    .find({}, { projection: { status: 1 } })
    .toArray();
  const times = new Map<string, number>();
  for (const id of ledger) times.set(id, (times.get(id) ?? 0) + 1);
  const of = (wanted: MessageStatus) => messages.filter(({ status }) => status === wanted);
  const settled = ['accepted', 'unknown', 'cancelled'];
  return {
    lost:
      of('accepted').filter(({ _id }) => !times.has(_id)).length +
      messages.filter(({ status }) => !settled.includes(status)).length,
    twice: [...times.values()].filter((n) => n > 1).length,
    accepted: of('accepted').length,
    unknown: of('unknown').length,
  };
}

/** Until nothing waits any more and nothing is under way. What would be tried again in minutes is tried at once. */
export async function mailsSettled({ services }: TestApp, longestMs: number): Promise<void> {
  const deadline = Date.now() + longestMs;
  const messages = services.connection.collection('messages');
  while (Date.now() < deadline) {
    const counts = await services.messages.counts().catch(() => null);
    if (counts && counts.queued + counts.sending + counts.soft === 0) return;
    if (counts && counts.soft > 0)
      await messages
        .updateMany({ status: 'soft' }, { $set: { nextAttemptAt: new Date() } })
        .catch(() => null);
    await sleep(200);
  }
  throw new Error('the outbox did not come to an end');
}

/** The outbox as its workers use it: take, hand over, conclude. */
import { type ClientSession, type Connection, type QueryFilter, trusted } from 'mongoose';
import { gathered } from '../db/gathered.ts';
import { newId } from '../db/record.ts';
import type { MailTemplate, Message, MessageStatus } from './message.ts';
import { type MessageModel, remember, type Stored, shortReply, WAITING } from './record-store.ts';

export type Outcome = {
  /** `queued` puts it back without counting the attempt. */
  status: MessageStatus;
  reply: string | null;
  handedAt?: Date | null;
  /** For `soft`: when it is tried again; now when it is not said. */
  nextAttemptAt?: Date;
};

/** What may be claimed. */
type Due = {
  now: Date;
  /** Mailings that are paused. */
  skip?: string[];
  /** Templates that may go; null for all. */
  only?: MailTemplate[] | null;
};

/** A message as its worker knows it. */
type Claimed = Pick<Message, '_id' | 'fence'>;

/** Hand-overs and outcomes of a busy outbox are written so often; each has to be on the disk, and that is what costs. */
const REST_MS = 3;

export function workStore(connection: Connection, model: MessageModel) {
  const dueNow = ({ now, skip = [], only = null }: Due): QueryFilter<Stored> => ({
    ...(skip.length > 0 ? { mailing: trusted({ $nin: skip }) } : {}),
    ...(only ? { template: trusted({ $in: only }) } : {}),
    $or: [
      { status: trusted({ $in: WAITING }), nextAttemptAt: trusted({ $lte: now }) },
      { status: 'sending', leaseUntil: trusted({ $lt: now }), handedAt: null },
    ],
  });

  /** Runs updates that each fit one record at most, in one go, and tells which of them did. */
  type Single = { filter: { _id: string; [field: string]: unknown }; update: object; done: object };
  // The driver's own: nothing in these comes from outside, and casting them would take half of the time.
  const collection = connection.collection<{ _id: string }>('messages');
  async function updateEach(updates: Single[]): Promise<boolean[]> {
    const [only] = updates;
    if (only && updates.length === 1) {
      const result = await collection.updateOne(only.filter, only.update);
      return [result.modifiedCount === 1];
    }
    const result = await collection.bulkWrite(
      updates.map(({ filter, update }) => ({ updateOne: { filter, update } })),
      { ordered: false },
    );
    if (result.modifiedCount === updates.length) return updates.map(() => true);
    // The answer only counts, so where some did not fit each is looked at.
    return Promise.all(
      updates.map(async ({ filter, done }) =>
        Boolean(await model.exists({ _id: filter._id, ...done })),
      ),
    );
  }

  /** One by one they would cost more than sending: what the mails in hand have to say at the same moment goes together. */
  const writes = gathered(updateEach, { restMs: REST_MS });

  const handOver = (of: Claimed, now: Date): Promise<boolean> => {
    const { _id, fence } = of;
    return writes({
      filter: { _id, status: 'sending', fence, leaseUntil: trusted({ $gt: now }) },
      update: { $set: { handedAt: now } },
      done: { status: 'sending', fence, handedAt: now },
    });
  };

  const conclude = (
    of: Claimed & Partial<Pick<Message, 'worker'>>,
    outcome: Outcome,
    now: Date,
  ): Promise<boolean> => {
    const { _id, fence, worker = null } = of;
    const { status, nextAttemptAt, handedAt = null } = outcome;
    const reply = outcome.reply === null ? null : shortReply(outcome.reply);
    const again = WAITING.includes(status);
    const returned = status === 'queued';
    const end = again
      ? { handedAt: null, endedAt: null, nextAttemptAt: nextAttemptAt ?? now }
      : { endedAt: now };
    const line = { at: now, outcome: returned ? ('returned' as const) : status };
    return writes({
      // Also one that was given up as doubtful while its worker was slow: nobody has touched it since.
      filter: { _id, status: trusted({ $in: ['sending', 'unknown'] }), fence },
      update: {
        $set: { status, reply, leaseUntil: null, claim: null, ...end },
        $push: remember({ ...line, handedAt, worker, reply }),
        ...(returned ? { $inc: { attempt: -1 } } : {}),
      },
      done: { fence, claim: null, status },
    });
  };

  return {
    /**
     * Takes due mails under a lease, those of a person who waits first, then the longest due. Fewer than `most`, or
     * none, also when another worker took the same ones a moment before: `missed` says so.
     */
    async claim(
      of: Due & { leaseUntil: Date; worker: string; most: number },
      session: ClientSession | null = null,
    ): Promise<{ messages: Message[]; missed: boolean }> {
      const { leaseUntil, worker, most } = of;
      const due = dueNow(of);
      const order = { priority: 1, nextAttemptAt: 1 } as const;
      const found = await model.find(due, { _id: 1 }, { session }).sort(order).limit(most).lean();
      if (found.length === 0) return { messages: [], missed: false };
      const those = { _id: trusted({ $in: found.map(({ _id }) => _id) }) };
      const claim = newId();
      await model
        .updateMany(
          { ...due, ...those },
          {
            $set: { status: 'sending', leaseUntil, worker, claim },
            $inc: { fence: 1, attempt: 1 },
          },
        )
        .session(session);
      const messages = await model
        .find({ ...those, claim }, null, { session })
        .sort(order)
        .lean();
      return { messages, missed: messages.length < found.length };
    },

    /** Whether there is anything to claim. */
    async isDue(of: Due, session: ClientSession | null = null): Promise<boolean> {
      return (await model.exists(dueNow(of)).session(session)) !== null;
    },

    /** Mails that are claimed and not concluded, by workers whose lease runs. */
    async inHand(now: Date, session: ClientSession | null = null): Promise<number> {
      return model
        .countDocuments({ status: 'sending', leaseUntil: trusted({ $gt: now }) })
        .session(session);
    },

    /** Puts mails that were claimed and not begun back, as if they had never been claimed. */
    async giveBack(claimed: Claimed[]): Promise<void> {
      if (claimed.length === 0) return;
      await model.bulkWrite(
        claimed.map(({ _id, fence }) => ({
          updateOne: {
            filter: { _id, status: 'sending', fence, handedAt: null },
            update: {
              $set: { status: 'queued', leaseUntil: null, claim: null },
              $inc: { attempt: -1 },
            },
          },
        })),
        { ordered: false },
      );
    },

    /**
     * Records that the body is about to go out: on the disks of a majority when this returns. False when another worker
     * holds the mail by now, or the lease is over: then it must not.
     */
    handOver,

    /** Records what became of an attempt. False when the fence is old. */
    conclude,

    /** Mails whose worker died after hand-over: nobody knows whether they arrived. Returns how many were found. */
    async doubt(now: Date): Promise<number> {
      const lost = await model
        .find({
          status: 'sending',
          leaseUntil: trusted({ $lt: now }),
          handedAt: trusted({ $ne: null }),
        })
        .lean();
      const reply = 'the answer to the hand-over was lost';
      const found = await Promise.all(
        lost.map((message) =>
          conclude(message, { status: 'unknown', reply, handedAt: message.handedAt }, now),
        ),
      );
      return found.filter(Boolean).length;
    },
  };
}

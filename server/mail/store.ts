import { type ClientSession, type Connection, type QueryFilter, Schema, trusted } from 'mongoose';
import { gathered } from '../db/gathered.ts';
import { isDuplicate, newId, schemaOptions } from '../db/record.ts';
import {
  ATTEMPTS_KEPT,
  type Attempt,
  type MailTemplate,
  MESSAGE_STATUSES,
  type Message,
  type MessageStatus,
  type NewMessage,
} from './message.ts';

/** A message as it lies in the database: `claim` tells those that one claim has taken. */
type Stored = Message & { claim: string | null };

const schema = new Schema<Stored>(
  {
    _id: String,
    key: String,
    template: String,
    round: String,
    invitation: String,
    contact: String,
    account: String,
    mailing: String,
    about: Schema.Types.Mixed,
    status: String,
    priority: Number,
    nextAttemptAt: Date,
    attempt: Number,
    fence: Number,
    leaseUntil: Date,
    worker: String,
    claim: String,
    handedAt: Date,
    reply: String,
    endedAt: Date,
    createdAt: Date,
    attempts: [
      {
        _id: false,
        at: Date,
        outcome: String,
        handedAt: Date,
        worker: String,
        reply: String,
        by: String,
      },
    ],
  },
  schemaOptions,
);

/** A rendered mail under seal, kept only where no mail server is set. */
type SealedMail = { _id: string; sealed: Buffer; at: Date };
const sealedSchema = new Schema<SealedMail>(
  { _id: String, sealed: Buffer, at: Date },
  schemaOptions,
);

/** Which mails a person has chosen; an empty one chooses all. */
export type MessageFilter = Partial<
  Pick<Message, 'status' | 'round' | 'mailing' | 'template'> & { ids: string[] }
>;

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

/** They wait for their time. */
const WAITING: MessageStatus[] = ['queued', 'soft'];
const REPLY_KEPT = 500;
/** Hand-overs and outcomes of a busy outbox are written so often; each has to be on the disk, and that is what costs. */
const REST_MS = 15;

export function messageStore(connection: Connection) {
  const model = connection.model('Message', schema, 'messages');
  const sealed = connection.model('SealedMail', sealedSchema, 'sealedMails');
  const fresh = (wanted: NewMessage, now: Date): Stored => ({
    round: null,
    invitation: null,
    contact: null,
    account: null,
    mailing: null,
    priority: 1,
    nextAttemptAt: now,
    ...wanted,
    _id: newId(),
    status: 'queued',
    attempt: 0,
    fence: 0,
    leaseUntil: null,
    worker: null,
    claim: null,
    handedAt: null,
    reply: null,
    endedAt: null,
    createdAt: now,
    attempts: [],
  });

  /** The end of a mail's history grows by one. */
  const remember = (attempt: Partial<Attempt> & Pick<Attempt, 'at' | 'outcome'>) => ({
    attempts: {
      $each: [{ handedAt: null, worker: null, reply: null, by: null, ...attempt }],
      $slice: -ATTEMPTS_KEPT,
    },
  });

  const dueNow = ({ now, skip = [], only = null }: Due): QueryFilter<Stored> => ({
    ...(skip.length > 0 ? { mailing: trusted({ $nin: skip }) } : {}),
    ...(only ? { template: trusted({ $in: only }) } : {}),
    $or: [
      { status: trusted({ $in: WAITING }), nextAttemptAt: trusted({ $lte: now }) },
      { status: 'sending', leaseUntil: trusted({ $lt: now }), handedAt: null },
    ],
  });

  /** Nothing of these has gone out. */
  const NOT_OUT = [
    { status: trusted({ $in: WAITING }) },
    { status: 'sending' as const, handedAt: null },
  ];

  const matching = ({ ids, ...rest }: MessageFilter) => ({
    ...rest,
    ...(ids ? { _id: trusted({ $in: ids }) } : {}),
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
    const reply = outcome.reply?.slice(0, REPLY_KEPT) ?? null;
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
    /** Queues a mail unless one with the same key is there; false then. */
    async enqueue(wanted: NewMessage, now: Date, session?: ClientSession): Promise<boolean> {
      const result = await model
        .updateOne(
          { key: wanted.key },
          { $setOnInsert: fresh(wanted, now) },
          { upsert: true, ...(session ? { session } : {}) },
        )
        .catch((error: unknown) => {
          // Outside a transaction two upserts of one key can meet; the index lets one through.
          if (!session && isDuplicate(error)) return { upsertedCount: 0 };
          throw error;
        });
      return result.upsertedCount === 1;
    },

    /** Queues many, each unless one with its key is there. Returns how many were queued. */
    async enqueueAll(wanted: NewMessage[], now: Date, session: ClientSession): Promise<number> {
      if (wanted.length === 0) return 0;
      const result = await model.bulkWrite(
        wanted.map((one) => ({
          updateOne: {
            filter: { key: one.key },
            update: { $setOnInsert: fresh(one, now) },
            upsert: true,
          },
        })),
        { session },
      );
      return result.upsertedCount;
    },

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

    /** Puts doubtful or refused mails back into the queue, under the same Message-ID. Returns how many. */
    async resend(
      filter: MessageFilter,
      by: string,
      now: Date,
      session: ClientSession,
    ): Promise<number> {
      const result = await model.updateMany(
        { $and: [matching(filter), { status: trusted({ $in: ['unknown', 'hard', 'soft'] }) }] },
        {
          $set: { status: 'queued', nextAttemptAt: now, attempt: 0, handedAt: null, endedAt: null },
          $push: remember({ at: now, outcome: 'resent', by }),
        },
        { session },
      );
      return result.modifiedCount;
    },

    /** Mails to contacts that were refused for good since a time; the oldest first, those after an id. */
    async refused(since: Date, after: string, limit: number): Promise<Message[]> {
      return model
        .find({
          _id: trusted({ $gt: after }),
          status: 'hard',
          contact: trusted({ $ne: null }),
          endedAt: trusted({ $gte: since }),
        })
        .sort({ _id: 1 })
        .limit(limit)
        .lean();
    },

    /** The mail came back after a server had taken it. False when it is in no such state. */
    async returned(id: string, reply: string, now: Date, session: ClientSession): Promise<boolean> {
      const result = await model.updateOne(
        { _id: id, status: trusted({ $in: ['accepted', 'unknown'] }) },
        {
          $set: { status: 'hard', reply: reply.slice(0, 500), endedAt: now },
          $push: remember({ at: now, outcome: 'bounced', reply }),
        },
        { session },
      );
      return result.modifiedCount === 1;
    },

    /** Settles doubtful mails that a person knows to be there. Returns how many. */
    async settle(
      filter: MessageFilter,
      by: string,
      now: Date,
      session: ClientSession,
    ): Promise<number> {
      const result = await model.updateMany(
        { $and: [matching(filter), { status: 'unknown' }] },
        { $set: { status: 'accepted' }, $push: remember({ at: now, outcome: 'arrived', by }) },
        { session },
      );
      return result.modifiedCount;
    },

    /**
     * Cancels what has not gone out yet: mails that wait, and those that a worker has claimed and not handed over, which
     * its old fence then stops. Returns how many.
     * @param by account of the person; null for a rule
     */
    async cancel(
      filter: MessageFilter,
      by: string | null,
      now: Date,
      session: ClientSession,
      reply = 'cancelled by hand',
    ): Promise<number> {
      const result = await model.updateMany(
        { $and: [matching(filter), { $or: NOT_OUT }] },
        {
          $set: { status: 'cancelled', reply, leaseUntil: null, claim: null, endedAt: now },
          $inc: { fence: 1 },
          $push: remember({ at: now, outcome: 'cancelled', reply, by }),
        },
        { session },
      );
      return result.modifiedCount;
    },

    /** The same for a whole mailing. */
    cancelMailing(
      mailing: string,
      now: Date,
      session: ClientSession,
      by: string | null = null,
    ): Promise<number> {
      return this.cancel({ mailing }, by, now, session, 'cancelled with its mailing');
    },

    /** How many a filter chooses that could be cancelled. */
    async waiting(filter: MessageFilter): Promise<number> {
      return model.countDocuments({ $and: [matching(filter), { $or: NOT_OUT }] });
    },

    async find(id: string): Promise<Message | null> {
      return model.findOne({ _id: id }).lean();
    },

    /** Newest first. @param before the id of the last one of the page before */
    async list(filter: MessageFilter, limit: number, before?: string): Promise<Message[]> {
      return model
        .find({ $and: [matching(filter), before ? { _id: trusted({ $lt: before }) } : {}] })
        .sort({ _id: -1 })
        .limit(limit)
        .lean();
    },

    /** Newest first. */
    async ofInvitation(invitation: string): Promise<Message[]> {
      return model.find({ invitation }).sort({ _id: -1 }).lean();
    },

    async counts(): Promise<Record<MessageStatus, number>> {
      const groups: { _id: MessageStatus; n: number }[] = await model.aggregate([
        { $group: { _id: '$status', n: { $sum: 1 } } },
      ]);
      const found = new Map(groups.map((group) => [group._id, group.n]));
      return Object.fromEntries(
        MESSAGE_STATUSES.map((status) => [status, found.get(status) ?? 0]),
      ) as Record<MessageStatus, number>;
    },

    /** The earliest time at which a mail is due; null when none waits. */
    async nextDue(): Promise<Date | null> {
      const next = await model
        .findOne({ status: trusted({ $in: ['queued', 'soft'] }) }, { nextAttemptAt: 1 })
        .sort({ nextAttemptAt: 1 })
        .lean();
      return next?.nextAttemptAt ?? null;
    },

    /** How many links were mailed again to a contact who had lost them, and when the last one was queued. */
    async lostLinks(of: {
      round: string;
      invitation: string;
      contact: string;
    }): Promise<{ count: number; last: Date | null }> {
      const found = await model
        .find({ ...of, template: 'lost-link' }, { createdAt: 1 })
        .sort({ createdAt: -1 })
        .lean();
      return { count: found.length, last: found[0]?.createdAt ?? null };
    },

    async keepSealed(id: string, content: Buffer, now: Date): Promise<void> {
      await sealed.replaceOne({ _id: id }, { _id: id, sealed: content, at: now }, { upsert: true });
    },
    /** Null when the mail went out by SMTP, or has not been rendered. */
    async findSealed(id: string): Promise<Buffer | null> {
      const found = await sealed.findOne({ _id: id }).lean();
      return found ? Buffer.from(found.sealed) : null;
    },
  };
}

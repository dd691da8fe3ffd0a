import { type ClientSession, type Connection, trusted } from 'mongoose';
import { isDuplicate, newId } from '../db/record.ts';
import { MESSAGE_STATUSES, type Message, type MessageStatus, type NewMessage } from './message.ts';
import { messageModel, remember, type Stored, shortReply, WAITING } from './record-store.ts';
import { sealedStore } from './sealed-store.ts';
import { workStore } from './work-store.ts';

/** Which mails a person has chosen; an empty one chooses all. */
export type MessageFilter = Partial<
  Pick<Message, 'status' | 'round' | 'mailing' | 'template'> & { ids: string[] }
>;

/** The outbox: what is put into it, what people do with it, and (in `work-store.ts`) what its workers do. */
export function messageStore(connection: Connection) {
  const model = messageModel(connection);
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

  /** Nothing of these has gone out. */
  const NOT_OUT = [
    { status: trusted({ $in: WAITING }) },
    { status: 'sending' as const, handedAt: null },
  ];

  const matching = ({ ids, ...rest }: MessageFilter) => ({
    ...rest,
    ...(ids ? { _id: trusted({ $in: ids }) } : {}),
  });

  return {
    ...workStore(connection, model),
    ...sealedStore(connection),

    /** Queues a mail unless one with the same key is there; false then. */
    async enqueue(wanted: NewMessage, now: Date, session?: ClientSession): Promise<boolean> {
      // A submission waits for this too, so the driver writes what `fresh` has made.
      const result = await model.collection
        .updateOne(
          { key: wanted.key },
          { $setOnInsert: fresh(wanted, now) },
          { upsert: true, ignoreUndefined: true, ...(session ? { session } : {}) },
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
          $set: { status: 'hard', reply: shortReply(reply), endedAt: now },
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
        .findOne({ status: trusted({ $in: WAITING }) }, { nextAttemptAt: 1 })
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
  };
}

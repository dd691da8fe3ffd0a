import { type ClientSession, type Connection, Schema, trusted } from 'mongoose';
import { isDuplicate, newId, schemaOptions } from '../db/record.ts';
import { MESSAGE_STATUSES, type Message, type MessageStatus, type NewMessage } from './message.ts';

const schema = new Schema<Message>(
  {
    _id: String,
    key: String,
    template: String,
    round: String,
    invitation: String,
    contact: String,
    account: String,
    about: Schema.Types.Mixed,
    status: String,
    priority: Number,
    nextAttemptAt: Date,
    attempt: Number,
    fence: Number,
    leaseUntil: Date,
    handedAt: Date,
    reply: String,
    endedAt: Date,
    createdAt: Date,
  },
  schemaOptions,
);

/** A rendered mail under seal, kept only where no mail server is set. */
type SealedMail = { _id: string; sealed: Buffer; at: Date };
const sealedSchema = new Schema<SealedMail>(
  { _id: String, sealed: Buffer, at: Date },
  schemaOptions,
);

export function messageStore(connection: Connection) {
  const model = connection.model('Message', schema, 'messages');
  const sealed = connection.model('SealedMail', sealedSchema, 'sealedMails');
  const fresh = (wanted: NewMessage, now: Date): Message => ({
    round: null,
    invitation: null,
    contact: null,
    account: null,
    priority: 1,
    nextAttemptAt: now,
    ...wanted,
    _id: newId(),
    status: 'queued',
    attempt: 0,
    fence: 0,
    leaseUntil: null,
    handedAt: null,
    reply: null,
    endedAt: null,
    createdAt: now,
  });
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

    /** Takes the next due mail under a lease; null when there is none. */
    async claim(now: Date, leaseUntil: Date): Promise<Message | null> {
      return model
        .findOneAndUpdate(
          {
            $or: [
              {
                status: trusted({ $in: ['queued', 'soft'] }),
                nextAttemptAt: trusted({ $lte: now }),
              },
              { status: 'sending', leaseUntil: trusted({ $lt: now }), handedAt: null },
            ],
          },
          { $set: { status: 'sending', leaseUntil }, $inc: { fence: 1, attempt: 1 } },
          { sort: { priority: 1, nextAttemptAt: 1 }, returnDocument: 'after' },
        )
        .lean();
    },

    /** Records that the body is about to go out. False when another worker holds the mail by now: then it must not. */
    async handOver(message: Pick<Message, '_id' | 'fence'>, now: Date): Promise<boolean> {
      const result = await model.updateOne(
        {
          _id: message._id,
          status: 'sending',
          fence: message.fence,
          leaseUntil: trusted({ $gt: now }),
        },
        { $set: { handedAt: now } },
      );
      return result.modifiedCount === 1;
    },

    /** Records what became of an attempt. False when the fence is old. */
    async conclude(
      message: Pick<Message, '_id' | 'fence'>,
      outcome: { status: MessageStatus; reply: string | null; nextAttemptAt?: Date },
      now: Date,
    ): Promise<boolean> {
      const { status, reply, nextAttemptAt } = outcome;
      const again = status === 'soft' || status === 'queued';
      const result = await model.updateOne(
        { _id: message._id, status: 'sending', fence: message.fence },
        {
          $set: {
            status,
            reply: reply?.slice(0, 500) ?? null,
            leaseUntil: null,
            ...(again ? { handedAt: null, nextAttemptAt: nextAttemptAt ?? now } : { endedAt: now }),
          },
        },
      );
      return result.modifiedCount === 1;
    },

    /** Mails whose worker died after hand-over: nobody knows whether they arrived. Returns how many were found. */
    async doubt(now: Date): Promise<number> {
      const result = await model.updateMany(
        { status: 'sending', leaseUntil: trusted({ $lt: now }), handedAt: trusted({ $ne: null }) },
        {
          $set: {
            status: 'unknown',
            leaseUntil: null,
            endedAt: now,
            reply: 'the answer to the hand-over was lost',
          },
        },
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
        { $set: { status: 'hard', reply: reply.slice(0, 500), endedAt: now } },
        { session },
      );
      return result.modifiedCount === 1;
    },

    /** Puts a doubtful or refused mail back into the queue, under the same Message-ID. */
    async resend(id: string, now: Date, session: ClientSession): Promise<boolean> {
      const result = await model.updateOne(
        { _id: id, status: trusted({ $in: ['unknown', 'hard', 'soft'] }) },
        {
          $set: { status: 'queued', nextAttemptAt: now, attempt: 0, handedAt: null, endedAt: null },
        },
        { session },
      );
      return result.modifiedCount === 1;
    },

    async find(id: string): Promise<Message | null> {
      return model.findOne({ _id: id }).lean();
    },

    /** Newest first. */
    async list(
      filter: { round?: string; status?: MessageStatus },
      limit: number,
    ): Promise<Message[]> {
      return model.find(filter).sort({ _id: -1 }).limit(limit).lean();
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

    /** How many reminders each contact of a round was queued; and when the last one was that was not cancelled, if any. */
    async reminders(round: string): Promise<Map<string, { count: number; last: Date | null }>> {
      const wanted = { $cond: [{ $eq: ['$status', 'cancelled'] }, null, '$createdAt'] };
      const groups: {
        _id: { invitation: string; contact: string };
        count: number;
        last: Date | null;
      }[] = await model.aggregate([
        { $match: { round, template: 'reminder' } },
        {
          $group: {
            _id: { invitation: '$invitation', contact: '$contact' },
            count: { $sum: 1 },
            last: { $max: wanted },
          },
        },
      ]);
      return new Map(
        groups.map(({ _id, count, last }) => [`${_id.invitation} ${_id.contact}`, { count, last }]),
      );
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

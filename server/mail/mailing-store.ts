import { type ClientSession, type Connection, Schema, trusted } from 'mongoose';
import { schemaOptions } from '../db/record.ts';
import { isReminder, REMINDERS } from '../invitations/mailing-kind.ts';
import { NO_PAST, type Past } from '../invitations/selection.ts';
import { type Mailing, noOutcomes, type Outcomes } from './mailing.ts';
import type { Message, MessageStatus } from './message.ts';
import type { PinnedText } from './template.ts';

const schema = new Schema<Mailing>(
  {
    _id: String,
    key: String,
    round: String,
    kind: String,
    criteria: Schema.Types.Mixed,
    message: String,
    // Not as documents of their own: mongoose cannot take those back when a transaction is tried again.
    texts: [Schema.Types.Mixed],
    step: String,
    createdBy: { kind: String, id: String },
    createdAt: Date,
    scheduledAt: Date,
    skipped: Schema.Types.Mixed,
    status: String,
  },
  schemaOptions,
);

export function mailingStore(connection: Connection) {
  const model = connection.model('Mailing', schema, 'mailings');
  const messages = connection.collection<Message>('messages');
  return {
    async find(id: string): Promise<Mailing | null> {
      return model.findOne({ _id: id }).lean<Mailing>();
    },
    async byKey(key: string, session: ClientSession | null = null): Promise<Mailing | null> {
      return model.findOne({ key }).session(session).lean<Mailing>();
    },
    /** Newest first. */
    async ofRound(round: string): Promise<Mailing[]> {
      return model.find({ round }).sort({ _id: -1 }).lean<Mailing[]>();
    },
    /** @throws a duplicate when the key is taken; the transaction is over then */
    async insert(mailing: Mailing, session: ClientSession): Promise<void> {
      await model.create([mailing], { session });
    },
    async addTexts(id: string, texts: PinnedText[], session: ClientSession): Promise<void> {
      if (texts.length === 0) return;
      const push = { texts: trusted({ $each: texts }) };
      await model.updateOne({ _id: id }, { $push: push }, { session });
    },
    /** False when it is not in one of the states `from`. */
    async move(
      id: string,
      from: Mailing['status'][],
      to: Mailing['status'],
      session: ClientSession,
    ): Promise<boolean> {
      const result = await model.updateOne(
        { _id: id, status: trusted({ $in: from }) },
        { $set: { status: to } },
        { session },
      );
      return result.modifiedCount === 1;
    },
    /** Ids of the mailings whose mails wait until somebody lets them go on. */
    async paused(): Promise<string[]> {
      return (await model.find({ status: 'paused' }, { _id: 1 }).lean()).map((one) => one._id);
    },
    /** How many mails of each mailing are at what; a mailing without mails is not in it. */
    async outcomes(ids: string[]): Promise<Map<string, Outcomes>> {
      const groups = await messages
        .aggregate<{ _id: { mailing: string; status: MessageStatus }; n: number }>([
          { $match: { mailing: { $in: ids } } },
          { $group: { _id: { mailing: '$mailing', status: '$status' }, n: { $sum: 1 } } },
        ])
        .toArray();
      const counts = new Map<string, Outcomes>();
      for (const { _id, n } of groups) {
        const outcomes = counts.get(_id.mailing) ?? noOutcomes();
        outcomes[_id.status] = n;
        counts.set(_id.mailing, outcomes);
      }
      return counts;
    },
    /** The mails of a mailing, oldest first. */
    async mailsOf(id: string, limit: number): Promise<Message[]> {
      return messages.find({ mailing: id }).sort({ _id: 1 }).limit(limit).toArray() as Promise<
        Message[]
      >;
    },
    /** Keys of the mails of a mailing: who was reached by it. */
    async keysIn(id: string): Promise<Set<string>> {
      const found = await messages
        .find({ mailing: id })
        .project<{ key: string }>({ key: 1 })
        .toArray();
      return new Set(found.map((one) => one.key));
    },
    /** What was queued for each person of a round, by "invitation contact". Tests to oneself are none of it. */
    async past(round: string): Promise<Map<string, Past>> {
      const live = { $ne: ['$status', 'cancelled'] };
      const time = { $ifNull: ['$endedAt', '$nextAttemptAt'] };
      const groups = await messages
        .aggregate<{
          _id: { invitation: string; contact: string; template: string };
          count: number;
          times: Date[];
        }>([
          { $match: { round, template: { $in: ['invitation', 'thanks', ...REMINDERS] } } },
          {
            $group: {
              _id: { invitation: '$invitation', contact: '$contact', template: '$template' },
              count: { $sum: 1 },
              times: { $push: { $cond: [live, time, '$$REMOVE'] } },
            },
          },
        ])
        .toArray();
      const past = new Map<string, Past>();
      for (const { _id, count, times } of groups) {
        const key = `${_id.invitation} ${_id.contact}`;
        const kind = isReminder(_id.template)
          ? 'reminder'
          : (_id.template as 'invitation' | 'thanks');
        const before = past.get(key) ?? NO_PAST;
        const { [kind]: queued } = before;
        past.set(key, {
          ...before,
          [kind]: { count: queued.count + count, times: [...queued.times, ...times] },
        });
      }
      return past;
    },
  };
}

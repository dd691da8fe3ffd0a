import { type ClientSession, type Connection, Schema, trusted } from 'mongoose';
import { schemaOptions } from '../db/record.ts';
import type { Bounce, Source } from './bounce.ts';
import type { Kind } from './report.ts';

type Kept = Bounce & {
  /** The report under seal: it may quote a mail of ours. */
  sealed: Buffer;
};

const schema = new Schema<Kept>(
  {
    _id: String,
    key: String,
    source: String,
    at: Date,
    kind: String,
    subject: String,
    odd: String,
    message: String,
    round: String,
    contact: String,
    code: String,
    text: String,
    recipient: String,
    elsewhere: Boolean,
    returns: Date,
    stopped: Boolean,
    sealed: Buffer,
  },
  schemaOptions,
);

/** How reading from a source goes: one record a source. */
export type Reading = {
  _id: Source;
  /** When it last went well; null when it never did. */
  readAt: Date | null;
  /** Since when it fails; null while it goes well. */
  failingSince: Date | null;
  error: string | null;
};
const readingSchema = new Schema<Reading>(
  { _id: String, readAt: Date, failingSince: Date, error: String },
  schemaOptions,
);

/** `odd` for those that were not understood. */
export type BounceFilter = { kind?: Kind; odd?: boolean; contact?: string };

const queryOf = ({ kind, odd, contact }: BounceFilter) => ({
  ...(odd === undefined ? {} : { odd: odd ? trusted({ $ne: null }) : null }),
  ...(kind ? { kind } : {}),
  ...(contact ? { contact } : {}),
});

export function bounceStore(connection: Connection) {
  const model = connection.model('Bounce', schema, 'bounces');
  const readings = connection.model('BounceReading', readingSchema, 'bounceReadings');
  return {
    async isKnown(key: string): Promise<boolean> {
      return (await model.exists({ key })) !== null;
    },
    /** Of mails that were refused: the keys of what is noted already, and whether a report is among it. */
    async keysAbout(
      messages: string[],
    ): Promise<Map<string, { keys: Set<string>; isReport: boolean }>> {
      const found = await model
        .find({ message: trusted({ $in: messages }), odd: null }, { message: 1, key: 1, source: 1 })
        .lean();
      const about = new Map<string, { keys: Set<string>; isReport: boolean }>();
      for (const { message, key, source } of found) {
        const one = about.get(message ?? '') ?? { keys: new Set(), isReport: false };
        one.keys.add(key);
        one.isReport ||= source !== 'server';
        about.set(message ?? '', one);
      }
      return about;
    },
    async countOf(message: string): Promise<number> {
      return model.countDocuments({ message, odd: null });
    },
    /** @throws a duplicate when the mail was read before; the transaction is over then */
    async insert(bounce: Bounce, sealed: Buffer, session: ClientSession): Promise<void> {
      await model.create([{ ...bounce, sealed }], { session });
    },
    /** Forgets the oldest of those that were not understood, so that nobody can fill the database with mail. */
    async trimOdd(most: number): Promise<void> {
      const query = queryOf({ odd: true });
      const [oldest] = await model
        .find(query, { _id: 1 })
        .sort({ _id: -1 })
        .skip(most)
        .limit(1)
        .lean();
      if (oldest) await model.deleteMany({ ...query, _id: trusted({ $lte: oldest._id }) });
    },
    async find(id: string): Promise<Bounce | null> {
      return model.findOne({ _id: id }, { sealed: 0 }).lean<Bounce>();
    },
    async sealedOf(id: string): Promise<Buffer | null> {
      const found = await model.findOne({ _id: id }, { sealed: 1 }).lean();
      return found ? Buffer.from(found.sealed) : null;
    },
    /** Newest first. */
    async list(filter: BounceFilter, limit: number): Promise<Bounce[]> {
      return model
        .find(queryOf(filter), { sealed: 0 })
        .sort({ _id: -1 })
        .limit(limit)
        .lean<Bounce[]>();
    },
    /** Different mails to the contact that came back softly since a time, because of the address and not of us. */
    async softMails(contact: string, since: Date, session: ClientSession): Promise<string[]> {
      const found = await model
        .find(
          {
            contact,
            kind: 'soft',
            subject: 'address',
            elsewhere: false,
            at: trusted({ $gte: since }),
          },
          { message: 1 },
        )
        .session(session)
        .lean();
      return [...new Set(found.map(({ message }) => message).filter((one) => one !== null))];
    },
    async counts(): Promise<{ kinds: Map<Kind, number>; odd: number }> {
      const groups: { _id: { kind: Kind; odd: boolean }; n: number }[] = await model.aggregate([
        {
          $group: { _id: { kind: '$kind', odd: { $ne: ['$odd', null] } }, n: { $sum: 1 } },
        },
      ]);
      return {
        kinds: new Map(groups.filter(({ _id }) => !_id.odd).map(({ _id, n }) => [_id.kind, n])),
        odd: groups.filter(({ _id }) => _id.odd).reduce((total, { n }) => total + n, 0),
      };
    },
    /** How many servers refused us, not the address, since a time. */
    async speakOfUs(since: Date): Promise<number> {
      return model.countDocuments({ odd: null, subject: 'us', at: trusted({ $gte: since }) });
    },

    async readings(): Promise<Reading[]> {
      return readings.find().sort({ _id: 1 }).lean<Reading[]>();
    },
    async noteRead(source: Source, now: Date): Promise<void> {
      await readings.updateOne(
        { _id: source },
        { $set: { readAt: now, failingSince: null, error: null } },
        { upsert: true },
      );
    },
    /** True for the first failure after reading went well. */
    async noteFailure(source: Source, error: string, now: Date): Promise<boolean> {
      const before = await readings
        .findOneAndUpdate(
          { _id: source },
          { $set: { error: error.slice(0, 300) }, $setOnInsert: { readAt: null } },
          { upsert: true, returnDocument: 'before' },
        )
        .lean<Reading>();
      if (before?.failingSince) return false;
      await readings.updateOne({ _id: source }, { $set: { failingSince: now } });
      return true;
    },
  };
}

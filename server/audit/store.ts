import { type ClientSession, type Connection, Schema, trusted } from 'mongoose';
import { withTransaction } from '../db/connection.ts';
import { insertRecord, newId, schemaOptions } from '../db/record.ts';
import { CHAIN_START, hashRow } from './chain.ts';
import type { AuditEvent, AuditRow } from './event.ts';

const schema = new Schema<AuditRow>(
  {
    _id: String,
    at: Date,
    actor: { kind: String, id: String },
    event: String,
    subject: { kind: String, id: String },
    details: Schema.Types.Mixed,
    n: Number,
    hash: String,
  },
  schemaOptions,
);

/** Where the chain ends. Without it nobody would miss the last rows. */
type Head = { _id: 'head'; n: number; hash: string };
const headSchema = new Schema<Head>({ _id: String, n: Number, hash: String }, schemaOptions);

export type Verification =
  | { ok: true; rows: number; unchained: number; head: string }
  | { ok: false; rows: number; unchained: number; brokenAt: number; reason: string };

export function auditStore(connection: Connection) {
  const model = connection.model('Audit', schema, 'audit');
  const heads = connection.model('AuditHead', headSchema, 'auditHead');
  return {
    /** Append only. In a transaction the row stands or falls with the change that it tells of. */
    async record(event: AuditEvent, at: Date, session?: ClientSession): Promise<void> {
      const row = { ...event, details: event.details ?? {}, _id: newId(), at, n: null, hash: null };
      await insertRecord<AuditRow>(model.collection, row, session);
    },

    /** Newest first. */
    async list(limit: number, before?: string): Promise<AuditRow[]> {
      return model
        .find(before ? { _id: trusted({ $lt: before }) } : {})
        .sort({ _id: -1 })
        .limit(limit)
        .lean();
    },

    /** What was done to these records, the newest first. @param subjects their ids */
    async about(subjects: string[], limit: number): Promise<AuditRow[]> {
      return model
        .find({ 'subject.id': trusted({ $in: subjects }) })
        .sort({ _id: -1 })
        .limit(limit)
        .lean();
    },

    /**
     * Numbers and hashes rows that are not in the chain yet, oldest first, and returns how many. Rows and head change
     * in one transaction, so two that chain at once cannot fork the chain: the second one starts anew from the new head.
     */
    chain(limit: number): Promise<number> {
      return withTransaction(connection, async (session) => {
        const rows = await model
          .find({ n: null }, null, { session })
          .sort({ _id: 1 })
          .limit(limit)
          .lean();
        if (rows.length === 0) return 0;
        const head = await heads.findOne({ _id: 'head' }, null, { session }).lean();
        let { n, hash } = head ?? { n: 0, hash: CHAIN_START };
        const updates = rows.map((row) => {
          n += 1;
          hash = hashRow(hash, { ...row, n });
          return { updateOne: { filter: { _id: row._id }, update: { $set: { n, hash } } } };
        });
        await model.collection.bulkWrite(updates as never, { session });
        const end: Head = { _id: 'head', n, hash };
        await heads.replaceOne({ _id: 'head' }, end, { upsert: true, session });
        return rows.length;
      });
    },

    /** Walks the chain; rows that are not chained yet are counted and said. */
    async verify(): Promise<Verification> {
      const unchained = await model.countDocuments({ n: null });
      let rows = 0;
      let hash = CHAIN_START;
      for await (const row of model
        .find({ n: trusted({ $ne: null }) })
        .sort({ n: 1 })
        .lean()
        .cursor()) {
        rows += 1;
        const broken = (reason: string) => ({
          ok: false as const,
          rows,
          unchained,
          brokenAt: rows,
          reason,
        });
        if (row.n !== rows) return broken(`row ${rows} is missing`);
        hash = hashRow(hash, { ...row, n: row.n });
        if (hash !== row.hash) return broken(`row ${rows} was changed`);
      }
      const end = await heads.findOne({ _id: 'head' }).lean();
      if ((end?.n ?? 0) !== rows || (end?.hash ?? CHAIN_START) !== hash)
        return {
          ok: false,
          rows,
          unchained,
          brokenAt: rows + 1,
          reason: `the chain ended at row ${end?.n ?? 0} and now ends at row ${rows}`,
        };
      return { ok: true, rows, unchained, head: hash };
    },
  };
}

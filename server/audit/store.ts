import { type ClientSession, type Connection, Schema, trusted } from 'mongoose';
import { newId, schemaOptions } from '../db/record.ts';
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

export type Verification =
  | { ok: true; rows: number; unchained: number; head: string }
  | { ok: false; rows: number; unchained: number; brokenAt: number; reason: string };

export function auditStore(connection: Connection) {
  const model = connection.model('Audit', schema, 'audit');
  return {
    /** Append only. In a transaction the row stands or falls with the change that it tells of. */
    async record(event: AuditEvent, at: Date, session?: ClientSession): Promise<void> {
      const row = { ...event, details: event.details ?? {}, _id: newId(), at, n: null, hash: null };
      await model.create([row], session ? { session } : {});
    },

    /** Newest first. */
    async list(limit: number, before?: string): Promise<AuditRow[]> {
      return model
        .find(before ? { _id: trusted({ $lt: before }) } : {})
        .sort({ _id: -1 })
        .limit(limit)
        .lean();
    },

    /** Numbers and hashes rows that are not in the chain yet, oldest first. Only the holder of the lease may call it. */
    async chain(limit = 500): Promise<number> {
      const rows = await model.find({ n: null }).sort({ _id: 1 }).limit(limit).lean();
      if (rows.length === 0) return 0;
      const last = await model
        .findOne({ n: trusted({ $ne: null }) })
        .sort({ n: -1 })
        .lean();
      let n = last?.n ?? 0;
      let hash = last?.hash ?? CHAIN_START;
      for (const row of rows) {
        n += 1;
        hash = hashRow(hash, { ...row, n });
        await model.updateOne({ _id: row._id, n: null }, { $set: { n, hash } });
      }
      return rows.length;
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
      return { ok: true, rows, unchained, head: hash };
    },
  };
}

import { type ClientSession, type Connection, Schema } from 'mongoose';
import { newId, schemaOptions } from '../db/record.ts';
import type { FileRow } from './contact-rows.ts';
import type { ReadAs } from './contact-table.ts';

/** A file that somebody uploaded, between the look at what it would do and the loading. It goes away by itself. */
export type ContactImport = {
  _id: string;
  /** Whose it is; nobody else sees it. */
  account: string;
  fileName: string;
  readAs: ReadAs;
  unknown: string[];
  madeAt: Date;
  expiresAt: Date;
  /** What came of it; null until it is loaded. */
  done: { at: Date; fresh: number; changed: number } | null;
};

const importSchema = new Schema<ContactImport>(
  {
    _id: String,
    account: String,
    fileName: String,
    readAs: Schema.Types.Mixed,
    unknown: [String],
    madeAt: Date,
    expiresAt: Date,
    done: { type: Schema.Types.Mixed, default: null },
  },
  schemaOptions,
);

/** So many rows lie in one record, which may have 16 MB and is read in one go. */
const ROWS_A_PART = 250;
type Part = { _id: string; import: string; part: number; rows: FileRow[]; expiresAt: Date };
const partSchema = new Schema<Part>(
  {
    _id: String,
    import: String,
    part: Number,
    rows: Schema.Types.Mixed,
    expiresAt: Date,
  },
  schemaOptions,
);

export function contactImportStore(connection: Connection) {
  const model = connection.model('ContactImport', importSchema, 'contactImports');
  const parts = connection.model('ContactImportRows', partSchema, 'contactImportRows');
  const written = connection.collection<Part>('contactImportRows');
  return {
    async insert(file: ContactImport, rows: FileRow[], session: ClientSession): Promise<void> {
      await model.create([file], { session });
      const count = Math.ceil(rows.length / ROWS_A_PART);
      const all = Array.from({ length: count }, (_, part) => ({
        _id: newId(),
        import: file._id,
        part,
        rows: rows.slice(part * ROWS_A_PART, (part + 1) * ROWS_A_PART),
        expiresAt: file.expiresAt,
      }));
      // By the driver: to make documents of so many rows takes longer than to write them.
      for (const one of all) await written.insertOne(one, { session });
    },
    /** Null when it is over, or somebody else's. */
    async find(
      id: string,
      account: string,
      now: Date,
      session: ClientSession | null = null,
    ): Promise<ContactImport | null> {
      const found = await model.findOne({ _id: id, account }).session(session).lean();
      return found && found.expiresAt > now ? found : null;
    },
    async rows(id: string): Promise<FileRow[]> {
      // One record at a time: each is some milliseconds of reading.
      const rows: FileRow[] = [];
      const found = parts.find({ import: id }).sort({ part: 1 }).lean().cursor({ batchSize: 1 });
      for await (const part of found) rows.push(...part.rows);
      return rows;
    },
    /** False when it was loaded already. */
    async finish(
      id: string,
      done: NonNullable<ContactImport['done']>,
      session: ClientSession,
    ): Promise<boolean> {
      const result = await model.updateOne(
        { _id: id, done: null },
        { $set: { done } },
        { session },
      );
      return result.modifiedCount === 1;
    },
  };
}

import { type Connection, Schema } from 'mongoose';
import { schemaOptions } from '../db/record.ts';

/** A rendered mail under seal, kept only where no mail server is set. */
type SealedMail = { _id: string; sealed: Buffer; at: Date };
const sealedSchema = new Schema<SealedMail>(
  { _id: String, sealed: Buffer, at: Date },
  schemaOptions,
);

export function sealedStore(connection: Connection) {
  const sealed = connection.model('SealedMail', sealedSchema, 'sealedMails');
  return {
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

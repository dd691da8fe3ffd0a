import { type ClientSession, type Connection, Schema } from 'mongoose';
import { schemaOptions } from '../db/record.ts';
import type { Delegate } from './delegate.ts';

const schema = new Schema<Delegate>(
  {
    _id: String,
    invitation: String,
    name: String,
    email: String,
    language: String,
    sections: [String],
    note: String,
    askedBy: String,
    askedAt: Date,
    doneAt: Date,
    declinedAt: Date,
    reason: String,
    revokedAt: Date,
  },
  schemaOptions,
);

export function delegateStore(connection: Connection) {
  const model = connection.model('Delegate', schema, 'delegates');
  return {
    async find(id: string): Promise<Delegate | null> {
      return model.findOne({ _id: id }).lean<Delegate>();
    },
    /** In the order in which they were asked. */
    async of(invitation: string): Promise<Delegate[]> {
      return model.find({ invitation }).sort({ _id: 1 }).lean<Delegate[]>();
    },
    async insert(delegate: Delegate, session: ClientSession): Promise<void> {
      await model.create([delegate], { session });
    },
    /** Notes what became of it. False when it was taken back or declined before. */
    async end(
      id: string,
      change: Partial<Pick<Delegate, 'doneAt' | 'declinedAt' | 'reason' | 'revokedAt'>>,
      session: ClientSession,
    ): Promise<boolean> {
      const result = await model.updateOne(
        { _id: id, revokedAt: null, declinedAt: null },
        { $set: change },
        { session },
      );
      return result.modifiedCount === 1;
    },
  };
}

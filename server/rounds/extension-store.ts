import { type ClientSession, type Connection, Schema } from 'mongoose';
import { schemaOptions } from '../db/record.ts';
import type { Extension } from './extension.ts';

const schema = new Schema<Extension>(
  {
    _id: String,
    round: String,
    invitation: String,
    link: String,
    contact: String,
    wanted: Date,
    reason: String,
    askedAt: Date,
    status: String,
    until: Date,
    word: String,
    decidedAt: Date,
  },
  schemaOptions,
);

export function extensionStore(connection: Connection) {
  const model = connection.model('Extension', schema, 'extensions');
  return {
    async find(id: string): Promise<Extension | null> {
      return model.findOne({ _id: id }).lean<Extension>();
    },
    /** Oldest first. */
    async openOfRound(round: string): Promise<Extension[]> {
      return model.find({ round, status: 'open' }).sort({ _id: 1 }).lean<Extension[]>();
    },
    /** The newest request of an invitation, or what the secretariat granted by itself; null when there was none. */
    async latest(invitation: string): Promise<Extension | null> {
      return model.findOne({ invitation }).sort({ _id: -1 }).lean<Extension>();
    },
    /** The one that waits for an answer. */
    async open(invitation: string, session: ClientSession): Promise<Extension | null> {
      return model.findOne({ invitation, status: 'open' }, null, { session }).lean<Extension>();
    },
    /** @throws a duplicate when one is open already; the transaction is over then */
    async insert(extension: Extension, session: ClientSession): Promise<void> {
      await model.create([extension], { session });
    },
    /** Ends an open request. False when it was ended before. */
    async end(
      id: string,
      change: Pick<Extension, 'status'> & Partial<Pick<Extension, 'until' | 'word' | 'decidedAt'>>,
      session: ClientSession,
    ): Promise<boolean> {
      const result = await model.updateOne(
        { _id: id, status: 'open' },
        { $set: change },
        { session },
      );
      return result.modifiedCount === 1;
    },
  };
}

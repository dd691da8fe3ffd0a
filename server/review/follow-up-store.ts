import { type ClientSession, type Connection, Schema } from 'mongoose';
import { schemaOptions } from '../db/record.ts';
import type { FollowUpClosing } from './follow-up.ts';

const schema = new Schema<FollowUpClosing>(
  {
    _id: String,
    round: String,
    response: String,
    action: Number,
    note: String,
    at: Date,
    by: String,
  },
  schemaOptions,
);

export function followUpStore(connection: Connection) {
  const model = connection.model('FollowUp', schema, 'followUps');
  return {
    async ofRound(round: string): Promise<FollowUpClosing[]> {
      return model.find({ round }).lean<FollowUpClosing[]>();
    },
    /** @throws a duplicate when it is closed already; the transaction is over then */
    async close(closing: FollowUpClosing, session: ClientSession): Promise<void> {
      await model.create([closing], { session });
    },
    /** False when it was not closed. */
    async reopen(id: string, session: ClientSession): Promise<boolean> {
      return (await model.deleteOne({ _id: id }, { session })).deletedCount === 1;
    },
  };
}

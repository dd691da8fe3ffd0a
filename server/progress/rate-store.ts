import { type ClientSession, type Connection, Schema } from 'mongoose';
import { schemaOptions } from '../db/record.ts';
import type { Rate } from './rate.ts';

const schema = new Schema<Rate>(
  {
    _id: String,
    round: String,
    currency: String,
    year: String,
    to: String,
    rate: Number,
    date: String,
    source: String,
    by: String,
    at: Date,
  },
  schemaOptions,
);

export function rateStore(connection: Connection) {
  const model = connection.model('Rate', schema, 'rates');
  return {
    async ofRound(round: string): Promise<Rate[]> {
      return model.find({ round }).sort({ currency: 1, year: 1 }).lean<Rate[]>();
    },
    /** In place of the one of the same currency and year. */
    async put(rate: Rate, session: ClientSession): Promise<void> {
      await model.replaceOne({ _id: rate._id }, rate, { upsert: true, session });
    },
    /** False when it is gone. */
    async remove(id: string, session: ClientSession): Promise<boolean> {
      return (await model.deleteOne({ _id: id }, { session })).deletedCount === 1;
    },
  };
}

import { type ClientSession, type Connection, Schema } from 'mongoose';
import { schemaOptions } from '../db/record.ts';
import type { Referral } from './referral.ts';

const schema = new Schema<Referral>(
  {
    _id: String,
    round: String,
    invitation: String,
    link: String,
    contact: String,
    by: String,
    named: Schema.Types.Mixed,
    note: String,
    askedAt: Date,
    status: String,
    made: String,
    decidedAt: Date,
  },
  schemaOptions,
);

export function referralStore(connection: Connection) {
  const model = connection.model('Referral', schema, 'referrals');
  return {
    async find(id: string): Promise<Referral | null> {
      return model.findOne({ _id: id }).lean<Referral>();
    },
    /** Oldest first. */
    async openOfRound(round: string): Promise<Referral[]> {
      return model.find({ round, status: 'open' }).sort({ _id: 1 }).lean<Referral[]>();
    },
    /** What a person said and nobody has answered yet; null when there is nothing. @param by see `Referral` */
    async openBy(by: string): Promise<Referral | null> {
      return model.findOne({ by, status: 'open' }).lean<Referral>();
    },
    /** @throws a duplicate when the person has one open already; the transaction is over then */
    async insert(referral: Referral, session: ClientSession): Promise<void> {
      await model.create([referral], { session });
    },
    /** Ends an open one. False when it was ended before. */
    async end(
      id: string,
      change: Pick<Referral, 'status'> & Partial<Pick<Referral, 'made' | 'decidedAt'>>,
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

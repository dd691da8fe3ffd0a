import { type ClientSession, type Connection, Schema, trusted } from 'mongoose';
import { schemaOptions } from '../db/record.ts';
import type { Clarification, ClarificationState } from './clarification.ts';

const schema = new Schema<Clarification>(
  {
    _id: String,
    key: String,
    round: String,
    response: String,
    state: String,
    audience: String,
    questions: [String],
    followUp: Number,
    title: String,
    words: String,
    language: String,
    due: String,
    before: Schema.Types.Mixed,
    status: String,
    askedAt: Date,
    askedBy: String,
    answer: Schema.Types.Mixed,
    ended: Schema.Types.Mixed,
  },
  schemaOptions,
);

export function clarificationStore(connection: Connection) {
  const model = connection.model('Clarification', schema, 'clarifications');
  return {
    async find(id: string): Promise<Clarification | null> {
      return model.findOne({ _id: id }).lean<Clarification>();
    },
    async byKey(key: string): Promise<Clarification | null> {
      return model.findOne({ key }).lean<Clarification>();
    },
    /** Newest first. */
    async ofRound(round: string): Promise<Clarification[]> {
      return model.find({ round }).sort({ _id: -1 }).lean<Clarification[]>();
    },
    /** Of one State in one audience, newest first. */
    async ofResponse(
      response: string,
      session: ClientSession | null = null,
    ): Promise<Clarification[]> {
      return model.find({ response }).sort({ _id: -1 }).session(session).lean<Clarification[]>();
    },
    /** @throws a duplicate when the form was sent before, or one of the questions waits for an answer already */
    async insert(clarification: Clarification, session: ClientSession): Promise<void> {
      await model.create([clarification], { session });
    },
    /** False when it is in none of the states `from`. */
    async move(
      id: string,
      from: ClarificationState[],
      change: Pick<Clarification, 'status'> & Partial<Pick<Clarification, 'answer' | 'ended'>>,
      session: ClientSession,
    ): Promise<boolean> {
      const result = await model.updateOne(
        { _id: id, status: trusted({ $in: from }) },
        { $set: change },
        { session },
      );
      return result.modifiedCount === 1;
    },
  };
}

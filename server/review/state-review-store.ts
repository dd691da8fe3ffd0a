import { type ClientSession, type Connection, Schema } from 'mongoose';
import { schemaOptions } from '../db/record.ts';
import { reviewId, type StateReview } from './state-review.ts';

const schema = new Schema<StateReview>(
  {
    _id: String,
    round: String,
    state: String,
    questionnaire: Schema.Types.Mixed,
    revision: Number,
    answers: Schema.Types.Mixed,
    other: Schema.Types.Mixed,
    savedAt: Date,
    savedBy: String,
    history: [Schema.Types.Mixed],
  },
  schemaOptions,
);

const HISTORY_KEPT = 50;

export function stateReviewStore(connection: Connection) {
  const model = connection.model('StateReview', schema, 'stateReviews');
  return {
    async find(round: string, state: string): Promise<StateReview | null> {
      return model.findOne({ _id: reviewId(round, state) }).lean<StateReview>();
    },
    /** In any order. */
    async ofRound(round: string): Promise<StateReview[]> {
      return model.find({ round }).lean<StateReview[]>();
    },
    /** Whether something was written by a version of an internal questionnaire, which never changes then. */
    async pins(key: string, version: number): Promise<boolean> {
      const of = { 'questionnaire.key': key, 'questionnaire.version': version };
      return (await model.exists(of)) !== null;
    },
    /**
     * Puts it in the place of the one before.
     * @param before null for the first one, which fails with a duplicate where somebody was faster
     * @returns false when another save came first
     */
    async save(
      review: Omit<StateReview, 'history'>,
      before: StateReview | null,
      session: ClientSession,
    ): Promise<boolean> {
      if (!before) {
        await model.create([{ ...review, history: [] }], { session });
        return true;
      }
      const { _id, ...rest } = review;
      const { revision, answers, other, savedAt, savedBy } = before;
      const old = { revision, answers, other, savedAt, savedBy };
      const result = await model.updateOne(
        { _id, revision },
        { $set: { ...rest, history: [...before.history, old].slice(-HISTORY_KEPT) } },
        { session },
      );
      return result.modifiedCount === 1;
    },
  };
}

import { type ClientSession, type Connection, Schema, trusted } from 'mongoose';
import { schemaOptions } from '../db/record.ts';
import type { Round } from './round.ts';

const schema = new Schema<Round>(
  {
    _id: String,
    questionnaire: { key: String, version: Number },
    opensAt: Date,
    closesAt: Date,
    zone: String,
    status: String,
    openedAt: Date,
    closedAt: Date,
    demonstration: Boolean,
    publication: Schema.Types.Mixed,
  },
  schemaOptions,
);

export function roundStore(connection: Connection) {
  const model = connection.model('Round', schema, 'rounds');
  return {
    async find(slug: string): Promise<Round | null> {
      return model.findOne({ _id: slug }).lean();
    },
    /** The latest opening first. */
    async all(): Promise<Round[]> {
      return model.find().sort({ opensAt: -1, _id: 1 }).lean();
    },
    /** @throws a duplicate when the slug is taken; the transaction is over then */
    async insert(round: Round, session: ClientSession): Promise<void> {
      await model.create([round], { session });
    },
    /** False when the round is not in one of the states `from`. */
    async move(
      slug: string,
      from: Round['status'][],
      set: Partial<Pick<Round, 'status' | 'openedAt' | 'closedAt'>>,
      session: ClientSession,
    ): Promise<boolean> {
      const result = await model.updateOne(
        { _id: slug, status: trusted({ $in: from }) },
        { $set: set },
        { session },
      );
      return result.modifiedCount === 1;
    },
    /** @param publication null takes the public page down */
    async publish(
      slug: string,
      publication: NonNullable<Round['publication']> | null,
      session: ClientSession,
    ): Promise<void> {
      await model.updateOne({ _id: slug }, { $set: { publication } }, { session });
    },
    /** Whether a round that is or was open uses this version, which then never changes. */
    async pins(key: string, version: number): Promise<boolean> {
      const found = await model.exists({
        'questionnaire.key': key,
        'questionnaire.version': version,
        status: trusted({ $in: ['open', 'closed'] }),
      });
      return found !== null;
    },
  };
}

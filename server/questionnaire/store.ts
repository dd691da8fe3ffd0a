import { type Connection, Schema, trusted } from 'mongoose';
import { schemaOptions } from '../db/record.ts';
import type { Definition } from './definition.ts';

export type StoredDefinition = {
  _id: string;
  key: string;
  version: number;
  sha256: string;
  definition: Definition;
  loadedAt: Date;
};

const schema = new Schema<StoredDefinition>(
  {
    _id: String,
    key: String,
    version: Number,
    sha256: String,
    definition: Schema.Types.Mixed,
    loadedAt: Date,
  },
  schemaOptions,
);

export type QuestionnaireStore = ReturnType<typeof questionnaireStore>;

export function questionnaireStore(connection: Connection) {
  const model = connection.model('Questionnaire', schema, 'questionnaires');
  return {
    async find(name: string): Promise<StoredDefinition | null> {
      return model.findOne({ _id: name }).lean();
    },
    /** The hash of a stored version without its content; null when it is not there. */
    async hash(name: string): Promise<string | null> {
      return (await model.findOne({ _id: name }, { sha256: 1 }).lean())?.sha256 ?? null;
    },
    async list(): Promise<Pick<StoredDefinition, '_id' | 'key' | 'version' | 'loadedAt'>[]> {
      return model.find({}, { definition: 0 }).sort({ key: 1, version: 1 }).lean();
    },
    /** Those that rounds are made of: not the internal ones. */
    async circulated(): Promise<{ key: string; version: number }[]> {
      return model
        .find({ 'definition.internal': trusted({ $exists: false }) }, { key: 1, version: 1 })
        .sort({ key: 1, version: 1 })
        .lean();
    },
    /** The newest internal questionnaire that goes with the questionnaires of a key; null when none was loaded. */
    async internalOf(key: string): Promise<{ key: string; version: number } | null> {
      return model
        .findOne({ 'definition.internal.of': key }, { key: 1, version: 1 })
        .sort({ version: -1 })
        .lean();
    },
    async save(stored: StoredDefinition): Promise<void> {
      await model.replaceOne({ _id: stored._id }, stored, { upsert: true });
    },
  };
}

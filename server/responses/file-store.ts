/** Files that respondents attach: a record each (10 MiB at most, so a plain document holds it), written with the save that names it. */
import { type ClientSession, type Connection, Schema } from 'mongoose';
import { schemaOptions } from '../db/record.ts';
import type { StoredFile } from '../questionnaire/answers.ts';

export type FileRecord = Omit<StoredFile, 'id'> & {
  _id: string;
  invitation: string;
  question: string;
  content: Buffer;
  createdAt: Date;
};

const schema = new Schema<FileRecord>(
  {
    _id: String,
    invitation: String,
    question: String,
    name: String,
    size: Number,
    type: String,
    sha256: String,
    content: Buffer,
    createdAt: Date,
  },
  schemaOptions,
);

export function fileStore(connection: Connection) {
  const model = connection.model('File', schema, 'files');
  return {
    async insert(file: FileRecord, session: ClientSession): Promise<void> {
      await model.create([file], { session });
    },
    /** A file of this invitation; null for another's. A file taken off a draft stays for the revisions that name it. */
    async find(id: string, invitation: string): Promise<FileRecord | null> {
      return model.findOne({ _id: id, invitation }).lean();
    },
  };
}

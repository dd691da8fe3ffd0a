import { type ClientSession, type Connection, Schema } from 'mongoose';
import { schemaOptions } from '../db/record.ts';
import type { NoteVerbale } from './note-verbale.ts';

const schema = new Schema<NoteVerbale>(
  {
    _id: String,
    invitation: String,
    account: String,
    reference: String,
    dated: String,
    scan: Schema.Types.Mixed,
    createdAt: Date,
  },
  schemaOptions,
);

export function noteStore(connection: Connection) {
  const model = connection.model('NoteVerbale', schema, 'notesVerbales');
  return {
    async find(id: string): Promise<NoteVerbale | null> {
      return model.findOne({ _id: id }).lean<NoteVerbale>();
    },
    /** The newest first. */
    async of(invitation: string): Promise<NoteVerbale[]> {
      return model.find({ invitation }).sort({ _id: -1 }).lean<NoteVerbale[]>();
    },
    /** @throws a duplicate when the form was sent before; the transaction is over then */
    async insert(note: NoteVerbale, session: ClientSession): Promise<void> {
      await model.create([note], { session });
    },
  };
}

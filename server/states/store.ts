import { type ClientSession, type Connection, Schema, trusted } from 'mongoose';
import { newId, schemaOptions } from '../db/record.ts';
import type { Language } from '../questionnaire/definition.ts';
import type { ContactRow } from './contact-file.ts';
import type { Contact, State } from './state.ts';

const stateSchema = new Schema<State>(
  {
    _id: String,
    iso2: String,
    iso3: String,
    names: Schema.Types.Mixed,
    region: String,
    zone: String,
    memberships: [{ _id: false, group: String, from: String, to: String, verified: Boolean }],
  },
  schemaOptions,
);

const contactSchema = new Schema<Contact & { address: string }>(
  {
    _id: String,
    state: String,
    audience: String,
    name: String,
    post: String,
    email: String,
    /** The address in small letters: two spellings are one person. */
    address: String,
    language: String,
    zone: String,
    chosenLanguage: String,
  },
  schemaOptions,
);

export type ContactChanges = {
  fresh: ContactRow[];
  changed: ContactRow[];
  unchanged: ContactRow[];
};

export function stateStore(connection: Connection) {
  const model = connection.model('State', stateSchema, 'states');
  return {
    async all(): Promise<State[]> {
      return model.find().sort({ _id: 1 }).lean();
    },
    /** In any order; those that are not there are left out. */
    async among(keys: string[]): Promise<State[]> {
      return model.find({ _id: trusted({ $in: keys }) }).lean();
    },
    async find(key: string): Promise<State | null> {
      return model.findOne({ _id: key }).lean();
    },
    /** Replaces each State by its key; others stay. */
    async load(states: State[], session: ClientSession): Promise<void> {
      await model.bulkWrite(
        states.map((state) => ({
          replaceOne: { filter: { _id: state._id }, replacement: state, upsert: true },
        })),
        { session },
      );
    },
  };
}

export function contactStore(connection: Connection) {
  const model = connection.model('Contact', contactSchema, 'contacts');
  const identity = (row: { state: string; audience: string; email: string }) => ({
    state: row.state,
    audience: row.audience,
    address: row.email.toLowerCase(),
  });
  return {
    async find(id: string): Promise<Contact | null> {
      return model.findOne({ _id: id }).lean();
    },
    async all(): Promise<Contact[]> {
      return model.find().sort({ state: 1, audience: 1, address: 1 }).lean();
    },
    /** In any order; those that are not there are left out. */
    async among(ids: string[]): Promise<Contact[]> {
      return model.find({ _id: trusted({ $in: ids }) }).lean();
    },
    async of(state: string, audience: string): Promise<Contact[]> {
      return model.find({ state, audience }).sort({ _id: 1 }).lean();
    },
    /** Everything that a person with this address speaks for, whatever the case it is written in. */
    async byAddress(email: string): Promise<Contact[]> {
      return model.find({ address: email.toLowerCase() }).sort({ _id: 1 }).lean();
    },
    /** One more contact; the one that is there when State, audience and address are the same. */
    async add(
      contact: Omit<Contact, '_id' | 'zone' | 'chosenLanguage'>,
      session: ClientSession,
    ): Promise<Contact> {
      return model
        .findOneAndUpdate(
          identity(contact),
          { $setOnInsert: { ...contact, ...identity(contact), zone: null, _id: newId() } },
          { upsert: true, returnDocument: 'after', session },
        )
        .lean<Contact>()
        .orFail();
    },
    /** False when it is the person's language already. */
    async chooseLanguage(id: string, language: Language, session: ClientSession): Promise<boolean> {
      const result = await model.updateOne(
        { _id: id, chosenLanguage: trusted({ $ne: language }) },
        { $set: { chosenLanguage: language } },
        { session },
      );
      return result.modifiedCount === 1;
    },
    /** What loading the rows would do. A contact is the same one when State, audience and address are. */
    async compare(rows: ContactRow[]): Promise<ContactChanges> {
      const known = new Map(
        (await model.find().lean()).map((c) => [`${c.state} ${c.audience} ${c.address}`, c]),
      );
      const changes: ContactChanges = { fresh: [], changed: [], unchanged: [] };
      for (const row of rows) {
        const old = known.get(Object.values(identity(row)).join(' '));
        const same = (['name', 'post', 'email', 'language', 'zone'] as const).every(
          (field) => old?.[field] === row[field],
        );
        changes[old ? (same ? 'unchanged' : 'changed') : 'fresh'].push(row);
      }
      return changes;
    },
    async load(rows: ContactRow[], session: ClientSession): Promise<void> {
      if (rows.length === 0) return;
      await model.bulkWrite(
        rows.map(({ line: _line, ...row }) => ({
          updateOne: {
            filter: identity(row),
            update: { $set: { ...row, ...identity(row) }, $setOnInsert: { _id: newId() } },
            upsert: true,
          },
        })),
        { session },
      );
    },
  };
}

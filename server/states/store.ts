import { type ClientSession, type Connection, Schema, trusted } from 'mongoose';
import { recent } from '../db/recent.ts';
import { AT_ONCE, newId, schemaOptions, unlessTaken } from '../db/record.ts';
import type { Language } from '../questionnaire/definition.ts';
import type { ContactFields } from './contact-file.ts';
import type { Archived, Contact, State, Undeliverable } from './state.ts';

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

type Stored = Contact & { address: string };
const contactSchema = new Schema<Stored>(
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
    undeliverable: Schema.Types.Mixed,
    clearedAt: Date,
    archived: Schema.Types.Mixed,
  },
  schemaOptions,
);

/** What is known of the register as a whole. */
type Register = { _id: 'states'; revision: number; size?: number; alike?: Alike[] };
export type Alike = Pick<State, 'region' | 'memberships'> & { count: number };
const registerSchema = new Schema<Register>(
  { _id: String, revision: Number, size: Number, alike: Schema.Types.Mixed },
  schemaOptions,
);

export function stateStore(connection: Connection) {
  const register = connection.model('Register', registerSchema, 'registers');
  const model = connection.model('State', stateSchema, 'states');
  const find = async (key: string): Promise<State | null> => model.findOne({ _id: key }).lean();
  const known = recent(find);
  return {
    async all(): Promise<State[]> {
      return model.find().sort({ _id: 1 }).batchSize(AT_ONCE).lean();
    },
    /** In any order; those that are not there are left out. */
    async among(keys: string[], session: ClientSession | null = null): Promise<State[]> {
      return model
        .find({ _id: trusted({ $in: keys }) })
        .session(session)
        .lean();
    },
    /** Changes whenever a State does. The size is what the database keeps of itself: fast, and right but for writes under way. */
    async revision(): Promise<{ name: string; size: number }> {
      const [known, size] = await Promise.all([
        register.findOne({ _id: 'states' }, { revision: 1 }).lean<Register>(),
        model.estimatedDocumentCount(),
      ]);
      return { name: `${known?.revision ?? 0}:${size}`, size };
    },
    /**
     * Those alike in region and groups counted together, for a register that is too large to be read with each page. Counted
     * once for each revision.
     */
    async alike(size: number): Promise<Alike[]> {
      const known = await register.findOne({ _id: 'states' }).lean<Register>();
      if (known?.alike && known.size === size) return known.alike;
      const found = await model.aggregate([
        {
          $group: { _id: { region: '$region', memberships: '$memberships' }, count: { $sum: 1 } },
        },
      ]);
      const alike = found.map(({ _id, count }): Alike => ({ ..._id, count }));
      await unlessTaken(() =>
        register.updateOne(
          { _id: 'states', revision: known?.revision ?? 0 },
          { $set: { size, alike } },
          { upsert: true },
        ),
      );
      return alike;
    },
    find,
    /** As it was within the last second. */
    lately: known.get,
    /** Replaces each State by its key; others stay. */
    async load(states: State[], session: ClientSession): Promise<void> {
      known.forgetAfter(session);
      await model.bulkWrite(
        states.map((state) => ({
          replaceOne: { filter: { _id: state._id }, replacement: state, upsert: true },
        })),
        { session },
      );
      await register.updateOne(
        { _id: 'states' },
        { $inc: { revision: 1 }, $unset: { size: 1, alike: 1 } },
        { session, upsert: true },
      );
    },
  };
}

/** What can be changed of a contact; State and audience are what it is. */
export type ContactChange = Pick<Contact, 'name' | 'post' | 'email' | 'language' | 'zone'>;
/** A contact that loading or a form makes. */
export type NewContact = ContactFields & { zone: string | null };

export function contactStore(connection: Connection) {
  const model = connection.model('Contact', contactSchema, 'contacts');
  const identity = (row: { state: string; audience: string; email: string }) => ({
    state: row.state,
    audience: row.audience,
    address: row.email.toLowerCase(),
  });
  const order = { state: 1, audience: 1, address: 1 } as const;
  return {
    /** Also one that was removed: whoever writes to it must look. */
    async find(id: string): Promise<Contact | null> {
      return model.findOne({ _id: id }).lean();
    },
    /** Those that are asked and written to. */
    async all(): Promise<Contact[]> {
      return model.find({ archived: null }).sort(order).batchSize(AT_ONCE).lean();
    },
    /** The removed ones too, for what tells of the past. */
    async everyone(session: ClientSession | null = null): Promise<Contact[]> {
      return model.find().sort(order).batchSize(AT_ONCE).session(session).lean();
    },
    /** In any order; those that are not there are left out. */
    async among(ids: string[]): Promise<Contact[]> {
      return model.find({ _id: trusted({ $in: ids }) }).lean();
    },
    async of(state: string, audience: string): Promise<Contact[]> {
      return model.find({ state, audience, archived: null }).sort({ _id: 1 }).lean();
    },
    /** The removed ones too. */
    async everyoneOf(state: string, audience: string): Promise<Contact[]> {
      return model.find({ state, audience }).sort({ _id: 1 }).lean();
    },
    /** Everything that a person with this address speaks for, whatever the case it is written in. */
    async byAddress(email: string): Promise<Contact[]> {
      return model.find({ address: email.toLowerCase(), archived: null }).sort({ _id: 1 }).lean();
    },
    /** The contact with this State, audience and address, also a removed one; null when there is none. */
    async same(of: { state: string; audience: string; email: string }): Promise<Contact | null> {
      return model.findOne(identity(of)).lean();
    },
    /**
     * One more contact; the one that is there when State, audience and address are the same. One that was removed is
     * back then.
     */
    async add(
      contact: Omit<
        Contact,
        '_id' | 'zone' | 'chosenLanguage' | 'archived' | 'undeliverable' | 'clearedAt'
      >,
      session: ClientSession,
    ): Promise<Contact> {
      return model
        .findOneAndUpdate(
          identity(contact),
          {
            $setOnInsert: { ...contact, ...identity(contact), zone: null, _id: newId() },
            $unset: { archived: 1 },
          },
          { upsert: true, returnDocument: 'after', session },
        )
        .lean<Contact>()
        .orFail();
    },
    /** Meets the unique index when State, audience and address are taken. */
    async insert(contact: NewContact, session: ClientSession): Promise<string> {
      const _id = newId();
      await model.create([{ ...contact, ...identity(contact), _id }], { session });
      return _id;
    },
    /** Meets the unique index when another contact of the State and audience has the address. */
    async change(id: string, to: ContactChange, session: ClientSession): Promise<void> {
      const address = to.email.toLowerCase();
      await model.updateOne({ _id: id }, { $set: { ...to, address } }, { session });
    },
    /** False when it was removed already. */
    async archive(id: string, archived: Archived, session: ClientSession): Promise<boolean> {
      const result = await model.updateOne(
        { _id: id, archived: null },
        { $set: { archived } },
        { session },
      );
      return result.modifiedCount === 1;
    },
    /** False when it is there already. */
    async restore(id: string, session: ClientSession): Promise<boolean> {
      const result = await model.updateOne(
        { _id: id, archived: trusted({ $ne: null }) },
        { $unset: { archived: 1 } },
        { session },
      );
      return result.modifiedCount === 1;
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
    /** Mail to the contact came back for good: from here on none goes there. See `whyUnreachable`. */
    async stopMail(
      id: string,
      undeliverable: Undeliverable,
      session: ClientSession,
    ): Promise<void> {
      await model.updateOne({ _id: id }, { $set: { undeliverable } }, { session });
    },
    /** Mail goes to the contact again. False when it does already. */
    async resumeMail(id: string, now: Date, session: ClientSession): Promise<boolean> {
      const result = await model.updateOne(
        { _id: id, undeliverable: trusted({ $ne: null }) },
        { $set: { undeliverable: null, clearedAt: now } },
        { session },
      );
      return result.modifiedCount === 1;
    },
    /**
     * New ones, and changes by id. Meets the unique index when somebody was faster.
     *
     * The driver writes them as they are: that mongoose looks at each of 20,000 again takes longer than a transaction may.
     */
    async load(
      fresh: NewContact[],
      changed: { id: string; to: ContactChange }[],
      session: ClientSession,
    ): Promise<void> {
      const collection = connection.getClient().db(connection.name).collection<Stored>('contacts');
      const made = fresh.map((one) => ({ ...one, ...identity(one), _id: newId() }));
      for (let at = 0; at < made.length; at += AT_ONCE)
        await collection.insertMany(made.slice(at, at + AT_ONCE), { session });
      const updates = changed.map(({ id, to }) => ({
        updateOne: {
          filter: { _id: id },
          update: { $set: { ...to, address: to.email.toLowerCase() } },
        },
      }));
      for (let at = 0; at < updates.length; at += AT_ONCE)
        await collection.bulkWrite(updates.slice(at, at + AT_ONCE), { session });
    },
  };
}

import { type ClientSession, type Connection, Schema, trusted } from 'mongoose';
import { newId, schemaOptions } from '../db/record.ts';
import { hashToken, newToken } from '../secrets.ts';
import { type Account, may, type Permission, type SignIn } from './account.ts';

const accountSchema = new Schema<Account>(
  {
    _id: String,
    email: String,
    role: String,
    state: String,
    language: String,
    createdAt: Date,
    disabledAt: Date,
  },
  schemaOptions,
);

const signInSchema = new Schema<SignIn>(
  {
    _id: String,
    account: String,
    kind: String,
    tokenHash: String,
    browserHash: String,
    to: String,
    expiresAt: Date,
    usedAt: Date,
  },
  schemaOptions,
);

export function accountStore(connection: Connection) {
  const model = connection.model('Account', accountSchema, 'accounts');
  const signIns = connection.model('SignIn', signInSchema, 'signIns');
  return {
    /** @throws a duplicate when the address has an account; the transaction is over then */
    async insert(account: Account, session: ClientSession): Promise<void> {
      await model.create([account], { session });
    },
    /** Null for unknown and disabled ones. */
    /** In any order; those that are not there are left out. */
    async among(ids: string[]): Promise<Account[]> {
      return model.find({ _id: trusted({ $in: ids }) }).lean();
    },
    async active(id: string): Promise<Account | null> {
      return model.findOne({ _id: id, disabledAt: null }).lean();
    },
    async activeByEmail(email: string): Promise<Account | null> {
      return model.findOne({ email: email.toLowerCase(), disabledAt: null }).lean();
    },
    async all(): Promise<Account[]> {
      return model.find().sort({ email: 1 }).lean();
    },

    /** Active ones whose role allows it. */
    async whoMay(permission: Permission): Promise<Account[]> {
      const all: Account[] = await model.find({ disabledAt: null }).sort({ email: 1 }).lean();
      return all.filter((account) => may(account, permission));
    },

    /** Notes that somebody wants to sign in; the worker makes the link. */
    async askSignIn(
      { browser, ...of }: Pick<SignIn, 'account' | 'to' | 'expiresAt'> & { browser: string },
      session: ClientSession,
    ): Promise<SignIn> {
      const signIn: SignIn = {
        ...of,
        _id: newId(),
        kind: 'email',
        tokenHash: null,
        browserHash: hashToken(browser),
        usedAt: null,
      };
      await signIns.create([signIn], { session });
      return signIn;
    },
    /** Gives a wish its token; null when it has expired or was used. */
    async mintSignIn(id: string, now: Date): Promise<string | null> {
      const token = newToken();
      const result = await signIns.updateOne(
        { _id: id, usedAt: null, expiresAt: trusted({ $gt: now }) },
        { $set: { tokenHash: hashToken(token) } },
      );
      return result.modifiedCount === 1 ? token : null;
    },
    /** Until when a wish can be granted; null when it is gone. */
    async signInExpiry(id: string): Promise<Date | null> {
      return (await signIns.findOne({ _id: id }, { expiresAt: 1 }).lean())?.expiresAt ?? null;
    },
    async mintBootstrap(account: string, expiresAt: Date): Promise<string> {
      const token = newToken();
      await signIns.create([
        {
          _id: newId(),
          account,
          kind: 'bootstrap',
          tokenHash: hashToken(token),
          browserHash: null,
          to: '/',
          expiresAt,
          usedAt: null,
        },
      ]);
      return token;
    },
    /** The open sign-in of a token, unused and in time; null otherwise. Changes nothing. */
    async openSignIn(token: string, now: Date): Promise<SignIn | null> {
      return signIns
        .findOne({ tokenHash: hashToken(token), usedAt: null, expiresAt: trusted({ $gt: now }) })
        .lean();
    },
    /** Uses a sign-in up, once. `browser` must be the one that asked. */
    async useSignIn(token: string, browser: string | null, now: Date): Promise<SignIn | null> {
      return signIns
        .findOneAndUpdate(
          {
            tokenHash: hashToken(token),
            usedAt: null,
            expiresAt: trusted({ $gt: now }),
            $or: [{ kind: 'bootstrap' }, { browserHash: hashToken(browser ?? '') }],
          },
          { $set: { usedAt: now } },
          { returnDocument: 'after' },
        )
        .lean();
    },
  };
}

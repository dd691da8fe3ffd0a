import { type ClientSession, type Connection, Schema, trusted } from 'mongoose';
import { gathered } from '../db/gathered.ts';
import { AT_ONCE, newId, schemaOptions } from '../db/record.ts';
import { hashToken, newToken } from '../secrets.ts';
import type { Invitation, Link } from './invitation.ts';

const invitationSchema = new Schema<Invitation>(
  {
    _id: String,
    round: String,
    state: String,
    audience: String,
    createdAt: Date,
    closesAt: Date,
    released: [String],
    declined: Schema.Types.Mixed,
    noReminders: { type: [Schema.Types.Mixed], default: undefined },
  },
  schemaOptions,
);

const linkSchema = new Schema<Link>(
  {
    _id: String,
    invitation: String,
    contact: String,
    delegate: String,
    note: String,
    account: String,
    clarification: String,
    tokenHash: String,
    message: String,
    createdAt: Date,
    revokedAt: Date,
  },
  schemaOptions,
);

export function invitationStore(connection: Connection) {
  const model = connection.model('Invitation', invitationSchema, 'invitations');
  return {
    async find(id: string): Promise<Invitation | null> {
      return model.findOne({ _id: id }).lean();
    },
    /** In any order; those that are not there are left out. */
    async among(ids: string[]): Promise<Invitation[]> {
      return model.find({ _id: trusted({ $in: ids }) }).lean();
    },
    async ofRound(round: string, session: ClientSession | null = null): Promise<Invitation[]> {
      return model
        .find({ round })
        .sort({ state: 1, audience: 1 })
        .batchSize(AT_ONCE)
        .session(session)
        .lean();
    },
    async ofState(round: string, state: string, audience: string): Promise<Invitation | null> {
      return model.findOne({ round, state, audience }).lean();
    },
    async insert(invitations: Invitation[], session: ClientSession): Promise<void> {
      if (invitations.length > 0) await model.insertMany(invitations, { session });
    },
    /** The new deadline of one State. */
    async extend(id: string, until: Date, session: ClientSession): Promise<void> {
      await model.updateOne({ _id: id }, { $set: { closesAt: until } }, { session });
    },
    /** @param declined null takes it back */
    async decline(
      id: string,
      declined: NonNullable<Invitation['declined']> | null,
      session: ClientSession,
    ): Promise<void> {
      await model.updateOne({ _id: id }, { $set: { declined } }, { session });
    },
    /** From here on the contact gets no mail about this invitation. */
    async release(id: string, contact: string, session: ClientSession): Promise<void> {
      await model.updateOne({ _id: id }, { $addToSet: { released: contact } }, { session });
    },
    /** From here on the contact gets no reminder about this invitation. False when it was so before. */
    async stopReminders(
      id: string,
      contact: string,
      at: Date,
      session: ClientSession,
    ): Promise<boolean> {
      const result = await model.updateOne(
        { _id: id, 'noReminders.contact': trusted({ $ne: contact }) },
        { $push: { noReminders: { contact, at } } },
        { session },
      );
      return result.modifiedCount === 1;
    },
    /** The contact may be reminded again. False when nothing stood in the way. */
    async allowReminders(id: string, contact: string, session: ClientSession): Promise<boolean> {
      const result = await model.updateOne(
        { _id: id, 'noReminders.contact': contact },
        { $pull: { noReminders: { contact } } },
        { session },
      );
      return result.modifiedCount === 1;
    },
    /** The contact is asked (again). */
    async take(id: string, contact: string, session: ClientSession): Promise<void> {
      await model.updateOne({ _id: id }, { $pull: { released: contact } }, { session });
    },
  };
}

export function linkStore(connection: Connection) {
  const model = connection.model('Link', linkSchema, 'links');
  /** Those of mails that are prepared at the same time go together. */
  const insert = gathered(async (links: Link[]) => {
    await model.insertMany(links, { lean: true });
    return links;
  });
  return {
    /** Makes a link and returns its token, which is nowhere else. Earlier links stay valid. */
    async mint(
      of: {
        invitation: string;
        contact: string | null;
        delegate?: string | null;
        note?: string;
        account?: string;
        clarification?: string;
        message: string | null;
      },
      now: Date,
    ): Promise<{ link: Link; token: string }> {
      const token = newToken();
      const link: Link = {
        delegate: null,
        ...of,
        _id: newId(),
        tokenHash: hashToken(token),
        createdAt: now,
        revokedAt: null,
      };
      await insert(link);
      return { link, token };
    },
    /** Also one that has ended. */
    async find(id: string): Promise<Link | null> {
      return model.findOne({ _id: id }).lean();
    },
    /** Null for unknown and revoked tokens alike. */
    async live(token: string): Promise<Link | null> {
      return model.findOne({ tokenHash: hashToken(token), revokedAt: null }).lean();
    },
    /** All links to an invitation, the ended ones too: who wrote what stays known. */
    async ofInvitation(invitation: string): Promise<Link[]> {
      return model.find({ invitation }).sort({ _id: 1 }).lean();
    },
    async revokeOfDelegate(delegate: string, now: Date, session: ClientSession): Promise<void> {
      await model.updateMany(
        { delegate, revokedAt: null },
        { $set: { revokedAt: now } },
        { session },
      );
    },
    /** Revokes the links of one person to an invitation, by contact or by the link itself. Returns how many. */
    async revokeOf(
      invitation: string,
      of: { contact: string } | { _id: string },
      now: Date,
      session: ClientSession,
    ): Promise<number> {
      const result = await model.updateMany(
        { invitation, ...of, revokedAt: null },
        { $set: { revokedAt: now } },
        { session },
      );
      return result.modifiedCount;
    },
    /** Revokes the links of one person to all invitations. Returns how many. */
    async revokeOfContact(contact: string, now: Date, session: ClientSession): Promise<number> {
      const result = await model.updateMany(
        { contact, revokedAt: null },
        { $set: { revokedAt: now } },
        { session },
      );
      return result.modifiedCount;
    },
    /** Revokes all links to an invitation; the draft stays. Returns how many. */
    async revoke(invitation: string, now: Date, session: ClientSession): Promise<number> {
      const result = await model.updateMany(
        { invitation, revokedAt: null },
        { $set: { revokedAt: now } },
        { session },
      );
      return result.modifiedCount;
    },
  };
}

/** Who is asked: one State as one audience in one round, through the personal links of its contacts. */
export type Invitation = {
  _id: string;
  round: string;
  state: string;
  audience: string;
  createdAt: Date;
  /** The extension that was granted; null where the round's deadline counts. See `rounds/deadline.ts`. */
  closesAt: Date | null;
  /** Contacts who said that they are not the right person and whose links were ended: no more mail goes to them. */
  released?: string[];
  /** That the State does not wish to answer, as the secretariat noted it; absent or null otherwise. It may still answer. */
  declined?: { at: Date; reason: string } | null;
  /** Contacts who asked for no more reminders in this round. */
  noReminders?: { contact: string; at: Date }[];
};

/** Whether the contact is still asked in this invitation. */
export const isAsked = (invitation: Pick<Invitation, 'released'>, contact: string): boolean =>
  invitation.released?.includes(contact) !== true;

/** Whether the contact asked for no more reminders about this invitation. Other mail goes on. */
export const remindersStopped = (
  invitation: Pick<Invitation, 'noReminders'>,
  contact: string,
): boolean => invitation.noReminders?.some((one) => one.contact === contact) === true;

/** A key to one invitation. Several may be live for one contact, since each mail carries one of its own. */
export type Link = {
  _id: string;
  invitation: string;
  /** Null for a link that an admin printed for a State without contacts. */
  contact: string | null;
  /** The colleague whom it lets into some sections; null for a link to the whole. */
  delegate: string | null;
  /** The Note Verbale from which the secretariat enters answers by it, and the account that does; absent on others. */
  note?: string;
  account?: string;
  /** The clarification that its mail was about, whose page it leads to; absent on others. */
  clarification?: string;
  tokenHash: string;
  /** The message that carries it; null for a printed one. */
  message: string | null;
  createdAt: Date;
  revokedAt: Date | null;
};

/** Paths that a personal link uses; the token is the only thing with 43 characters. */
export const TOKEN = /^[A-Za-z0-9_-]{43}$/;
export const linkAddress = (publicUrl: string, token: string): string => `${publicUrl}/r/${token}`;

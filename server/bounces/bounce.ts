/** The record of a mail that came back: what it said, of whom, and what was done. */
import { newId } from '../db/record.ts';
import type { Kind, Subject } from './report.ts';

export type Source =
  | 'imap'
  | 'folder'
  | 'hook'
  | 'command'
  /** Our mail server, which refused the mail at once. */
  | 'server';

/** Why a mail is no report that we may act upon. */
export type OddReason =
  /** Nothing in it points to a mail of ours. */
  | 'no-reference'
  /** It points to one, with a signature that is not ours. */
  | 'bad-signature'
  /** Signed by us, and the mail is not there any more. */
  | 'gone'
  /** It is about a mail of ours, and no report: a person's answer, or words that cannot be told. */
  | 'no-report'
  /** There are many about the same mail already: a loop, or somebody who plays. */
  | 'too-many'
  | 'too-large'
  | 'unreadable';

export type Bounce = {
  _id: string;
  /** The same for a mail that is read twice. See `keyOf` in `receive.ts`. */
  key: string;
  source: Source;
  at: Date;
  kind: Kind;
  subject: Subject;
  /** Null for one that was understood. */
  odd: OddReason | null;
  /** The mail of ours that came back; null when that is not known for certain. */
  message: string | null;
  round: string | null;
  contact: string | null;
  /** Enhanced status code; null when none was given. */
  code: string | null;
  /** What the server, or the absent person, said; short, without links. */
  text: string;
  /** The address that the report names; null when it names none. */
  recipient: string | null;
  /** Another address than the one that we wrote to is named. */
  elsewhere: boolean;
  returns: Date | null;
  /** Whether mail to the contact was stopped for it. */
  stopped: boolean;
};

/** This many mails that come back softly, within this many days, and no more mail goes there. */
export const SOFT_MAILS = 3;
export const SOFT_DAYS = 14;

/** What is kept of mails that nobody understands: the newest. */
export const MOST_ODD = 500;
/** Reports about one mail of ours that are noted; a mail list with many members that are gone sends several. */
export const MOST_FOR_ONE = 20;
/** A mail that is larger is not read. */
export const MOST_BYTES = 1_048_576;

/** Before anything is known of it. */
export const emptyBounce = (key: string, source: Source, at: Date): Bounce => ({
  _id: newId(),
  key,
  source,
  at,
  kind: 'unknown',
  subject: 'address',
  odd: null,
  message: null,
  round: null,
  contact: null,
  code: null,
  text: '',
  recipient: null,
  elsewhere: false,
  returns: null,
  stopped: false,
});

/** A colleague to whom a respondent hands sections: by a link of their own, limited to those sections, without an account. */
import type { Language } from '../questionnaire/definition.ts';

export type Delegate = {
  _id: string;
  invitation: string;
  name: string;
  email: string;
  language: Language;
  /** Ids of the sections that the link opens. */
  sections: string[];
  /** What the respondent wrote to the colleague. */
  note: string;
  /** The link of the respondent who asked. */
  askedBy: string;
  askedAt: Date;
  /** When the colleague said that the sections are finished. They may still change them. */
  doneAt: Date | null;
  /** When the colleague said that they are not the right person. Their links are ended then. */
  declinedAt: Date | null;
  reason: string;
  /** When the respondent took the sections back. */
  revokedAt: Date | null;
};

export type DelegateState = 'asked' | 'done' | 'declined' | 'revoked';

export const stateOfDelegate = (delegate: Delegate): DelegateState => {
  if (delegate.revokedAt) return 'revoked';
  if (delegate.declinedAt) return 'declined';
  return delegate.doneAt ? 'done' : 'asked';
};

/** More than a ministry needs, and few enough that nobody sends mail through us. */
export const MOST_DELEGATES = 20;

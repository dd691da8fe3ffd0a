/** What the bare stack keeps of its people, in the same database as ours. */
export type BareLink = {
  /** SHA-256 of the token in the cookie. */
  _id: string;
  draft: string;
  state: string;
  language: string;
  closesAt: Date;
  revokedAt: Date | null;
};
export type BareDraft = {
  _id: string;
  revision: number;
  savedAt: Date;
  answers: Record<string, unknown>;
  submitted?: { revision: number };
};

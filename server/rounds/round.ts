/** When: one circulation of one questionnaire version, with an opening, a deadline and a time zone. */
export type Round = {
  /** The slug: short, in every address and file name. */
  _id: string;
  questionnaire: { key: string; version: number };
  opensAt: Date;
  closesAt: Date;
  /** IANA zone in which the secretariat announces the deadline. */
  zone: string;
  status: 'planned' | 'open' | 'closed';
  openedAt: Date | null;
  closedAt: Date | null;
  /** Invented answers: every page, file and mail says so. */
  demonstration: boolean;
  /** The cut-off that everybody may see without an account; absent or null for none. */
  publication?: { cutOff: string; at: Date } | null;
};

/** Silent: a save that was under way when the deadline passed is still taken. */
export const GRACE_MINUTES = 15;

export type Writing =
  | { ok: true }
  | { ok: false; reason: 'planned' | 'notYet' | 'closed' | 'deadline' };

/** Whether answers may be written at an instant. A link reads on after that. */
export function mayWrite(round: Round, now: Date): Writing {
  if (round.status === 'planned') return { ok: false, reason: 'planned' };
  if (round.status === 'closed') return { ok: false, reason: 'closed' };
  if (now < round.opensAt) return { ok: false, reason: 'notYet' };
  const last = round.closesAt.getTime() + GRACE_MINUTES * 60_000;
  return now.getTime() <= last ? { ok: true } : { ok: false, reason: 'deadline' };
}

export const isSlug = (text: string): boolean => /^[a-z0-9][a-z0-9-]{0,60}$/.test(text);

/** "I am not the right person": who says so, whom they name instead, and what the secretariat made of it. */
import { LANGUAGES, type Language } from '../questionnaire/definition.ts';
import { isMailAddress } from '../states/mail-address.ts';

export type Named = { name: string; post: string; email: string; language: Language };

export type Referral = {
  _id: string;
  round: string;
  invitation: string;
  /** The link through which it was said. */
  link: string;
  /** Whose link that is; null for a link of nobody. */
  contact: string | null;
  /** Contact or else link, and invitation: one person says it once. See `byOf`. */
  by: string;
  /** Null when they know nobody. */
  named: Named | null;
  note: string;
  askedAt: Date;
  status: 'open' | 'withdrawn' | 'confirmed' | 'dismissed';
  /** The contact that was made of the named person. */
  made: string | null;
  decidedAt: Date | null;
};

const LONGEST_NAME = 200;
const LONGEST_NOTE = 1000;

/** As it was typed, so that a refused form comes back as it was. */
export type ReferralForm = Record<'who' | 'name' | 'post' | 'email' | 'language' | 'note', string>;
/** Field and what is wrong there. */
export type ReferralProblem = {
  field: keyof ReferralForm;
  code: 'who' | 'name' | 'email' | 'own' | 'language' | 'note';
};

/** @param own address of the person who speaks, whom they cannot name instead of themselves */
export function readReferral(
  form: ReferralForm,
  own: string | null,
): { named: Named | null; note: string; problems: ReferralProblem[] } {
  const problems: ReferralProblem[] = [];
  const wrong = (field: ReferralProblem['field'], code: ReferralProblem['code']) =>
    problems.push({ field, code });
  const note = form.note.trim();
  if (note.length > LONGEST_NOTE) wrong('note', 'note');
  if (form.who === 'nobody') return { named: null, note, problems };
  if (form.who !== 'other') {
    wrong('who', 'who');
    return { named: null, note, problems };
  }
  const line = (text: string) => text.replace(/\s+/g, ' ').trim();
  const [name, post, email] = [line(form.name), line(form.post), form.email.trim()];
  if (name === '' || name.length > LONGEST_NAME) wrong('name', 'name');
  if (!isMailAddress(email)) wrong('email', 'email');
  else if (email.toLowerCase() === own?.toLowerCase()) wrong('email', 'own');
  const language = LANGUAGES.find((known) => known === form.language);
  if (!language) wrong('language', 'language');
  const named = { name, post: post.slice(0, LONGEST_NAME), email, language: language ?? 'en' };
  return { named, note, problems };
}

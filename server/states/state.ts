/** Who exists: States, the groups they belong to at a date, and the contacts who speak for them. */
import type { Language } from '../questionnaire/definition.ts';

/** UN regional groups; `none` for those that are in none. */
export const REGIONS = [
  'african',
  'asia_pacific',
  'eastern_european',
  'grulac',
  'weog',
  'none',
] as const;
type Region = (typeof REGIONS)[number];

/** Both dates are null when not known, and then no limit. `verified` only once checked against the depositary's list. */
export type Membership = {
  group: string;
  from: string | null;
  to: string | null;
  verified: boolean;
};

export type State = {
  /** ISO 3166-1 alpha-3, or a free key where there is none (the European Union is EUE). */
  _id: string;
  iso2: string;
  iso3: string | null;
  names: Partial<Record<Language, string>> & { en: string };
  region: Region;
  /** IANA time zone of the capital. */
  zone: string;
  memberships: Membership[];
};

export const nameIn = (state: State, language: string): string =>
  state.names[language as Language] ?? state.names.en;

/** @param date ISO day */
export const isMember = (state: Pick<State, 'memberships'>, group: string, date: string): boolean =>
  state.memberships.some(
    (membership) =>
      membership.group === group &&
      (membership.from === null || membership.from <= date) &&
      (membership.to === null || date < membership.to),
  );

export type Contact = {
  _id: string;
  state: string;
  audience: string;
  name: string;
  post: string;
  email: string;
  language: Language;
  /** Where the contact is when not in the capital; null for the State's own zone. */
  zone: string | null;
  /** The language that the person chose; absent until then. It stands above the one of the register. */
  chosenLanguage?: Language;
  /** Mail to this address came back for good; absent or null when it did not, or an administrator cleared it. */
  undeliverable?: Undeliverable | null;
  /** When an administrator cleared it last: mails of before that come back say nothing new. */
  clearedAt?: Date | null;
  /** Set when the contact was removed: it gets no mail and is in no selection, but what names it still finds it. */
  archived?: Archived | null;
};

export type Archived = { at: Date; reason: string };

export type Undeliverable = {
  at: Date;
  /** The address that mail came back from: another one of the same contact is a new chance. */
  address: string;
  /** What the report said. */
  reason: string;
  /** Enhanced status code such as 5.1.1; null when the report had none. */
  code: string | null;
};

/** Why no mail goes to a contact, in a few words for the outbox; null when mail may go. The one place that decides it. */
export function whyUnreachable({
  email,
  undeliverable,
}: Pick<Contact, 'email' | 'undeliverable'>): string | null {
  if (!undeliverable || undeliverable.address !== email.toLowerCase()) return null;
  const code = undeliverable.code ? ` (${undeliverable.code})` : '';
  return `bounced on ${undeliverable.at.toISOString().slice(0, 10)}${code}`;
}

/** The language of mails, and of pages where nothing was chosen in the browser. */
export const languageOfContact = (
  contact: Pick<Contact, 'language' | 'chosenLanguage'>,
): Language => contact.chosenLanguage ?? contact.language;

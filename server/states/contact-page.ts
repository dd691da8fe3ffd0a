/** One contact as a page: what is known, a form to change it, the rounds its State is asked in, and how to remove it. */
import { LANGUAGES } from '../questionnaire/definition.ts';
import type { Services } from '../services.ts';
import { LANGUAGE_NAMES, type Voice } from '../texts.ts';
import { audienceLabels } from './audiences.ts';
import type { ContactColumn } from './contact-columns.ts';
import { addressInLetters } from './mail-address.ts';
import { type Remark, wordsOf } from './remark.ts';
import { type Contact, nameIn } from './state.ts';

export type ContactForm = Record<ContactColumn, string>;
/** A form that was refused: as it was typed, and what is wrong. */
export type FailedForm = { form: ContactForm; problems: Remark[]; taken: Contact | null };
export type FailedRemoval = { reason: string; endLinks: boolean; problem: 'missing' | 'long' };

/** @param contact null for a new one. @param start what a new one begins with */
export async function contactPage(
  services: Services,
  contact: Contact | null,
  voice: Voice,
  {
    failed = null,
    removal = null,
    start = {},
    done = '',
  }: {
    failed?: FailedForm | null;
    removal?: FailedRemoval | null;
    start?: Partial<ContactForm>;
    done?: string;
  } = {},
) {
  const [states, audiences] = await Promise.all([
    services.states.all(),
    audienceLabels(services, voice.language),
  ]);
  const state = states.find((one) => one._id === contact?.state);
  const { archived = null } = contact ?? {};
  return {
    contact,
    stateName: state ? nameIn(state, voice.language) : (contact?.state ?? ''),
    audienceLabel:
      audiences.find(({ id }) => id === contact?.audience)?.label ?? contact?.audience ?? '',
    letters: contact ? addressInLetters(contact.email) : null,
    chosen: contact?.chosenLanguage ? LANGUAGE_NAMES[contact.chosenLanguage] : null,
    archived: archived && { ...archived, when: voice.dateTime(archived.at, 'UTC') },
    rounds: contact ? await roundsOf(services, contact) : [],
    states: states
      .map((one) => ({ key: one._id, name: nameIn(one, voice.language) }))
      .sort((a, b) => voice.compare(a.name, b.name)),
    audiences,
    codes: LANGUAGES,
    form: failed?.form ?? formOf(contact, start),
    // One message for each field; the first says what to do first.
    errors: (failed?.problems ?? [])
      .filter((one, at, all) => all.findIndex(({ at: field }) => field === one.at) === at)
      .map((one) => ({ field: one.at ?? 'name', text: sentence(wordsOf(one, voice)) })),
    taken: failed?.taken ?? null,
    removal: removal && {
      ...removal,
      text: voice.t(`contacts.remove.problem.${removal.problem}`),
    },
    done,
  };
}

/** Where the State is asked as this audience, the latest round first. */
async function roundsOf(services: Services, contact: Contact): Promise<string[]> {
  const rounds = await services.rounds.all();
  const invited = await Promise.all(
    rounds.map(({ _id }) => services.invitations.ofState(_id, contact.state, contact.audience)),
  );
  return rounds.filter((_, at) => invited[at]).map(({ _id }) => _id);
}

const formOf = (contact: Contact | null, start: Partial<ContactForm>): ContactForm => ({
  state: contact?.state ?? start.state ?? '',
  audience: contact?.audience ?? start.audience ?? '',
  name: contact?.name ?? '',
  post: contact?.post ?? '',
  email: contact?.email ?? '',
  language: contact?.language ?? '',
  zone: contact?.zone ?? '',
});

/** What is said of a cell within a row, as a message of its own. */
const sentence = (words: string): string =>
  `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`;

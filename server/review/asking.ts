/** A question that is being written: what is wrong with it, who will get it, and the mails as they will go. */
import { createHash } from 'node:crypto';
import type { Account } from '../accounts/account.ts';
import { type Choice, choose, mailLanguage, readRoll } from '../invitations/roll.ts';
import { EVERYBODY, placeOf } from '../invitations/selection.ts';
import { clarificationValues } from '../mail/clarification-values.ts';
import { previewOf } from '../mail/mailing-preview.ts';
import type { Content } from '../mail/render.ts';
import type { Edition } from '../questionnaire/catalogue.ts';
import type { Response, Submission } from '../responses/response.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { type Contact, languageOfContact, type State } from '../states/state.ts';
import { voiceOf } from '../texts.ts';
import { type Clarification, LONGEST_TITLE, LONGEST_WORDS, type Said } from './clarification.ts';
import { toldBy, useOfAll } from './readable.ts';

/** Whose answers are asked about, and which. */
export type AskPlace = {
  round: Round;
  edition: Edition;
  state: State;
  response: Response & { submitted: Submission };
  questions: string[];
  /** The action of a follow-up on gender and diversity, which is a letter with a subject; null for a question. */
  followUp: number | null;
};

export type AskForm = { key: string; title: string; words: string; language: string; due: string };
type AskProblem = { field: 'title' | 'words' | 'language' | 'due'; code: string };
/** One mail for all who read a language. */
type AskMail = { language: string; people: Contact[]; content: Content };

export type Asking = {
  problems: AskProblem[];
  choice: Choice;
  mails: AskMail[];
  /** Of all that was looked at: people, words of the mail, and the answers. */
  digest: string;
};

/** What the form can be written in: the languages of the State's contacts, and that of the writer. */
export async function languagesFor(
  services: Pick<Services, 'contacts'>,
  { edition, response }: Pick<AskPlace, 'edition' | 'response'>,
  account: Pick<Account, 'language'>,
): Promise<string[]> {
  const contacts = await services.contacts.of(response.state, response.audience);
  const own = contacts.map((contact) => mailLanguage(edition, languageOfContact(contact)));
  return [...new Set([...own, account.language])];
}

/** The answers asked about as the submission has them. */
export function saidOf(
  edition: Edition,
  { submitted }: { submitted: Submission },
  of: Pick<Clarification, 'questions' | 'followUp' | 'audience'>,
): Said {
  const { questions } = of;
  const among = <T>(record: Record<string, T>) =>
    Object.fromEntries(Object.entries(record).filter(([id]) => questions.includes(id)));
  return {
    revision: submitted.revision,
    answers: among(submitted.answers),
    other: among(submitted.other),
    currency: String(submitted.answers['r_currency'] ?? 'USD'),
    use: useOfAll(edition.source, submitted, toldBy(edition.source, of)),
  };
}

/** The same of a place, as it stands now. */
export const saidAt = ({ edition, response, questions, followUp }: AskPlace): Said =>
  saidOf(edition, response, { questions, followUp, audience: response.audience });

export async function askingOf(
  services: Services,
  place: AskPlace,
  form: AskForm,
  languages: string[],
): Promise<Asking> {
  const { round, edition, state, response, questions, followUp } = place;
  const roll = await readRoll(services, round, edition);
  const at = services.clock();
  const places = [placeOf({ state: state._id, audience: response.audience })];
  const criteria = { ...EVERYBODY, places };
  const choice = choose(roll, 'clarification', { round, edition, criteria, at });
  const due = form.due || null;
  const problems = problemsOf(form, place, languages, at);
  const before = saidAt(place);
  const mails: AskMail[] = [];
  const versions: string[] = [];
  // Without words there is nothing to look at, and a day that is none cannot be worded.
  const shown = problems.length > 0 ? [] : choice.chosen;
  for (const language of new Set(shown.map(({ person }) => person.language))) {
    const people = shown
      .filter(({ person }) => person.language === language)
      .map(({ person }) => person.contact);
    const text = await services.templates.current('clarification', language);
    const [contact] = people;
    if (!text || !contact) continue;
    versions.push(`${language} ${text.version}`);
    const of = {
      questions,
      before,
      words: form.words,
      due,
      followUp,
    } satisfies Partial<Clarification>;
    const clarification = clarificationValues(of, edition.in(language), voiceOf(language));
    const content = await previewOf(
      services,
      { round, edition, state, contact, clarification },
      form.title ? { ...text, subject: form.title } : text,
      language,
    );
    mails.push({ language, people, content });
  }
  const people = choice.chosen.map(({ person }) => `${person.contact._id} ${person.contact.email}`);
  const digest = createHash('sha256')
    .update(JSON.stringify([form, before.revision, people.sort(), versions.sort()]))
    .digest('base64url');
  return { problems, choice, mails, digest };
}

function problemsOf(
  { title, words, language, due }: AskForm,
  { followUp }: AskPlace,
  languages: string[],
  now: Date,
): AskProblem[] {
  const today = now.toISOString().slice(0, 10);
  return [
    ...(followUp !== null && title === '' ? [{ field: 'title', code: 'title' } as const] : []),
    // Between braces the subject of a mail has fields, and this one is written by hand.
    ...(/\{\{|\}\}/.test(title) ? [{ field: 'title', code: 'braces' } as const] : []),
    ...(title.length > LONGEST_TITLE ? [{ field: 'title', code: 'long' } as const] : []),
    ...(words === '' ? [{ field: 'words', code: 'words' } as const] : []),
    ...(words.length > LONGEST_WORDS ? [{ field: 'words', code: 'long' } as const] : []),
    ...(languages.includes(language) ? [] : [{ field: 'language', code: 'language' } as const]),
    ...(due !== '' && !isDay(due) ? [{ field: 'due', code: 'day' } as const] : []),
    ...(isDay(due) && due < today ? [{ field: 'due', code: 'past' } as const] : []),
  ];
}

const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString().startsWith(text);

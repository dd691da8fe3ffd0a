/** The named fields of mail templates, as data: which kinds have them, and what they may stand in. */
import { isReminder } from '../invitations/mailing-kind.ts';
import type { TemplateKind } from './template.ts';

type Place =
  /** Words, anywhere. */
  | 'words'
  /** An address, which may stand in the body only. */
  | 'address';

type Field = { name: string; place: Place; kinds: (kind: TemplateKind) => boolean };

const all = () => true;
/** A letter's draft is no mail yet: it knows the State and not who will read it. */
const mails = (kind: TemplateKind) => kind !== 'gender-follow-up';
const whileOpen = (kind: TemplateKind) =>
  kind === 'invitation' || kind === 'extension-granted' || isReminder(kind);
const asks = (kind: TemplateKind) => kind === 'clarification' || kind === 'gender-follow-up';

/** In the order in which the editor shows them. `locales/` says what each is. */
export const FIELDS = [
  { name: 'name', place: 'words', kinds: mails },
  { name: 'post', place: 'words', kinds: mails },
  { name: 'state', place: 'words', kinds: all },
  { name: 'audience', place: 'words', kinds: all },
  { name: 'title', place: 'words', kinds: all },
  { name: 'plan', place: 'words', kinds: all },
  { name: 'sender', place: 'words', kinds: all },
  { name: 'deadline', place: 'words', kinds: (kind) => !asks(kind) },
  { name: 'deadline_day', place: 'words', kinds: (kind) => !asks(kind) },
  { name: 'days_left', place: 'words', kinds: whileOpen },
  { name: 'progress', place: 'words', kinds: (kind) => kind !== 'thanks' && !asks(kind) },
  { name: 'reference', place: 'words', kinds: (kind) => kind === 'thanks' },
  { name: 'submitted_at', place: 'words', kinds: (kind) => kind === 'thanks' },
  { name: 'submitter', place: 'words', kinds: (kind) => kind === 'thanks' },
  { name: 'word', place: 'words', kinds: (kind) => kind === 'extension-granted' },
  { name: 'action', place: 'words', kinds: asks },
  { name: 'question', place: 'words', kinds: asks },
  { name: 'answer', place: 'words', kinds: asks },
  { name: 'words', place: 'words', kinds: (kind) => kind === 'clarification' },
  { name: 'answer_by', place: 'words', kinds: asks },
  { name: 'link', place: 'address', kinds: mails },
  { name: 'lost_link', place: 'address', kinds: mails },
  { name: 'stop_link', place: 'address', kinds: isReminder },
] as const satisfies Field[];

export type FieldName = (typeof FIELDS)[number]['name'];
/** What each field says in one mail; "" for one that has nothing to say. */
export type FieldValues = Record<FieldName, string>;

export const fieldsOf = (kind: TemplateKind): FieldName[] =>
  FIELDS.filter((field) => field.kinds(kind)).map((field) => field.name);

/** A mail of these kinds would be of no use without the personal link, nor a question without its words. */
export const requiredFields = (kind: TemplateKind): FieldName[] => {
  if (kind === 'clarification') return ['words', 'link'];
  return whileOpen(kind) ? ['link'] : [];
};

export const isAddress = (name: string): boolean =>
  FIELDS.some((field) => field.name === name && field.place === 'address');

/** `{{name}}`, with or without spaces inside. */
const FIELD = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** The names between double braces in a line of plain text, known or not. */
export const fieldsInLine = (line: string): string[] =>
  [...line.matchAll(FIELD)].map(([, name = '']) => name);

/** A line of plain text with its fields filled in. Line breaks and other gaps become one space: it is a subject. */
export const fillLine = (line: string, values: FieldValues): string =>
  line
    .replace(FIELD, (whole, name: string) =>
      Object.hasOwn(values, name) ? values[name as FieldName] : whole,
    )
    .replace(/\s+/g, ' ')
    .trim();

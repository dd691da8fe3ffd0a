/**
 * Reads the rows of a file of contacts, header `state,audience,name,post,email,language` (`zone` may follow), into
 * contacts and refused rows, each with its line and every reason. Pure.
 */
import { LANGUAGES, type Language } from '../questionnaire/definition.ts';
import { mapInSlices } from '../slices.ts';
import { cleaned, withoutInvisible } from './clean-text.ts';
import { ALL_COLUMNS, type ContactColumn } from './contact-columns.ts';
import type { FileRow } from './contact-rows.ts';
import { addressInLetters, readMailAddress } from './mail-address.ts';
import { type Remark, type RemarkCode, remark, short } from './remark.ts';
import type { Contact, State } from './state.ts';
import { isZone } from './state-file.ts';
import { type Directory, directoryOf } from './suggest.ts';

/** A contact as a row has it. `zone` is undefined where the file has no such column: what is known stays. */
export type ContactFields = Pick<
  Contact,
  'state' | 'audience' | 'name' | 'post' | 'email' | 'language'
> & { zone: string | null | undefined };

export type ReadRow = FileRow &
  (
    | { ok: true; contact: ContactFields; notes: Remark[] }
    | { ok: false; problems: Remark[] }
    /** The same person with the same words as in a line before. */
    | { ok: null; notes: Remark[] }
  );

const LONGEST = 200;
const IDENTITY = ['state', 'audience', 'email'] as const;

export type Known = { states: Pick<State, '_id' | 'iso2' | 'names'>[]; audiences: string[] };

/** What each row says, good or not. */
export async function readContacts(rows: FileRow[], known: Known): Promise<ReadRow[]> {
  const directory = directoryOf(known.states);
  const audiences = new Set(known.audiences);
  const seen = new Map<string, { line: number; words: string }>();
  return mapInSlices(rows, (row): ReadRow => {
    const { contact, notes, problems } = readRow(row, { directory, audiences });
    // Rows in which State, audience or address are wrong are nobody's, and not the same for that.
    const isSomebody = problems.every(({ at }) => !IDENTITY.some((field) => field === at));
    const key = isSomebody ? identityOf(contact) : `line ${row.line}`;
    const words = JSON.stringify(contact);
    const before = seen.get(key);
    if (before && problems.length === 0 && before.words === words)
      return { ...row, ok: null, notes: [remark('same', { line: before.line })] };
    if (before) problems.push(remark('again', { line: before.line }));
    else seen.set(key, { line: row.line, words });
    return problems.length > 0
      ? { ...row, ok: false, problems }
      : { ...row, ok: true, contact, notes };
  });
}

/** State, audience and address: with the same three it is the same contact. Capital letters do not count. */
export const identityOf = (of: { state: string; audience: string; email: string }): string =>
  `${of.state} ${of.audience} ${of.email.toLowerCase()}`;

function readRow(row: FileRow, known: { directory: Directory; audiences: Set<string> }) {
  const cell = (name: ContactColumn) => row.cells[ALL_COLUMNS.indexOf(name)] ?? '';
  const zone = row.cells[ALL_COLUMNS.indexOf('zone')];
  const written = fieldsOf(cell, typeof zone === 'string');
  const problems = problemsOf(written, known);
  if (row.more) problems.push(remark('cells'));
  const address = readMailAddress(written.email);
  const contact = address.ok ? { ...written, email: address.address } : written;
  const notes: Remark[] = [];
  if (row.cells.some((text) => text !== null && withoutInvisible(text) !== text))
    notes.push(remark('cleaned'));
  const letters = addressInLetters(contact.email);
  if (letters && contact.email !== written.email)
    notes.push(remark('domain', { letters, address: contact.email }));
  return { contact, problems, notes };
}

/** Cells or fields as they are kept. */
export const fieldsOf = (cell: (name: ContactColumn) => string, hasZone = true): ContactFields => ({
  state: cleaned(cell('state')).toUpperCase(),
  audience: cleaned(cell('audience')).toLowerCase(),
  name: cleaned(cell('name')),
  post: cleaned(cell('post')),
  email: cleaned(cell('email')),
  language: cleaned(cell('language')).toLowerCase() as Language,
  zone: hasZone ? cleaned(cell('zone')) || null : undefined,
});

/** What is wrong with a contact, its address as it was written. */
export function problemsOf(
  contact: ContactFields,
  { directory, audiences }: { directory: Directory; audiences: Set<string> },
): Remark[] {
  const problems: Remark[] = [];
  const wrong = (at: ContactColumn, code: RemarkCode, values: Remark['with'] = {}) =>
    problems.push(remark(code, values, at));
  const { state, audience, name, post, email, language, zone } = contact;
  if (state === '') wrong('state', 'noState');
  else if (!directory.has(state)) {
    const found = directory.find(state);
    const value = short(state);
    if (found) wrong('state', 'stateSuggested', { value, ...found });
    else wrong('state', 'state', { value });
  }
  if (!audiences.has(audience))
    wrong('audience', 'audience', { value: short(audience), known: [...audiences].join(', ') });
  if (name === '') wrong('name', 'noName');
  for (const [at, text] of [
    ['name', name],
    ['post', post],
  ] as const) {
    if (text.length > LONGEST) wrong(at, 'long', { max: LONGEST });
    // A line break in a name could start a header of its own in a mail.
    if (/[\r\n\u0085\u2028\u2029]/.test(text)) wrong(at, 'lineBreak');
    if (/[\uFFFD\uD800-\uDFFF]/u.test(text)) wrong(at, 'notUtf8');
    const control = /[^\P{Cc}\r\n\u0085]/u.exec(text)?.[0];
    if (control) wrong(at, 'control', { code: codePoint(control) });
  }
  const address = readMailAddress(email);
  if (!address.ok) wrong('email', address.problem, { value: short(email) });
  if (!LANGUAGES.includes(language)) {
    const found = directory.language(language);
    const values = { value: short(language), known: LANGUAGES.join(', ') };
    if (found) wrong('language', 'languageSuggested', { ...values, code: found });
    else wrong('language', 'language', values);
  }
  if (zone && !isZone(zone)) wrong('zone', 'zone', { value: short(zone) });
  return problems;
}

const codePoint = (sign: string) =>
  `U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;

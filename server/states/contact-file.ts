/**
 * Reads a file of contacts, header `state,audience,name,post,email,language` (`zone` may follow). Every bad row is
 * listed with its line and reason, and a file with a bad row loads nothing.
 */
import { LANGUAGES, type Language } from '../questionnaire/definition.ts';
import { CsvProblem, type CsvRow, csvRows } from './csv-rows.ts';
import type { Contact } from './state.ts';
import { isZone } from './state-file.ts';

export type Refusal = { line: number; reason: string };
export type ContactRow = Omit<Contact, '_id' | 'chosenLanguage' | 'undeliverable' | 'clearedAt'> & {
  line: number;
};
export type ContactsFile = { rows: number; contacts: ContactRow[]; refused: Refusal[] };

const COLUMNS = ['state', 'audience', 'name', 'post', 'email', 'language'];
const MOST_ROWS = 20_000;

export function readContacts(
  csv: string,
  known: { states: Set<string>; audiences: Set<string> },
): ContactsFile {
  const whole = (reason: string, line = 1): ContactsFile => ({
    rows: 0,
    contacts: [],
    refused: [{ line, reason }],
  });
  let records: CsvRow[];
  try {
    records = csvRows(csv, MOST_ROWS + 2);
  } catch (error) {
    if (!(error instanceof CsvProblem)) throw error;
    return whole(`The file is no CSV: ${error.message}`, error.line);
  }
  const header = records.shift()?.cells.map((name) => name.toLowerCase()) ?? [];
  const missing = COLUMNS.filter((name) => !header.includes(name));
  if (missing.length > 0)
    return whole(`The first line must be "${COLUMNS.join(',')}"; missing: ${missing.join(', ')}.`);
  if (records.length > MOST_ROWS) return whole(`More than ${MOST_ROWS} rows. Divide the file.`);

  const contacts: ContactRow[] = [];
  const refused: Refusal[] = [];
  const seen = new Map<string, number>();
  for (const { line, cells } of records) {
    const cell = (name: string) => cells[header.indexOf(name)] ?? '';
    const contact: ContactRow = {
      line,
      state: cell('state').toUpperCase(),
      audience: cell('audience').toLowerCase(),
      name: cell('name'),
      post: cell('post'),
      email: cell('email'),
      language: cell('language').toLowerCase() as Language,
      zone: cell('zone') || null,
    };
    const key = `${contact.state} ${contact.audience} ${contact.email.toLowerCase()}`;
    const reasons = reasonsAgainst(contact, known);
    if (cells.length > header.length)
      reasons.push('there are more cells than columns; quote cells that hold a comma');
    if (seen.has(key)) reasons.push(`the same person stands in line ${seen.get(key)}`);
    seen.set(key, seen.get(key) ?? line);
    if (reasons.length > 0) refused.push({ line, reason: reasons.join('; ') });
    else contacts.push(contact);
  }
  return { rows: records.length, contacts, refused };
}

function reasonsAgainst(
  contact: ContactRow,
  known: { states: Set<string>; audiences: Set<string> },
): string[] {
  const reasons: string[] = [];
  if (contact.state === '') reasons.push('the State is missing');
  else if (!known.states.has(contact.state))
    reasons.push(`there is no State ${quoted(contact.state)}`);
  if (!known.audiences.has(contact.audience))
    reasons.push(
      `audience ${quoted(contact.audience)} is not one of ${[...known.audiences].join(', ')}`,
    );
  if (contact.name === '') reasons.push('the name is missing');
  if (contact.name.length > 200 || contact.post.length > 200)
    reasons.push('name or post has more than 200 characters');
  // A line break in a name could start a header of its own in a mail.
  if (/[\r\n]/.test(contact.name + contact.post)) reasons.push('name or post holds a line break');
  if (/\uFFFD/.test(contact.name + contact.post))
    reasons.push('name or post holds a character that is not UTF-8; save the file as "CSV UTF-8"');
  if (!isMailAddress(contact.email)) reasons.push(`${quoted(contact.email)} is no mail address`);
  if (!LANGUAGES.includes(contact.language))
    reasons.push(`language ${quoted(contact.language)} is not one of ${LANGUAGES.join(', ')}`);
  if (contact.zone && !isZone(contact.zone))
    reasons.push(`there is no time zone ${quoted(contact.zone)}`);
  return reasons;
}

const quoted = (text: string) => `"${text.slice(0, 60)}"`;

/** A strict plain grammar, so that what is validated is what is sent to: no comments, quotes or several addresses. */
export const isMailAddress = (text: string): boolean =>
  text.length <= 254 &&
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+(?:[A-Za-z]{2,63}|[Xx][Nn]--[A-Za-z0-9-]{1,59})$/.test(
    text,
  ) &&
  !text.includes('..') &&
  !text.startsWith('.') &&
  !text.includes('.@');

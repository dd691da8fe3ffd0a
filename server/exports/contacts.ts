/** The register of contacts as a file of the shape that loading takes: read back, every row is unchanged. */
import type { Actor } from '../audit/event.ts';
import { unguarded } from '../formula.ts';
import type { Services } from '../services.ts';
import { ALL_COLUMNS } from '../states/contact-columns.ts';
import type { Decision } from '../states/contact-decision.ts';
import { allWords } from '../states/remark.ts';
import type { Contact } from '../states/state.ts';
import type { Voice } from '../texts.ts';
import { BYTE_ORDER_MARK, csvLine, guarded } from './csv.ts';

export const CONTACT_FORMATS = ['csv', 'xlsx'] as const;
export type ContactFormat = (typeof CONTACT_FORMATS)[number];

/** Those that were removed are not in it. The audit has its row before anybody has the file. */
export async function exportContacts(
  services: Services,
  format: ContactFormat,
  actor: Actor,
): Promise<{ content: Buffer; contacts: number }> {
  const contacts = await services.contacts.all();
  const rows = contacts.map(cellsOf);
  const content =
    format === 'csv'
      ? Buffer.from(csvOf([[...ALL_COLUMNS], ...rows]))
      : await services.workbooks.write('Contacts', [
          [...ALL_COLUMNS],
          ...rows.map((row) => row.map((text) => readableAs(text, text))),
        ]);
  await services.audit.record(
    {
      actor,
      event: 'contacts.exported',
      subject: { kind: 'contacts', id: 'register' },
      details: { format, contacts: contacts.length },
    },
    services.clock(),
  );
  return { content, contacts: contacts.length };
}

/** The refused rows as they stood in the file, each with its line and reason: to be mended and loaded again. */
export function refusedCsv(decisions: Decision[], voice: Voice): string {
  const refused = decisions.filter(({ kind }) => kind === 'refused');
  const columns = ALL_COLUMNS.filter((_, at) => refused.some(({ row }) => row.cells[at] !== null));
  const rows = refused.map(({ row, remarks }) => [
    row.line,
    ...columns.map((name) => row.cells[ALL_COLUMNS.indexOf(name)] ?? ''),
    allWords(remarks, voice),
  ]);
  return BYTE_ORDER_MARK + [['line', ...columns, 'reason'], ...rows].map(csvLine).join('');
}

const cellsOf = (contact: Contact): string[] => ALL_COLUMNS.map((name) => contact[name] ?? '');

const csvOf = (rows: string[][]): string =>
  BYTE_ORDER_MARK +
  rows.map((row) => csvLine(row.map((text) => readableAs(text, guarded(text))))).join('');

/** Loading takes an apostrophe before a formula away, so a text that has one of its own gets a second. */
const readableAs = (text: string, written: string): string =>
  unguarded(written) === text ? text : `'${text}`;

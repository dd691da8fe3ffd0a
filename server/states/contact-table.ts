/** The rows of an uploaded file of contacts, whatever program saved it; or in one word why it cannot be read. */
import { CsvProblem, type CsvRow, csvRowsInSlices } from './csv-rows.ts';
import { decoded, type Encoding } from './encoding.ts';
import type { Sheet } from './workbook-cells.ts';
import type { Workbooks } from './workbooks.ts';

export const MOST_BYTES = 10_000_000;
export const MOST_ROWS = 20_000;

/** How the file was read, for whoever wonders about its letters or its sheets. */
export type ReadAs =
  | { kind: 'csv'; encoding: Encoding }
  | { kind: 'xlsx'; sheet: string; others: string[] };
export type Table =
  | { ok: true; rows: CsvRow[]; readAs: ReadAs }
  | { ok: false; problem: FileProblem; line: number };
type ReadWorkbook = Awaited<ReturnType<Workbooks['read']>>;
export type FileProblem =
  | 'empty'
  | 'tooLarge'
  | 'tooManyRows'
  | 'codePage'
  | 'mixed'
  | 'csv'
  | Kind
  | Extract<ReadWorkbook, { ok: false }>['problem'];
/** What people upload instead, by mistake or under another name. */
type Kind = 'pdf' | 'webPage' | 'xml' | 'oldWorkbook' | 'lockedWorkbook' | 'binary';

/** What a file is shows at its beginning; its name may say anything. */
export async function tableOf(bytes: Buffer, workbooks: Workbooks): Promise<Table> {
  if (bytes.length > MOST_BYTES) return refused('tooLarge');
  if (bytes.length === 0) return refused('empty');
  if (bytes.subarray(0, 2).toString('latin1') === 'PK') {
    const read = await workbooks.read(bytes);
    return read.ok ? ofSheet(read.sheet) : refused(read.problem);
  }
  const kind = kindOf(bytes);
  if (kind) return refused(kind);
  const text = decoded(bytes);
  return text.ok ? ofText(text.text, text.encoding) : refused(text.problem);
}

export async function ofText(text: string, encoding: Encoding): Promise<Table> {
  try {
    // One more than there may be, and the header.
    const rows = await csvRowsInSlices(text, MOST_ROWS + 2);
    if (rows.length === 0) return refused('empty');
    return { ok: true, rows, readAs: { kind: 'csv', encoding } };
  } catch (error) {
    if (!(error instanceof CsvProblem)) throw error;
    return refused('csv', error.line);
  }
}

function ofSheet({ name, others, rows }: Sheet): Table {
  if (rows.length === 0) return refused('empty');
  return { ok: true, rows, readAs: { kind: 'xlsx', sheet: name, others } };
}

const refused = (problem: FileProblem, line = 1): Table => ({ ok: false, problem, line });

/** "Compound files" hold an old workbook, or a new one under a password. */
const COMPOUND = 'd0cf11e0a1b11ae1';
const PICTURES_AND_ARCHIVES = ['89504e47', 'ffd8ff', '47494638', '1f8b', '52617221', '377abcaf'];

function kindOf(bytes: Buffer): Kind | null {
  const hex = bytes.subarray(0, 8).toString('hex');
  if (hex === COMPOUND)
    return bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'))
      ? 'lockedWorkbook'
      : 'oldWorkbook';
  if (PICTURES_AND_ARCHIVES.some((mark) => hex.startsWith(mark))) return 'binary';
  const head = bytes
    .subarray(0, 1000)
    .toString('latin1')
    .replace(/^(\u00EF\u00BB\u00BF)?\s*/, '');
  if (head.startsWith('%PDF-')) return 'pdf';
  if (/^<\?xml/i.test(head)) return 'xml';
  if (/^(<(!doctype|html|head|body|table|meta|style|script)\b|MIME-Version:)/i.test(head))
    return 'webPage';
  return isBinary(bytes) ? 'binary' : null;
}

/** Text has no control characters but a stray one; in UTF-16 every second byte is zero, which tells of itself. */
function isBinary(bytes: Buffer): boolean {
  const text = decoded(bytes.subarray(0, 4096));
  const letters = text.ok ? text.text : bytes.subarray(0, 4096).toString('latin1');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is counted
  const control = letters.match(/[\u0000-\u0008\u000E-\u001A\u001C-\u001F]/g)?.length ?? 0;
  return control > letters.length / 20;
}

/** The rows of a CSV file as a spreadsheet saves it: comma, semicolon or tab, with or without a byte order mark. Pure. */
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { parse as streamed } from 'csv-parse';
import { parse } from 'csv-parse/sync';

/** `line` is where the row begins, from 1: a quoted cell may hold line breaks. */
export type CsvRow = { line: number; cells: string[] };

/** @throws CsvProblem when the text cannot be read as CSV */
export function csvRows(csv: string): CsvRow[] {
  const { text, options } = prepared(csv);
  try {
    return (parse(text, options) as unknown as Read[]).map(rowOf);
  } catch (error) {
    throw problemOf(error);
  }
}

/**
 * The same of a file that may be large.
 * @param most rows that are read, the header with them
 */
export async function csvRowsInSlices(csv: string, most: number): Promise<CsvRow[]> {
  const { text, options } = prepared(csv);
  const rows: CsvRow[] = [];
  try {
    await pipeline(pieces(text), streamed({ ...options, to: most }), async (records) => {
      for await (const record of records as AsyncIterable<Read>) rows.push(rowOf(record));
    });
    return rows;
  } catch (error) {
    throw problemOf(error);
  }
}

type Read = { record: string[]; info: { lines: number } };

function prepared(csv: string) {
  // The reader counts a CRLF within quotes as two lines.
  const unified = csv.replace(/\r\n?/g, '\n');
  // "sep=;" in the first line is how spreadsheets are told the delimiter. Its line stays, so that the others keep their numbers.
  const [, told = null] = /^\uFEFF?sep=([^\n])(?=\n)/i.exec(unified) ?? [];
  const text = told ? unified.replace(/^[^\n]*/, '') : unified;
  const options = {
    bom: true,
    info: true,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
    delimiter: told ?? delimiterOf(text),
  } as const;
  return { text, options };
}

/** A piece is read in a few milliseconds. */
const PIECE = 8192;

async function* pieces(text: string): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += PIECE) {
    yield bytes.subarray(at, at + PIECE);
    await setImmediate();
  }
}

const rowOf = ({ record, info }: Read): CsvRow => ({
  line: info.lines - (record.join('').match(/\n/g)?.length ?? 0),
  cells: record,
});

const problemOf = (error: unknown): CsvProblem => {
  const { lines, message } = error as { lines?: number; message: string };
  return new CsvProblem(lines ?? 1, message);
};

export class CsvProblem extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** The mark that the first line has most of. Only one counts: "Director, Mine Action" needs no quotes between semicolons. */
function delimiterOf(text: string): string {
  const [first = ''] = /[^\s\uFEFF].*/.exec(text) ?? [];
  const count = (mark: string) => first.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

/** The rows of a CSV file as a spreadsheet saves it: comma, semicolon or tab, with or without a byte order mark. Pure. */
import { parse } from 'csv-parse/sync';

/** `line` is where the row begins, from 1: a quoted cell may hold line breaks. */
export type CsvRow = { line: number; cells: string[] };

/** @throws CsvProblem when the text cannot be read as CSV */
export function csvRows(csv: string, most = Number.POSITIVE_INFINITY): CsvRow[] {
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
    ...(Number.isFinite(most) ? { to: most } : {}),
  } as const;
  try {
    const records = parse(text, options) as unknown as {
      record: string[];
      info: { lines: number };
    }[];
    return records.map(({ record, info }) => ({
      line: info.lines - (record.join('').match(/\n/g)?.length ?? 0),
      cells: record,
    }));
  } catch (error) {
    throw new CsvProblem((error as { lines?: number }).lines ?? 1, (error as Error).message);
  }
}

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

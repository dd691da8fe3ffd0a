/** The rows of a file below its header, by column; or why the file as a whole cannot be read. Pure. */
import { ALL_COLUMNS, CONTACT_COLUMNS, headerName } from './contact-columns.ts';
import { MOST_ROWS, type ReadAs, type Table } from './contact-table.ts';
import { type Remark, type RemarkCode, remark, short } from './remark.ts';

/** A row as the file has it, by column; null for a column that is not there. */
export type FileRow = {
  line: number;
  cells: (string | null)[];
  /** Whether there were more cells than columns. */
  more: boolean;
};
/** What was read of a file: short enough to be kept until somebody has looked at it. */
export type ContactRows = {
  rows: FileRow[];
  /** Columns that nobody knows, which are passed over; one without a name by its place, `#8`. */
  unknown: string[];
  readAs: ReadAs;
};

/** Of what was cut nothing is loaded: a name has 200 characters at most. */
const LONGEST_KEPT = 1000;
/** Of the files that we write ourselves: the rows that were refused, and why. */
const OUR_COLUMNS = ['line', 'reason'];

/** The rows below the header, or why the file as a whole cannot be read. */
export function contactRows(
  table: Table,
): ({ ok: true } & ContactRows) | { ok: false; line: number; problem: Remark } {
  const whole = (code: RemarkCode, line = 1, values = {}) =>
    ({ ok: false, line, problem: remark(code, values) }) as const;
  const columns = CONTACT_COLUMNS.join(',');
  if (!table.ok)
    return whole(table.problem, table.line, { line: table.line, columns, max: MOST_ROWS });
  const [header = { line: 1, cells: [] }, ...records] = table.rows;
  const names = header.cells.map(headerName);
  const missing = CONTACT_COLUMNS.filter((name) => !names.includes(name));
  if (missing.length > 0)
    return whole('columns', header.line, { columns, missing: missing.join(', ') });
  const twice = ALL_COLUMNS.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (twice) return whole('columnTwice', header.line, { name: twice });
  if (records.length > MOST_ROWS) return whole('tooManyRows', header.line, { max: MOST_ROWS });
  const known = new Set<string>([...ALL_COLUMNS, ...OUR_COLUMNS, '']);
  const isFilled = (at: number) => records.some(({ cells }) => (cells[at] ?? '').trim() !== '');
  const places = ALL_COLUMNS.map((name) => names.indexOf(name));
  return {
    ok: true,
    readAs: table.readAs,
    unknown: [
      ...header.cells.filter((_, at) => !known.has(names[at] ?? '')).map(short),
      ...names.flatMap((name, at) => (name === '' && isFilled(at) ? [`#${at + 1}`] : [])),
    ],
    rows: records
      .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
      .map(({ line, cells }) => ({
        line,
        cells: places.map((at) => (at < 0 ? null : (cells[at] ?? '').slice(0, LONGEST_KEPT))),
        more: cells.slice(names.length).some((cell) => cell.trim() !== ''),
      })),
  };
}

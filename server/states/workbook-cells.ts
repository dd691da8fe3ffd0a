/** Cells of a workbook as text, and text as cells. Pure. */
import { CONTACT_COLUMNS, headerName } from './contact-columns.ts';

export type Cell = string | number | boolean | Date | null;

/** The rows of the sheet that was read, `line` as the spreadsheet counts them. */
export type Sheet = {
  name: string;
  /** Names of the sheets that were not read. */
  others: string[];
  rows: { line: number; cells: string[] }[];
};
export type SheetRead = Sheet | 'damaged' | 'archiveSize' | 'tooManyRows';

/** Longer than any cell of a contact may be, so what was cut is refused. One text may stand in a thousand cells. */
const LONGEST_CELL = 1000;
const MOST_LETTERS = 20_000_000;
const MOST_COLUMNS = 100;
/** One more than a file of contacts may have, with the header. */
const MOST_ROWS = 20_002;

/** The first sheet whose first row has the columns of contacts; without one the first sheet of all. */
export function sheetToRead(sheets: { sheet: string; data: Cell[][] | undefined }[]): SheetRead {
  const [first] = sheets;
  const chosen = sheets.find(({ data }) => hasHeader(data ?? [])) ?? first;
  // A workbook has at least one.
  if (!chosen) return 'damaged';
  let letters = 0;
  const rows: Sheet['rows'] = [];
  for (const [at, row] of (chosen.data ?? []).entries()) {
    const cells = row.slice(0, MOST_COLUMNS).map((cell) => cellText(cell).slice(0, LONGEST_CELL));
    while (cells.at(-1) === '') cells.pop();
    if (cells.length === 0) continue;
    for (const cell of cells) letters += cell.length;
    if (letters > MOST_LETTERS) return 'archiveSize';
    rows.push({ line: at + 1, cells });
    if (rows.length > MOST_ROWS) return 'tooManyRows';
  }
  const others = sheets.filter((one) => one !== chosen).map(({ sheet }) => sheet);
  return { name: chosen.sheet, others, rows };
}

function hasHeader(data: Cell[][]): boolean {
  const header = data.find((row) => row.some((cell) => cell !== null))?.map(cellText) ?? [];
  const names = new Set(header.map(headerName));
  return CONTACT_COLUMNS.every((name) => names.has(name));
}

/** As a person sees it: a number without the noise of its bits, a day as 2023-05-01, a formula by its stored value. */
function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(Number(cell.toPrecision(15)));
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE';
  if (typeof cell === 'string') return cell;
  if (Number.isNaN(cell.getTime())) return '';
  const [day = '', time = ''] = cell.toISOString().split('T');
  return time.startsWith('00:00:00') ? day : `${day} ${time.slice(0, 5)}`;
}

/**
 * A text as the library must be given it: in a workbook `_x0041_` stands for a letter, so a text that looks like that
 * is written with its first sign so. So are the names of JavaScript itself, which the library would look up in its own.
 */
export const escaped = (text: string): string =>
  text in {}
    ? text.replace(/^./, (sign) => `_x${sign.charCodeAt(0).toString(16).padStart(4, '0')}_`)
    : text.replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_');

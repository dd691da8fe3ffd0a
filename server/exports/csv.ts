/** Cells as CSV that a spreadsheet opens rightly and that starts no formula in it. Pure. */
import type { Cell } from './table.ts';

/** UTF-8 with this mark in front is what Excel reads accents and Arabic from. */
export const BYTE_ORDER_MARK = '\ufeff';

/**
 * Text that a spreadsheet would take for a formula gets an apostrophe in front. Spaces and invisible characters
 * before the sign do not hide it, nor do the full-width forms.
 */
const FORMULA =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: spreadsheets skip these before a formula
  /^[\s\uFEFF\u200B-\u200F\u202A-\u202E\u2066-\u2069\u0000]*[=+\-@|%\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n\u0000]/;

export function csvLine(cells: Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  // A number of ours is a number there too; only text can be dangerous.
  if (typeof cell === 'number') return String(cell);
  return `"${guarded(cell).replaceAll('"', '""')}"`;
}

/** The text as it may stand in a spreadsheet. NUL is no character of any text. */
export function guarded(text: string): string {
  const clean = text.replaceAll('\u0000', '');
  return FORMULA.test(clean) ? `'${clean}` : clean;
}

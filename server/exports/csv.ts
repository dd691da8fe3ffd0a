/** Cells as CSV that a spreadsheet opens rightly and that starts no formula in it. Pure. */
import { isFormula } from '../formula.ts';
import type { Cell } from './table.ts';

/** UTF-8 with this mark in front is what Excel reads accents and Arabic from. */
export const BYTE_ORDER_MARK = '\ufeff';

export function csvLine(cells: Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** Nothing to double or to guard: nearly every cell is a code or a label, and one look is cheaper than three. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is taken out of texts
const PLAIN = /^[A-Za-z0-9][^"\u0000]*$/;

export function csvCell(cell: Cell): string {
  if (cell === null) return '';
  // A number of ours is a number there too; only text can be dangerous.
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'string' && PLAIN.test(cell)) return `"${cell}"`;
  const text = cell instanceof Date ? cell.toISOString() : guarded(cell);
  return `"${text.replaceAll('"', '""')}"`;
}

/** The text as it may stand in a spreadsheet, with an apostrophe before what would be a formula. NUL is no character of any text. */
export function guarded(text: string): string {
  const clean = text.replaceAll('\u0000', '');
  return isFormula(clean) ? `'${clean}` : clean;
}

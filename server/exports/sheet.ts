/** One sheet of a workbook as XML, row by row: cells have types, and no text is ever a formula. Pure. */
import { isFormula } from '../formula.ts';
import { escapeMarkup } from '../markup.ts';
import type { Cell } from './table.ts';

/** What a cell can hold, in UTF-16 units: Excel refuses a file with more. */
export const CELL_LIMIT = 32_767;
/** Rows and columns that a sheet can have. */
const MOST_ROWS = 1_048_576;
const MOST_COLUMNS = 16_384;

/** Places of the styles in `styles.xml`. */
const STYLE = { plain: 0, head: 1, instant: 2, guarded: 3, wrapped: 4 } as const;

export type Sheet = {
  name: string;
  header: string[];
  rows: AsyncIterable<Cell[]> | Iterable<Cell[]>;
  /** Columns that stay when one scrolls to the side. */
  fixed?: number;
  /** Widths in characters; those that are not said are 14. */
  widths?: number[];
  /** Whether long texts are shown whole, over several lines. */
  wrapped?: boolean;
};

const HEAD =
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">';

/** @throws when there are more rows or columns than a sheet can have */
export async function* sheetXml({
  header,
  rows,
  fixed = 0,
  widths = [],
  wrapped,
}: Sheet): AsyncGenerator<string> {
  if (header.length > MOST_COLUMNS) throw new Error(`a sheet has at most ${MOST_COLUMNS} columns`);
  const split = fixed > 0 ? ` xSplit="${fixed}"` : '';
  const pane = fixed > 0 ? 'bottomRight' : 'bottomLeft';
  yield `${HEAD}<sheetViews><sheetView workbookViewId="0"><pane${split} ySplit="1" topLeftCell="${columnName(fixed)}2" activePane="${pane}" state="frozen"/></sheetView></sheetViews>`;
  yield `<cols>${header
    .map(
      (_, at) =>
        `<col min="${at + 1}" max="${at + 1}" width="${widths[at] ?? 14}" customWidth="1"/>`,
    )
    .join('')}</cols><sheetData>`;
  yield rowXml(
    header.map((text) => textCell(text, STYLE.head)),
    1,
  );
  let count = 1;
  for await (const row of rows) {
    count += 1;
    if (count > MOST_ROWS) throw new Error(`a sheet has at most ${MOST_ROWS} rows`);
    yield rowXml(
      row.map((cell) => cellXml(cell, wrapped === true)),
      count,
    );
  }
  yield `</sheetData><autoFilter ref="A1:${columnName(header.length - 1)}${count}"/></worksheet>`;
}

/** A cell that is empty is not written, so each says where it is. */
function rowXml(cells: ((place: string) => string)[], row: number): string {
  return `<row r="${row}">${cells.map((cell, at) => cell(`${columnName(at)}${row}`)).join('')}</row>`;
}

const DAY_MS = 86_400_000;
/** Spreadsheets count days from here. */
const FIRST_DAY = Date.UTC(1899, 11, 30);

function cellXml(cell: Cell, wrapped: boolean): (place: string) => string {
  if (cell === null || cell === '') return () => '';
  if (typeof cell === 'number') return (place) => `<c r="${place}"><v>${cell}</v></c>`;
  if (cell instanceof Date) {
    const days = (cell.getTime() - FIRST_DAY) / DAY_MS;
    return (place) => `<c r="${place}" s="${STYLE.instant}"><v>${days}</v></c>`;
  }
  const plain = wrapped ? STYLE.wrapped : STYLE.plain;
  return textCell(cell, isFormula(cell) || isNumeric(cell) ? STYLE.guarded : plain);
}

/** "007" and "1e5" stay texts when somebody edits the cell. */
const isNumeric = (text: string) => text.trim() !== '' && Number.isFinite(Number(text));

const textCell = (text: string, style: number) => (place: string) =>
  `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${xmlText(text)}</t></is></c>`;

/**
 * A text in a workbook: `_x000D_` stands for a character that XML cannot hold or would change, so a text that has such a
 * thing itself is written with its first sign so.
 */
export const xmlText = (text: string): string =>
  escapeMarkup(
    text
      .toWellFormed()
      .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
      .replace(
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must be written otherwise
        /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g,
        (sign) => `_x${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
      ),
  );

/** A, B, …, Z, AA, … from 0. */
function columnName(at: number): string {
  const letter = String.fromCharCode(65 + (at % 26));
  return at < 26 ? letter : columnName(Math.floor(at / 26) - 1) + letter;
}

/** Workbooks as a test wants them: typed cells, several sheets, and parts of the test's own. */
import { type ZipEntry, zip } from './zip.ts';

export type TestCell =
  | string
  | number
  | boolean
  | null
  /** A day as spreadsheets count them. */
  | { day: number }
  /** What it says, and what was stored of it. */
  | { formula: string; stored: string }
  | { error: string };
export type TestSheet = { name: string; rows: TestCell[][] } | { name: string; xml: string };

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** @param more further parts of the archive. @param without parts that are left out */
export function workbook(
  sheets: TestSheet[],
  { more = [], without = [] }: { more?: ZipEntry[]; without?: string[] } = {},
): Buffer {
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${RELATIONS}/${type}" Target="${target}"/>`;
  const entries: ZipEntry[] = [
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: `${XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${sheets
        .map((_, at) => relation(`rId${at + 1}`, 'worksheet', `worksheets/sheet${at + 1}.xml`))
        .join('')}${relation('rIdStyles', 'styles', 'styles.xml')}${relation(
        'rIdStrings',
        'sharedStrings',
        'sharedStrings.xml',
      )}</Relationships>`,
    },
    {
      name: 'xl/workbook.xml',
      content: `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${sheets
        .map(({ name }, at) => `<sheet name="${name}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`)
        .join('')}</sheets></workbook>`,
    },
    {
      name: 'xl/styles.xml',
      content: `${XML}<styleSheet xmlns="${MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
    },
    ...sheets.map((sheet, at) => ({
      name: `xl/worksheets/sheet${at + 1}.xml`,
      content: `${XML}<worksheet xmlns="${MAIN}"><sheetData>${
        'xml' in sheet ? sheet.xml : rowsXml(sheet.rows)
      }</sheetData></worksheet>`,
    })),
  ];
  const kept = entries.filter(({ name }) => !without.includes(name));
  return zip([...kept, ...more]);
}

export const rowsXml = (rows: TestCell[][]): string =>
  rows
    .map((cells, row) => {
      const inside = cells.map((cell, at) => cellXml(cell, `${column(at)}${row + 1}`)).join('');
      return `<row r="${row + 1}">${inside}</row>`;
    })
    .join('');

function cellXml(cell: TestCell, place: string): string {
  if (cell === null) return '';
  if (typeof cell === 'string')
    return `<c r="${place}" t="inlineStr"><is><t xml:space="preserve">${text(cell)}</t></is></c>`;
  if (typeof cell === 'number') return `<c r="${place}"><v>${cell}</v></c>`;
  if (typeof cell === 'boolean') return `<c r="${place}" t="b"><v>${Number(cell)}</v></c>`;
  if ('day' in cell) return `<c r="${place}" s="1"><v>${cell.day}</v></c>`;
  if ('error' in cell) return `<c r="${place}" t="e"><v>${cell.error}</v></c>`;
  return `<c r="${place}" t="str"><f>${text(cell.formula)}</f><v>${text(cell.stored)}</v></c>`;
}

/** A, B, … of the first 26. */
const column = (at: number) => String.fromCharCode(65 + at);
const text = (words: string) =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

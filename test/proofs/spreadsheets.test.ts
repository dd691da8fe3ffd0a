/** What LibreOffice makes of our files: no text of anybody's is a formula in it, and a workbook opens as it was written. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { parse } from 'node-html-parser';
import { csvLine } from '../../server/exports/csv.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { FORMULA_PAYLOADS } from '../support/formula-payloads.ts';
import { HOSTILE_COLUMNS, hostileRound } from '../support/hostile-round.ts';
import { converted, itInOffice } from '../support/office.ts';
import { openedRound } from '../support/rounds.ts';
import { takenFile } from '../support/taken.ts';

const inOffice = itInOffice('spreadsheets');
/** Commas, quotes, UTF-8, from the first line; what stands in quotes may be a number or a formula, as by default. */
const CSV = 'CSV:44,34,76,1';

let on: TestApp;
let hostile: Awaited<ReturnType<typeof hostileRound>>;
let folder: string;

beforeAll(async () => {
  on = await testApp();
  await openedRound(on, { invited: false });
  hostile = await hostileRound(on);
  folder = await mkdtemp(join(tmpdir(), 'rapporteur-sheets-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await on.close();
});

/** Attributes of a flat spreadsheet that say: this cell is computed. */
const formulasIn = (sheet: string) => sheet.match(/table:formula="[^"]*"/g) ?? [];

async function opened(name: string, content: Buffer | string, filter?: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return readFile(await converted(file, 'fods', filter), 'utf8');
}

describe('LibreOffice', () => {
  inOffice(
    'would compute a formula of a CSV that is not guarded, so that the proofs below say something',
    async () => {
      const sheet = await opened('bare.csv', '"name","value"\r\n"x","=1+1"\r\n', CSV);
      expect(formulasIn(sheet)).toEqual(['table:formula="of:=1+1"']);
    },
    120_000,
  );

  inOffice.each(['csv', 'csv-long', 'codebook'] as const)(
    'finds no formula in the %s of a round of sixty payloads',
    async (format) => {
      const content = await takenFile(on, hostile.round, format);
      const sheet = await opened(`round-${format}.csv`, content, CSV);
      expect(formulasIn(sheet)).toEqual([]);
      if (format !== 'codebook') expect(sheet).toContain('HYPERLINK');
    },
    120_000,
  );

  inOffice(
    'finds none in headers and cells that are payloads themselves',
    async () => {
      const lines = [FORMULA_PAYLOADS, ...FORMULA_PAYLOADS.map((text) => [text, 1, text])];
      const sheet = await opened('headers.csv', lines.map(csvLine).join(''), CSV);
      expect(formulasIn(sheet)).toEqual([]);
    },
    120_000,
  );

  inOffice(
    'opens the workbook with every sheet, each payload as the text that it is, and no formula',
    async () => {
      const sheet = await opened('round.xlsx', await takenFile(on, hostile.round, 'xlsx'));
      expect(formulasIn(sheet)).toEqual([]);
      const root = parse(sheet);
      const tables = root.getElementsByTagName('table:table');
      expect(tables.map((table) => table.getAttribute('table:name'))).toEqual(
        expect.arrayContaining(['answers', 'codebook', 'invitations', 'method']),
      );
      // A payload without what XML or a spreadsheet would shape otherwise.
      const plain = FORMULA_PAYLOADS.filter((text) => /^[\x21-\x7e]+$/.test(text));
      expect(plain.length).toBeGreaterThan(8);
      const shown = root.getElementsByTagName('text:p').map((paragraph) => paragraph.text);
      for (const text of plain) {
        const times = shown.filter((one) => one === text).length;
        expect([text, times >= HOSTILE_COLUMNS.length]).toEqual([text, true]);
      }
    },
    120_000,
  );
});

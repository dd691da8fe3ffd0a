/** The workbook: each cell as it was answered, with its type, whatever the text is; and a sheet for what else one must know. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { CELL_LIMIT } from '../../server/exports/sheet.ts';
import { tableColumns } from '../../server/exports/table.ts';
import { isFormula } from '../../server/formula.ts';
import type { Answers } from '../../server/questionnaire/answers.ts';
import type { Questionnaire } from '../../server/questionnaire/questionnaire.ts';
import type { Round } from '../../server/rounds/round.ts';
import { archiveProblem } from '../../server/states/archive.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { FORMULA_PAYLOADS } from '../support/formula-payloads.ts';
import { HOSTILE_COLUMNS, hostileRound } from '../support/hostile-round.ts';
import { bundledQuestionnaire, CAST, openedRound, SLUG, signedIn } from '../support/rounds.ts';
import { submitted } from '../support/submitting.ts';
import { COMMITTEE, type SheetCell, sheetsIn, takenFile } from '../support/taken.ts';
import { readWord } from '../support/word.ts';

jest.setTimeout(30_000);

/** What a text may be. One for each State of the round. */
const TORTURE: Record<string, string> = {
  KHM: 'Élève à l’œuvre: çà et là, Ångström, ñ, ß, Łódź',
  IRQ: 'هيئة إزالة الألغام، ٢٠٢٣ (السنة)',
  TCD: '国家地雷行动主管机构：二〇二三年',
  AFG: '=SUM(A1:A9)',
  AGO: "'=1+1",
  BIH: '007',
  COL: '1e5',
  ETH: 'one\ntwo\n\nfour',
  JOR: 'one\r\ntwo\rthree\ttab',
  LKA: '  spaces before and after  ',
  NER: '<b>&amp; "quotes" \'and\' ]]> _x0041_ _x005F_',
  PER: '😀👩🏽‍🚒 𝒳 \u202eright to left\u202c',
  SEN: 'TRUE',
  SRB: '2023-05-01',
  SSD: '\u0001control\u001f\u000b characters\u0008',
  THA: 'x'.repeat(CELL_LIMIT),
  UKR: `${'x'.repeat(CELL_LIMIT - 1)}😀 and more`,
  YEM: `${'ab😀\n'.repeat(20_000)}the end`,
};
const STATES = Object.keys(TORTURE);
/** Longer than a cell can be. */
const OVERLONG = ['UKR', 'YEM'];

let on: TestApp;
let round: Round;
let questionnaire: Questionnaire;
const said = new Map<string, Answers>();

beforeAll(async () => {
  on = await testApp();
  questionnaire = bundledQuestionnaire();
  const contacts = STATES.map((state) => `${state},affected,Name,Post,${state}@example.org,en`);
  const donors = 'NOR,donor,=Dora Lund,Desk officer,dora@example.org,en';
  const [header] = CAST.split('\n');
  round = await openedRound(on, { contacts: [header, ...contacts, donors].join('\n') });
  for (const [place, state] of STATES.entries()) {
    const text = TORTURE[state] ?? '';
    const answers: Answers = {
      r_use: 'attributed',
      r_currency: 'EUR',
      a42_01: 'financial',
      a42_02: { '2021': { survey_clearance: 0, stockpile: 1_500_000.25 } },
      a42_05: { amount: 250_000 + place, currency: 'EUR' },
      a42_07: ['other'],
      a43_03: { files: [{ ...FILE, name: text }], url: 'https://example.org/?q=1&r=2' },
      a46_01: 3,
      a46_03: text,
    };
    said.set(state, answers);
    const of = { round: SLUG, state, audience: 'affected' };
    await submitted(on, questionnaire, of, answers, { a42_07: text });
  }
});
afterAll(() => on.close());

const FILE = { id: 'f'.repeat(24), name: '', size: 1, type: 'application/pdf', sha256: 'a' };

type Table = { header: string[]; rows: Map<string, Record<string, SheetCell | undefined>> };
/** Rows by State, cells by header. */
function tableOf(sheet: SheetCell[][] = []): Table {
  const [header = [], ...rows] = sheet as [string[], ...SheetCell[][]];
  const named = rows.map((row) => Object.fromEntries(header.map((name, at) => [name, row[at]])));
  return { header, rows: new Map(named.map((row) => [String(row['state']), row])) };
}

describe('the sheet of answers', () => {
  let sheets: Map<string, SheetCell[][]>;
  let answers: Table;
  let file: Buffer;
  beforeAll(async () => {
    file = await takenFile(on, round, 'xlsx');
    sheets = await sheetsIn(file);
    answers = tableOf(sheets.get('answers'));
  });

  it.each(STATES.filter((state) => !OVERLONG.includes(state)))(
    'has the text of %s as it was answered, in each field that is a text',
    (state) => {
      const row = answers.rows.get(state);
      for (const column of ['a46_03', 'a42_07.in_words', 'a43_03.files'])
        expect([column, row?.[column]]).toEqual([column, TORTURE[state]]);
    },
  );

  it('equals the answers cell by cell, in every column and for every State', () => {
    const columns = tableColumns([questionnaire], questionnaire, false);
    expect(answers.header).toEqual(columns.map(({ header }) => header));
    for (const state of STATES.filter((one) => !OVERLONG.includes(one))) {
      const row = answers.rows.get(state);
      for (const { header, question, value } of columns.filter((one) => one.question !== null)) {
        const other = { a42_07: TORTURE[state] ?? '' };
        const response = { submitted: { answers: said.get(state), other } };
        const cell = value({ response, may: () => true } as never);
        expect([state, header, row?.[header] ?? null]).toEqual([state, header, cell]);
        expect(question).not.toBeNull();
      }
    }
  });

  it('has numbers as numbers, zero as zero, instants as instants and texts as texts', () => {
    expect(answers.rows.get('BIH')).toMatchObject({
      'a42_02.2021.survey_clearance': 0,
      'a42_02.2021.stockpile': 1_500_000.25,
      'a42_05.amount': 250_005,
      'a42_05.currency': 'EUR',
      'a42_07.other': 1,
      a46_01: 3,
      a46_03: '007',
      revision: 1,
      submitted_at: new Date('2023-05-02T08:00:00Z'),
    });
    expect(answers.rows.get('BIH')?.['a42_02.2022.stockpile']).toBeNull();
  });

  it('has a text longer than a cell cut with a note, and the whole of it on a sheet of its own', () => {
    const long = tableOf(sheets.get('long texts'));
    expect(long.header).toEqual(['state_name', 'audience', 'column', 'part', 'text']);
    const [, ...rows] = sheets.get('long texts') ?? [];
    for (const [state, name] of [
      ['UKR', 'Ukraine'],
      ['YEM', 'Yemen'],
    ] as const) {
      const whole = TORTURE[state] ?? '';
      const cell = String(answers.rows.get(state)?.['a46_03']);
      expect(cell.length).toBeLessThanOrEqual(CELL_LIMIT);
      const [kept = '', note] = cell.split(' […] ');
      expect(note).toBe('(continued on the sheet "long texts")');
      expect(whole.startsWith(kept)).toBe(true);
      expect(kept.isWellFormed()).toBe(true);
      for (const column of ['a46_03', 'a42_07.in_words', 'a43_03.files']) {
        const parts = rows.filter((row) => row[0] === name && row[2] === column);
        expect(parts.map((row) => row[3])).toEqual(parts.map((_, at) => at + 1));
        expect(parts.map((row) => row[4]).join('')).toBe(whole);
      }
    }
  });

  it('is an archive that our own reader of hostile files takes, and has no formula in it', async () => {
    expect(await archiveProblem(file)).toBeNull();
    const { parts } = readWord(file);
    expect([...parts.keys()]).toEqual([
      '[Content_Types].xml',
      '_rels/.rels',
      'docProps/core.xml',
      'xl/styles.xml',
      ...[1, 2, 3, 4, 5, 6].map((at) => `xl/worksheets/sheet${at}.xml`),
      'xl/workbook.xml',
      'xl/_rels/workbook.xml.rels',
    ]);
    for (const [, xml] of parts) expect(xml).not.toMatch(/<f[ >]/);
  });
});

describe('the other sheets', () => {
  it('are codebook, invitations and method, and all are there for a Committee member too', async () => {
    const sheets = await sheetsIn(await takenFile(on, round, 'xlsx', { taker: COMMITTEE }));
    expect([...sheets.keys()]).toEqual([
      'answers',
      'long texts',
      'codebook',
      'clarifications',
      'invitations',
      'method',
    ]);
  });

  it('explain each column in every language of the questionnaire, with its branch and version', async () => {
    const sheets = await sheetsIn(await takenFile(on, round, 'xlsx'));
    const [header = [], ...rows] = (sheets.get('codebook') ?? []) as string[][];
    expect(header).toEqual(
      expect.arrayContaining(['column', 'asked_when', 'versions', 'text', 'text.fr', 'codes.ar']),
    );
    expect(rows.map(([column]) => column)).toEqual(tableOf(sheets.get('answers')).header);
    const row = Object.fromEntries(
      header.map((name, at) => [name, rows.find(([column]) => column === 'a42_05.amount')?.[at]]),
    );
    expect(row).toMatchObject({ question: 'a42_05', type: 'money', action: '42', versions: '1' });
    expect(row['text']).toMatch(/\[amount\]$/);
    expect(row['text.fr']).not.toBe(row['text']);
  });

  it('tell of contacts only to who manages the round', async () => {
    const [mine, theirs] = await Promise.all([
      sheetsIn(await takenFile(on, round, 'xlsx')),
      sheetsIn(await takenFile(on, round, 'xlsx', { taker: COMMITTEE })),
    ]);
    const norway = tableOf(mine.get('invitations')).rows.get('NOR');
    expect(norway).toMatchObject({
      status: 'not_started',
      invited_at: new Date('2023-05-02T08:00:00Z'),
      contacts: '=Dora Lund, Desk officer <dora@example.org>',
      unreachable: 0,
    });
    // A day is a fraction of a number there, so an instant is true to the second.
    const deadline = norway?.['deadline'] as Date;
    expect(Math.abs(Number(deadline) - Number(round.closesAt))).toBeLessThan(1000);
    const open = tableOf(theirs.get('invitations'));
    expect(open.header).not.toContain('contacts');
    expect(open.rows.get('NOR')).toMatchObject({ status: 'not_started', submissions: 0 });
    expect(JSON.stringify([...theirs])).not.toContain('example.org>');
  });

  it.each([
    ['en', 'Answers until', '2 May 2023, 10:00'],
    ['fr', 'Réponses jusqu’au', '2 mai 2023, 10:00'],
    ['ar', 'الإجابات حتى', '2 مايو 2023، 10:00'],
  ])('say in %s how the file was made', async (language, what, when) => {
    const sheets = await sheetsIn(await takenFile(on, round, 'xlsx', { language }));
    expect(sheets.get('method')).toContainEqual([what, when]);
  });

  it('count who submitted under the filter', async () => {
    const filter = { region: 'african', group: null, review: null };
    const sheets = await sheetsIn(await takenFile(on, round, 'xlsx', { filter }));
    expect(tableOf(sheets.get('answers')).rows.size).toBe(6);
    const [, ...lines] = sheets.get('method') ?? [];
    const text = lines.map((line) => line.join(': '));
    expect(text).toContain('Filter: African States');
    expect(text).toContain('Submitted: Affected States: 6 of 6');
    expect(text).toContain('Submitted: Donor States: 0 of 0');
  });
});

describe('sixty texts that a spreadsheet might run', () => {
  let hostile: Awaited<ReturnType<typeof hostileRound>>;
  beforeAll(async () => {
    hostile = await hostileRound(on);
  });

  it('stand in the cells of the workbook as they are, and none of them as a formula', async () => {
    expect(FORMULA_PAYLOADS).toHaveLength(60);
    const file = await takenFile(on, hostile.round, 'xlsx');
    for (const [, xml] of readWord(file).parts) expect(xml).not.toMatch(/<f[ >]/);
    const { rows } = tableOf((await sheetsIn(file)).get('answers'));
    for (const [at, text] of FORMULA_PAYLOADS.entries()) {
      const row = rows.get(hostile.states[at] ?? '');
      for (const column of HOSTILE_COLUMNS)
        expect([at, column, row?.[column]]).toEqual([at, column, text]);
    }
  });

  it.each(['csv', 'csv-long'] as const)(
    'begin no cell of the %s, in whatever field they are',
    async (format) => {
      const text = (await takenFile(on, hostile.round, format)).toString('utf8');
      const [, ...rows] = parse(text, { bom: true }) as string[][];
      const cells = rows.flat().filter((cell) => cell.includes('1+1'));
      expect(cells.length).toBeGreaterThan(40 * HOSTILE_COLUMNS.length);
      expect(rows.flat().filter((cell) => !/^-?[\d.]+$/.test(cell) && isFormula(cell))).toEqual([]);
    },
  );
});

describe('the download', () => {
  it('is a workbook with the round and the day in its name, and a row of the audit with filter and rows', async () => {
    const admin = await signedIn(on, 'admin');
    const page = await admin.get(`/results/${SLUG}?region=african`);
    const form = page.root.querySelector('form[action$="/exports/xlsx"]');
    const fields = Object.fromEntries(
      (form?.querySelectorAll('input') ?? []).map((input) => [
        input.getAttribute('name'),
        input.getAttribute('value'),
      ]),
    );
    expect(fields['region']).toBe('african');
    const answer = await admin.agent
      .post(form?.getAttribute('action') ?? '')
      .type('form')
      .send(fields)
      .buffer()
      .parse((response, done) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('end', () => done(null, Buffer.concat(pieces)));
      });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'content-disposition': `attachment; filename=${SLUG}-2023-05-02-answers.xlsx`,
      'cache-control': 'no-store',
    });
    const rows = tableOf((await sheetsIn(answer.body)).get('answers')).rows.size;
    expect(rows).toBe(6);
    const [row] = await on.services.audit.list(1);
    expect(row).toMatchObject({
      event: 'round.exported',
      actor: { kind: 'account' },
      details: {
        format: 'xlsx',
        filter: { region: 'african', group: null, review: null },
        cutOff: '2023-05-02T08:00:00.000Z',
        rows,
      },
    });
  });
});

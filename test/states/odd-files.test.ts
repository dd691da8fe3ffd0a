/** Hostile and odd files of contacts: each with what becomes of it. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SYSTEM } from '../../server/audit/event.ts';
import { loadContacts, loadStates } from '../../server/states/load.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { bundled, statesCsv } from '../support/rounds.ts';
import { rowsXml, workbook } from '../support/workbook.ts';
import { zip } from '../support/zip.ts';

jest.setTimeout(60_000);

let on: TestApp;
beforeAll(async () => {
  on = await testApp();
  await on.services.catalogue.load(bundled(), on.services.clock());
  await loadStates(on.services, statesCsv(), SYSTEM);
});
afterAll(() => on.close());

const HEADER = 'state,audience,name,post,email,language';
const COLUMNS = HEADER.split(',');
const ALICE = 'KHM,affected,Alice Chan,Director,alice@example.org,en';
const CHLOE = 'TCD,affected,Chloé N’Djaména,Directrice générale,chloe@example.org,fr';
const BOB = 'IRQ,affected,محمد الحداد,مدير البرنامج,bob@example.org,ar';
const IVAN = 'TJK,affected,Иван Кузнецов,,ivan@example.org,ru';
const LI = 'KHM,donor,李小龍,主任,li@example.org,zh';
const PEOPLE = [HEADER, ALICE, CHLOE, BOB, IVAN, LI].join('\n');
const sheet = (rows: string[]) => rows.map((row) => row.split(','));

const bytes = (text: string) => Buffer.from(text);
const utf16 = (text: string, { mark = true, swapped = false } = {}) => {
  const little = Buffer.from(`${mark ? '\uFEFF' : ''}${text}`, 'utf16le');
  return swapped ? little.swap16() : little;
};
/** In an old code page of one byte a letter: what it lacks in the table of pairs stands for itself. */
const inCodePage = (text: string, name: string) => {
  const codes = new Map(
    Array.from({ length: 256 }, (_, code) => [
      new TextDecoder(name).decode(Uint8Array.of(code)),
      code,
    ]),
  );
  return Buffer.from([...text].map((sign) => codes.get(sign) ?? 63));
};
const compound = (text = '') =>
  Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600), utf16(text)]);
const one = (row: string) => bytes(`${HEADER}\n${row}\n`);

type Said = {
  rows?: number;
  new?: number;
  duplicates?: object[];
  unknownColumns?: string[];
  refused?: { line: number; reason: string | RegExp }[];
};
type Row = [what: string, file: () => Buffer, said: Said];
const good = (count: number, more: Said = {}): Said => ({ rows: count, new: count, ...more });
const whole = (reason: RegExp, line = 1): Said => ({
  rows: 0,
  new: 0,
  refused: [{ line, reason }],
});
const bad = (reason: RegExp, line = 2): Said => ({ rows: 1, new: 0, refused: [{ line, reason }] });

const ENCODINGS: Row[] = [
  ['UTF-8', () => bytes(PEOPLE), good(5)],
  ['UTF-8 with a byte order mark', () => bytes(`\uFEFF${PEOPLE}`), good(5)],
  ['UTF-16, the small end first', () => utf16(PEOPLE), good(5)],
  ['UTF-16, the big end first', () => utf16(PEOPLE, { swapped: true }), good(5)],
  ['UTF-16 without a mark, the small end first', () => utf16(PEOPLE, { mark: false }), good(5)],
  [
    'UTF-16 without a mark, the big end first',
    () => utf16(PEOPLE, { mark: false, swapped: true }),
    good(5),
  ],
  [
    'UTF-16 that ends within a letter',
    () => utf16(`${HEADER}\n${ALICE}\n${BOB}\n`).subarray(0, -3),
    { rows: 2, new: 1, refused: [{ line: 3, reason: /^language "a\uFFFD"/ }] },
  ],
  ['Windows-1252', () => inCodePage([HEADER, CHLOE].join('\n'), 'windows-1252'), good(1)],
  [
    'Cyrillic in Windows-1251',
    () => inCodePage([HEADER, IVAN].join('\n'), 'windows-1251'),
    whole(/letters of this file cannot be told/),
  ],
  [
    'Arabic in Windows-1256',
    () => inCodePage([HEADER, BOB].join('\n'), 'windows-1256'),
    whole(/letters of this file cannot be told/),
  ],
  [
    'Chinese in GBK',
    () =>
      Buffer.concat([
        bytes(`${HEADER}\nKHM,donor,`),
        Buffer.from('c0eed0a1c1fa', 'hex'),
        bytes(',,li@example.org,zh'),
      ]),
    whole(/letters of this file cannot be told/),
  ],
  [
    'UTF-8 with rows of Latin-1 pasted below',
    () => Buffer.concat([bytes(`${HEADER}\n${CHLOE}\n`), Buffer.from(CHLOE, 'latin1')]),
    whole(/One part of the file is in UTF-8/),
  ],
];

const SHAPES: Row[] = [
  ['semicolons', () => bytes(PEOPLE.replaceAll(',', ';')), good(5)],
  ['tabs', () => bytes(PEOPLE.replaceAll(',', '\t')), good(5)],
  [
    'a first line that tells the delimiter',
    () => bytes(`sep=;\r\n${PEOPLE.replaceAll(',', ';').replace('fr', 'xx')}`),
    { rows: 5, new: 4, refused: [{ line: 4, reason: /^language "xx"/ }] },
  ],
  [
    'line ends of three kinds',
    () => bytes(`${HEADER}\r\n${ALICE}\n${BOB}\r${IVAN}\n\r\n${LI.replace('zh', 'xx')}`),
    { rows: 4, new: 3, refused: [{ line: 6, reason: /^language "xx"/ }] },
  ],
  [
    'line breaks within quotes, in a column that is passed over',
    () => bytes(`${HEADER},note\n${ALICE},"one\r\ntwo\n\nfour"\n${BOB},\n`),
    good(2, { unknownColumns: ['note'] }),
  ],
  [
    'names of columns with spaces, capital and wide letters, in another order',
    () =>
      bytes(
        ' Language ,E-Mail,EMAIL,\u00A0Post,ｎａｍｅ,Audience,\u200BState\nen,x,a@example.org,P,A,affected,KHM',
      ),
    good(1, { unknownColumns: ['E-Mail'] }),
  ],
  [
    'names of columns from JavaScript itself',
    () => bytes(`${HEADER},__proto__,constructor,toString\n${ALICE},x,y,z\n`),
    good(1, { unknownColumns: ['__proto__', 'constructor', 'toString'] }),
  ],
  [
    'empty columns and rows at its end, as spreadsheets leave them',
    () => bytes(`${HEADER},,,\n${ALICE},,,\n,,,,,,,,\n,,,,,,,,\n`),
    good(1),
  ],
  [
    'a column without a name',
    () => bytes(`${HEADER},\n${ALICE},x\n`),
    good(1, { unknownColumns: ['#7'] }),
  ],
  ['empty lines before the header', () => bytes(`\n\n \n${PEOPLE}`), good(5)],
  ['a header and nothing else', () => bytes(`${HEADER}\n`), { rows: 0, new: 0, refused: [] }],
  ['nothing', () => bytes(''), whole(/^The file is empty/)],
  ['a byte order mark and nothing else', () => bytes('\uFEFF'), whole(/^The file is empty/)],
  [
    'a column that is missing',
    () => bytes(PEOPLE.replace('post', 'function')),
    whole(/missing: post\.$/),
  ],
  [
    'a column twice',
    () => bytes(`${HEADER},Name\n${ALICE},B\n`),
    whole(/^The column "name" stands twice/),
  ],
  [
    'a quotation mark that is not closed',
    () => bytes(`${HEADER}\nKHM,affected,"Bob,P,b@x.org,en`),
    whole(/a quotation mark near line 2/, 2),
  ],
  [
    '20,001 rows',
    () => bytes([HEADER, ...Array.from({ length: 20_001 }, () => ALICE)].join('\n')),
    whole(/^More than 20000 rows/),
  ],
  ['ten megabytes and more', () => Buffer.alloc(10_000_001, ALICE), whole(/larger than 10 MB/)],
];

const CELLS: Row[] = [
  [
    'a megabyte in one cell',
    () => one(ALICE.replace('Alice Chan', 'x'.repeat(1_000_000))),
    bad(/more than 200 characters/),
  ],
  [
    'a thousand accents on one letter',
    () => one(ALICE.replace('Alice', `A${'\u0301'.repeat(1000)}`)),
    bad(/more than 200 characters/),
  ],
  [
    'NUL in a name',
    () => one(ALICE.replace('Alice', 'Ali\u0000ce')),
    bad(/control character \(U\+0000\)/),
  ],
  [
    'a header of a mail in a name',
    () => one(ALICE.replace('Alice Chan', '"A\r\nBcc: b@example.org"')),
    bad(/^name or post holds a line break$/),
  ],
  ['a mark that turns the direction', () => one(ALICE.replace('Alice', '\u202EecilA')), good(1)],
  [
    'formulas as names',
    () =>
      bytes(
        [
          HEADER,
          ...['=1+1', '+1', '-1', '@SUM(A1)', '=HYPERLINK("http://x")'.replaceAll('"', '')].map(
            (name, at) => `KHM,affected,${name},P,a${at}@example.org,en`,
          ),
        ].join('\n'),
      ),
    good(5),
  ],
  [
    'an operator of the database as a State',
    () => one(ALICE.replace('KHM', '{$ne:null}')),
    bad(/^there is no State "\{\$NE:NULL\}"$/),
  ],
  [
    'an address with a comment',
    () => one(ALICE.replace('alice@', 'alice(work)@')),
    bad(/write the address alone/),
  ],
  [
    'an address in quotes',
    () => one(ALICE.replace('alice@', '"""alice b""@').replace('.org', '.org"')),
    bad(/write the address alone/),
  ],
  [
    'two addresses',
    () => one(ALICE.replace('alice@', 'bob@example.org; alice@')),
    bad(/no mail address but several/),
  ],
  ['an address with a plus sign', () => one(ALICE.replace('alice@', 'alice+mines@')), good(1)],
  [
    'an address with a domain in Arabic',
    () => one(ALICE.replace('example.org', 'وزارة.مصر')),
    good(1),
  ],
  [
    'an address that looks like another',
    () => one(ALICE.replace('example', 'ex\u0430mple')),
    bad(/mixes alphabets/),
  ],
  ['a language in capitals', () => one(ALICE.replace(',en', ',EN')), good(1)],
  ['a language by its name', () => one(ALICE.replace(',en', ',French')), bad(/; write fr$/)],
  [
    'a State by its name',
    () => one(ALICE.replace('KHM', 'Camboya')),
    bad(/; write KHM for Cambodia$/),
  ],
  [
    'more cells than columns',
    () => one(ALICE.replace('Director', 'Director, Authority')),
    bad(/more cells than columns/),
  ],
];

const OTHER_KINDS: Row[] = [
  [
    'a PDF under the name of a CSV',
    () => bytes('%PDF-1.7\n%\u00e2\u00e3\n1 0 obj'),
    whole(/^This is a PDF/),
  ],
  [
    'a web page under the name of a workbook',
    () => bytes('\uFEFF\r\n<html xmlns:x="urn:x"><table><tr><td>state</td></tr></table></html>'),
    whole(/^This is a web page/),
  ],
  [
    'a workbook as XML',
    () => bytes('<?xml version="1.0"?><Workbook/>'),
    whole(/^This is an XML file/),
  ],
  ['a workbook of the old kind', () => compound('Workbook'), whole(/old kind \(\.xls\)/)],
  [
    'a workbook under a password',
    () => compound('EncryptedPackage'),
    whole(/^This workbook is under a password/),
  ],
  ['a picture', () => Buffer.from('89504e470d0a1a0a0000000d', 'hex'), whole(/^This is no table/)],
  ['a CSV that was packed', () => gzipSync(PEOPLE), whole(/^This is no table/)],
  [
    'bytes of chance',
    () => Buffer.from(Array.from({ length: 3000 }, (_, n) => (n * 7919) % 251)),
    whole(/^This is no table|cannot be told|One part/),
  ],
  [
    'a Word document',
    () => zip([{ name: 'word/document.xml', content: '<w/>' }]),
    whole(/holds no workbook/),
  ],
  [
    'an OpenDocument sheet',
    () =>
      zip([
        { name: 'mimetype', content: 'x', stored: true },
        { name: 'content.xml', content: '<x/>' },
      ]),
    whole(/^This is an OpenDocument file/),
  ],
  [
    'a binary workbook',
    () => zip([{ name: 'xl/workbook.bin', content: 'x' }]),
    whole(/binary workbook/),
  ],
  [
    'a workbook within an archive',
    () =>
      zip([
        {
          name: 'contacts.xlsx',
          content: workbook([{ name: 'A', rows: sheet([HEADER, ALICE]) }]),
          stored: true,
        },
      ]),
    whole(/holds no workbook/),
  ],
];

const WORKBOOKS: Row[] = [
  [
    'a workbook',
    () => workbook([{ name: 'A', rows: sheet([HEADER, ALICE, CHLOE, BOB, IVAN, LI]) }]),
    good(5),
  ],
  [
    'a workbook with a sheet of notes before the contacts',
    () =>
      workbook([
        { name: 'Read me', rows: [['Dear colleague']] },
        { name: 'B', rows: sheet([HEADER, ALICE]) },
        { name: 'C', rows: sheet([HEADER, BOB, IVAN]) },
      ]),
    good(1),
  ],
  ['a workbook without sheets', () => workbook([]), whole(/^The workbook is damaged/)],
  [
    'a workbook whose sheet is empty',
    () => workbook([{ name: 'A', rows: [] }]),
    whole(/^The file is empty/),
  ],
  [
    'numbers, days, formulas and errors as cells',
    () =>
      workbook([
        {
          name: 'A',
          rows: [
            COLUMNS,
            [
              'KHM',
              'affected',
              7,
              { day: 45_047 },
              { formula: 'A1&B1', stored: 'a@example.org' },
              'en',
            ],
            ['KHM', 'affected', { error: '#REF!' }, true, 'b@example.org', 'en'],
          ],
        },
      ]),
    { rows: 2, new: 1, refused: [{ line: 3, reason: /^the name is missing$/ }] },
  ],
  [
    'an empty row within, which counts as a line',
    () => workbook([{ name: 'A', rows: [COLUMNS, [], ALICE.replace('en', 'xx').split(',')] }]),
    bad(/^language/, 3),
  ],
  [
    'a workbook that is cut off',
    () => workbook([{ name: 'A', rows: sheet([HEADER, ALICE]) }]).subarray(0, -30),
    whole(/^The workbook is damaged/),
  ],
  [
    'a workbook without the part that its list names',
    () =>
      workbook([{ name: 'A', rows: sheet([HEADER]) }], { without: ['xl/worksheets/sheet1.xml'] }),
    whole(/^The workbook is damaged/),
  ],
  [
    'entities that multiply',
    () =>
      workbook(
        [{ name: 'A', xml: `${rowsXml([COLUMNS])}<row r="2"><c r="A2" t="s"><v>0</v></c></row>` }],
        {
          more: [
            {
              name: 'xl/sharedStrings.xml',
              content: `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(50)}"><!ENTITY c "${'&b;'.repeat(50)}">]><sst><si><t>${'&c;'.repeat(50)}</t></si></sst>`,
            },
          ],
        },
      ),
    { rows: 1, new: 0, refused: [{ line: 2, reason: /^there is no State "&C;/ }] },
  ],
  [
    'an entity that reads a file',
    () =>
      workbook(
        [{ name: 'A', xml: `${rowsXml([COLUMNS])}<row r="2"><c r="A2" t="s"><v>0</v></c></row>` }],
        {
          more: [
            {
              name: 'xl/sharedStrings.xml',
              content:
                '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><sst><si><t>&a;</t></si></sst>',
            },
          ],
        },
      ),
    bad(/^there is no State "&A;"/),
  ],
  [
    'an entry that leads out of the archive',
    () =>
      workbook([{ name: 'A', rows: sheet([HEADER, ALICE]) }], {
        more: [{ name: '../../evil.xml', content: 'x' }],
      }),
    whole(/^The workbook is damaged/),
  ],
  [
    'two entries of one name',
    () =>
      workbook([{ name: 'A', rows: sheet([HEADER, ALICE]) }], {
        more: [{ name: 'xl/workbook.xml', content: 'x' }],
      }),
    whole(/^The workbook is damaged/),
  ],
  [
    'an entry under a password',
    () =>
      workbook([{ name: 'A', rows: sheet([HEADER, ALICE]) }], {
        more: [{ name: 'xl/secret.xml', content: 'x', locked: true }],
      }),
    whole(/archive is under a password/),
  ],
];

const report = async (file: Buffer) =>
  loadContacts(on.services, file, ['affected', 'donor'], { dryRun: true, actor: SYSTEM });

async function expectSaid(file: Buffer, said: Said): Promise<void> {
  const { refused = [], ...counts } = said;
  expect(await report(file)).toMatchObject({
    ...counts,
    refused: refused.map(({ line, reason }) => ({
      line,
      reason: expect.stringMatching(reason),
    })),
  });
}

describe.each([
  ['in an encoding', ENCODINGS],
  ['of a shape', SHAPES],
  ['with cells', CELLS],
  ['of another kind', OTHER_KINDS],
  ['as a workbook', WORKBOOKS],
])('a file %s', (_what, rows) => {
  it.each(rows)('%s', async (_name, file, said) => expectSaid(file(), said));
});

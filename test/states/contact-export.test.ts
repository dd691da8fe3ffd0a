/** The register as a file: no formula in it, and read back every row is unchanged. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { SYSTEM } from '../../server/audit/event.ts';
import { exportContacts } from '../../server/exports/contacts.ts';
import { cleaned } from '../../server/states/clean-text.ts';
import { loadContacts, loadStates } from '../../server/states/load.ts';
import { removeContact } from '../../server/states/register.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { bundled, signedIn, statesCsv } from '../support/rounds.ts';
import type { Visitor } from '../support/visitor.ts';

jest.setTimeout(60_000);

/** What spreadsheets, XML, the libraries and our own guard could stumble over. */
const NAMES = [
  '=1+1',
  '+41 22 123',
  '-Berg',
  '@home',
  "'=quoted already",
  "''=twice",
  "'Abd al-Rahman",
  '|pipe',
  '%percent',
  '＝wide',
  '\u200E=after a mark of direction',
  '_x0041_ is no letter',
  '_x005F_x0041_',
  'constructor',
  '__proto__',
  'toString',
  'a "quoted", word; and\ttab'.replace('\t', ' '),
  '<b>&amp;</b>',
  ']]>',
  'محمد الحداد',
  'Иван Кузнецов',
  '李小龍',
  'Zoë  O’Neill-Müller',
  '007',
  '1e5',
  'TRUE',
  '2023-05-01',
  '#REF!',
  '😀 emoji',
];

let on: TestApp;
let admin: Visitor;
beforeAll(async () => {
  on = await testApp();
  await on.services.catalogue.load(bundled(), on.services.clock());
  await loadStates(on.services, statesCsv(), SYSTEM);
  admin = await signedIn(on, 'admin');
  await fill(NAMES);
});
afterAll(() => on.close());

/** Contacts with these names, each as name and as post, in the register and nobody else. */
async function fill(names: string[]): Promise<void> {
  const contacts = names.map((name, at) => ({
    state: 'KHM',
    audience: 'affected',
    name,
    post: name,
    email: `p${at}@xn--mnchen-3ya.example`,
    language: 'en' as const,
    zone: at % 3 === 0 ? 'Asia/Tokyo' : null,
  }));
  await on.services.connection.collection('contacts').deleteMany({});
  await on.services.transaction((session) => on.services.contacts.load(contacts, [], session));
}

const reload = (file: Buffer) =>
  loadContacts(on.services, file, ['affected', 'donor'], { dryRun: true, actor: SYSTEM });

describe.each(['csv', 'xlsx'] as const)('the register as %s', (format) => {
  it('read back is unchanged in every row', async () => {
    const { content, contacts } = await exportContacts(on.services, format, SYSTEM);
    expect(contacts).toBe(NAMES.length);
    expect(await reload(content)).toEqual({
      rows: NAMES.length,
      new: 0,
      changed: 0,
      unchanged: NAMES.length,
      refused: [],
      duplicates: [],
      unknownColumns: [],
    });
  });

  it('is a download that leaves its row in the audit', async () => {
    const page = await admin.get('/admin/contacts');
    const form = page.root.querySelector(`form[action$="/exports/${format}"]`);
    const token = form?.querySelector('input')?.getAttribute('value') ?? '';
    const answer = await admin.agent
      .post(`/admin/contacts/exports/${format}`)
      .type('form')
      .send({ token })
      .buffer(true)
      .parse((res, done) => {
        const parts: Buffer[] = [];
        res.on('data', (part: Buffer) => parts.push(part));
        res.on('end', () => done(null, Buffer.concat(parts)));
      });
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-disposition': `attachment; filename=contacts-2023-05-02.${format}`,
      'cache-control': 'no-store',
    });
    expect(await reload(answer.body)).toMatchObject({ unchanged: NAMES.length });
    const [row] = await on.services.audit.list(1);
    expect(row).toMatchObject({
      event: 'contacts.exported',
      actor: { kind: 'account' },
      details: { format, contacts: NAMES.length },
    });
  });

  it('leaves out who was removed', async () => {
    const [contact] = await on.services.contacts.all();
    if (!contact) throw new Error('no contact');
    await removeContact(on.services, contact, { reason: 'x', endLinks: false }, SYSTEM);
    const { contacts, content } = await exportContacts(on.services, format, SYSTEM);
    expect(contacts).toBe(NAMES.length - 1);
    expect(await reload(content)).toMatchObject({ unchanged: NAMES.length - 1 });
    await on.services.transaction((session) => on.services.contacts.restore(contact._id, session));
  });
});

it('no cell of the CSV starts a formula', async () => {
  const { content } = await exportContacts(on.services, 'csv', SYSTEM);
  const cells = (parse(content, { bom: true }) as string[][]).flat();
  expect(cells.filter((cell) => /^\s*[=+\-@|%\t\r\uFF1D]/.test(cell))).toEqual([]);
});

it('in the workbook every cell is a text, and none has a formula', async () => {
  const { content } = await exportContacts(on.services, 'xlsx', SYSTEM);
  const read = await on.services.workbooks.read(content);
  if (!read.ok) throw new Error(read.problem);
  const written = read.sheet.rows.slice(1).map(({ cells }) => cells[2]);
  // As they are in the register, but for the apostrophe that loading takes away.
  expect(written.toSorted()).toEqual(
    NAMES.map((name) => (/^'+=/.test(name) ? `'${name}` : name)).toSorted(),
  );
});

it('another format is none', async () => {
  const page = await admin.get('/admin/contacts');
  const token = page.root.querySelector('main input[name="token"]')?.getAttribute('value') ?? '';
  expect((await admin.post('/admin/contacts/exports/ods', { token })).status).toBe(404);
});

it('any name that the register takes comes back as it was', async () => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    .map((text) => cleaned(text.replace(/[\p{Cc}\u2028\u2029\uFFFD\uFFFE\uFFFF]/gu, '')))
    .filter((text) => text !== '' && text.length <= 200 && cleaned(text) === text);
  const guarded = fc.tuple(fc.constantFrom('', "'", "''", '=', '+', '-', '@', '_x0041_'), name);
  const names = fc.array(
    guarded.map(([before, rest]) => `${before}${rest}`),
    { minLength: 20, maxLength: 20 },
  );
  await fc.assert(
    fc.asyncProperty(names, async (list) => {
      await fill(list);
      for (const format of ['csv', 'xlsx'] as const) {
        const { content } = await exportContacts(on.services, format, SYSTEM);
        expect(await reload(content)).toMatchObject({ unchanged: list.length, refused: [] });
      }
    }),
    { numRuns: 15 },
  );
});

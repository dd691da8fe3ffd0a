/** A file of contacts on the admin's pages: chosen, looked at row by row, and then loaded exactly as it was seen. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { SYSTEM } from '../../server/audit/event.ts';
import { loadContacts, loadStates } from '../../server/states/load.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { dump } from '../support/dump.ts';
import { bundled, CAST, signedIn, statesCsv } from '../support/rounds.ts';
import type { SeenPage, Visitor } from '../support/visitor.ts';
import { workbook } from '../support/workbook.ts';

jest.setTimeout(30_000);

let on: TestApp;
let admin: Visitor;
beforeAll(async () => {
  on = await testApp();
  await on.services.catalogue.load(bundled(), on.services.clock());
  await loadStates(on.services, statesCsv(), SYSTEM);
  admin = await signedIn(on, 'admin');
});
beforeEach(() => on.services.connection.collection('contacts').deleteMany({}));
afterAll(() => on.close());

const HEADER = 'state,audience,name,post,email,language';
const FORM = 'form[action^="/admin/contacts/imports/"]';
const choose = async (content: string | Buffer, name = 'contacts.csv', person = admin) =>
  person.upload(await person.get('/admin/contacts/file'), 'form[enctype]', {
    name,
    content: Buffer.from(content as string),
  });
const contacts = () => on.services.contacts.all();
const load = (csv: string) =>
  loadContacts(on.services, csv, ['affected', 'donor'], { dryRun: false, actor: SYSTEM });
/** The register as it is stored. */
const register = async () => (await dump(on.services.connection))['contacts'];
/** A row of the preview: its cells, spaces made one. */
const rowsOn = (page: SeenPage) =>
  page
    .all('tbody tr')
    .map((row) =>
      row.querySelectorAll('td, th').map((cell) => cell.text.replace(/\s+/g, ' ').trim()),
    );

describe('the look at a file', () => {
  it('shows each row, counted and by its line, and changes nothing of the register', async () => {
    await load(CAST);
    const before = await register();
    const seen = await choose(
      [
        `${HEADER},zone,note`,
        'KHM,affected,Alice Chan-Sok,"Director, Mine Action Authority",alice@example.org,fr,,x',
        'IRQ,affected,Bob Haddad,Director,bob@example.org,ar,,',
        'NOR,affected,Dora Lund,Desk officer,dora@example.org,en,,',
        'FRA,donor,Émile Zola,,emile@ministère.example,fr,Asia/Tokyo,',
        'FRA,donor,Émile Zola,,emile@ministère.example,fr,Asia/Tokyo,',
        'Norway,donor,,P,nobody,en,,',
      ].join('\n'),
    );
    expect(seen.status).toBe(200);
    expect(seen.path).toMatch(/^\/admin\/contacts\/imports\/[0-9a-f]{24}$/);
    expect(seen.text('.facts')).toContain('contacts.csv');
    expect(seen.text('.facts')).toContain('CSV, UTF-8');
    expect(seen.text('.facts')).toContain('Columns passed overnote');
    expect(seen.text('.note b')).toBe(
      'New: 2. Changed: 1. Unchanged: 1. Duplicates: 2. Refused: 1.',
    );
    expect(rowsOn(seen)).toEqual([
      [
        '2',
        'changed',
        'Cambodia Affected States',
        'Before: Alice Chan Now: Alice Chan-Sok',
        'Director, Mine Action Authority',
        'alice@example.org',
        'Before: en Now: fr',
        '',
      ],
      [
        '3',
        'unchanged',
        'Iraq Affected States',
        'Bob Haddad',
        'Director',
        'bob@example.org',
        'ar',
        '',
      ],
      [
        '4',
        'new the same address speaks for NOR (donor)',
        'Norway Affected States',
        'Dora Lund',
        'Desk officer',
        'dora@example.org',
        'en',
        '',
      ],
      [
        '5',
        'new emile@ministère.example is sent to as emile@xn--ministre-60a.example',
        'France Donor States',
        'Émile Zola',
        '',
        'emile@xn--ministre-60a.example emile@ministère.example',
        'fr',
        'Asia/Tokyo',
      ],
      expect.arrayContaining(['6', 'duplicate the same as line 5, so it is left out']),
      [
        '7',
        'refused there is no State "NORWAY"; write NOR for Norway the name is missing "nobody" is no mail address',
        'Norway Donor States',
        '',
        'P',
        'nobody',
        'en',
        '',
      ],
    ]);
    expect(await register()).toEqual(before);
    const [row] = await on.services.audit.list(1);
    expect(row).toMatchObject({ event: 'contacts.previewed', details: { rows: 6, kind: 'csv' } });
  });

  it('can be narrowed to one kind of row, and goes on over pages', async () => {
    const rows = Array.from(
      { length: 230 },
      (_, n) => `KHM,affected,Person ${n},P,p${n}@example.org,${n < 5 ? 'xx' : 'en'}`,
    );
    const seen = await choose([HEADER, ...rows].join('\n'));
    expect(seen.all('tbody tr')).toHaveLength(200);
    expect(seen.text('nav.pages')).toContain('Page 1 of 2');
    const next = seen.root.querySelector('nav.pages a[rel="next"]')?.getAttribute('href') ?? '';
    const second = await admin.get(`${seen.path}${next.replaceAll('&amp;', '&')}`);
    expect(rowsOn(second)[0]?.[0]).toBe('202');
    const refused = await admin.get(`${seen.path}?shown=refused`);
    expect(rowsOn(refused).map((cells) => cells[0])).toEqual(['2', '3', '4', '5', '6']);
    expect((await admin.get(`${seen.path}?shown=changed`)).text('main')).toContain(
      'No row of this kind.',
    );
    // What nobody offers is the first page of all.
    expect((await admin.get(`${seen.path}?shown[$ne]=x&page=-1`)).all('tbody tr')).toHaveLength(
      200,
    );
  });

  it('says which sheet of a workbook was read', async () => {
    const rows = CAST.trim()
      .split('\n')
      .map((row) => row.replace('"Director, Mine Action Authority"', 'Director').split(','));
    const file = workbook([
      { name: 'Read me', rows: [['Dear colleague']] },
      { name: 'Contacts of 2023', rows },
      { name: 'Old', rows },
    ]);
    const seen = await choose(file, 'contacts.xlsx');
    expect(seen.text('.facts')).toContain(
      'Excel, sheet “Contacts of 2023” Not read: Read me and Old.',
    );
    expect(seen.text('.note b')).toContain('New: 7.');
  });

  it('asks to look at the letters when the file is in no Unicode', async () => {
    const csv = `${HEADER}\nTCD,affected,Chloé,P,c@example.org,fr\n`;
    const seen = await choose(Buffer.from(csv, 'latin1'));
    expect(seen.text('.theirs')).toContain('was read as Windows-1252');
    expect(rowsOn(seen)[0]?.[3]).toBe('Chloé');
  });

  it.each([
    ['no file', '', '', 'Choose a file first.'],
    ['an empty file', 'empty.csv', '', 'The file is empty.'],
    [
      'a file that lacks a column',
      'short.csv',
      'state,name\nKHM,A\n',
      'missing: audience, post, email, language.',
    ],
    ['a picture', 'picture.csv', '\u0000\u0001\u0002\u0003', 'This is no table.'],
  ])(
    'is not to be had of %s: the page says why at the field',
    async (_what, name, content, reason) => {
      const before = await dump(on.services.connection, { without: ['sessions'] });
      const answer = await choose(content, name);
      expect(answer.status).toBe(422);
      expect(answer.text('#error-file')).toContain(reason);
      expect(answer.all('form[enctype]')).toHaveLength(1);
      expect(await dump(on.services.connection, { without: ['sessions'] })).toEqual(before);
    },
  );

  it('is for the account that chose the file alone, and for two hours', async () => {
    const seen = await choose(CAST);
    const other = await signedIn(on, 'admin');
    const [token] = [
      (await other.get('/admin/contacts/file')).root
        .querySelector('main input[name="token"]')
        ?.getAttribute('value') ?? '',
    ];
    for (const path of [seen.path, `${seen.path}/refused.csv`])
      expect([path, (await other.get(path)).status]).toEqual([path, 404]);
    const digest = seen.root.querySelector('input[name="digest"]')?.getAttribute('value') ?? '';
    expect((await other.post(seen.path, { token, digest, rows: 'all' })).status).toBe(404);
    expect(await contacts()).toEqual([]);
    on.setTime('2023-05-02T10:00:01Z');
    expect((await admin.get(seen.path)).status).toBe(404);
    expect((await admin.submit(seen, FORM)).status).toBe(404);
    on.setTime('2023-05-02T08:00:00Z');
    expect(await contacts()).toEqual([]);
  });

  it('is removed by the database when its time is over', async () => {
    for (const name of ['contactImports', 'contactImportRows']) {
      const indexes = await on.services.connection.collection(name).indexes();
      expect(indexes).toContainEqual(
        expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }),
      );
      for (const record of await on.services.connection.collection(name).find().toArray())
        expect(record['expiresAt']).toBeInstanceOf(Date);
    }
  });
});

describe('the button', () => {
  it('loads what was seen, once, and the page says what came of it', async () => {
    const seen = await choose(CAST);
    expect(seen.text(`${FORM} button`)).toBe('Load 7 contacts');
    const done = await admin.submit(seen, FORM, { rows: 'all' });
    expect([done.status, done.path]).toEqual([200, seen.path]);
    expect(done.text('.done-note')).toContain('7 contacts were loaded. New: 7. Changed: 0.');
    expect(await contacts()).toHaveLength(7);
    const [row] = await on.services.audit.list(1);
    expect(row).toMatchObject({
      event: 'contacts.loaded',
      actor: { kind: 'account' },
      subject: { kind: 'contacts', id: seen.path.slice(-24) },
      details: { rows: 7, new: 7, changed: 0, unchanged: 0, duplicates: 0, refused: 0 },
    });
    // Pressed again, after somebody removed a contact: nothing is loaded twice.
    await on.services.connection.collection('contacts').deleteMany({});
    expect((await admin.submit(seen, FORM, { rows: 'all' })).text('.done-note')).toContain(
      '7 contacts',
    );
    expect(await contacts()).toEqual([]);
  });

  it('carries every script through unchanged', async () => {
    const csv = [
      '\uFEFFstate;audience;name;post;email;language',
      'IRQ;affected;"محمد ""أبو علي"" الحداد";Director, Mine Action;m@example.org;ar',
      'TCD;affected;  Chloé  <b>N’Djaména</b> & fils ;;chloe@example.org;fr',
      'KHM;affected;李小龍;主任;li@example.org;zh',
    ].join('\r\n');
    const done = await admin.submit(await choose(csv), FORM, { rows: 'all' });
    expect(done.status).toBe(200);
    expect((await contacts()).map((contact) => [contact.name, contact.post])).toEqual([
      ['محمد "أبو علي" الحداد', 'Director, Mine Action'],
      ['李小龍', '主任'],
      ['Chloé  <b>N’Djaména</b> & fils', ''],
    ]);
    // And the page shows a name as a name.
    expect((await admin.get('/admin/contacts')).html).not.toContain('<b>N’');
  });

  it('loads nothing when the register has changed since, and shows what the file would do now', async () => {
    const seen = await choose(CAST);
    await load(`${HEADER}\nKHM,affected,Alice Other,P,alice@example.org,en\n`);
    const before = await register();
    const other = await admin.submit(seen, FORM, { rows: 'all' });
    expect(other.status).toBe(422);
    expect(other.text('[role="alert"]')).toContain('The register has changed since you looked.');
    expect(other.text('.note b')).toContain('New: 6. Changed: 1.');
    expect(await register()).toEqual(before);
    const done = await admin.submit(other, FORM, { rows: 'all' });
    expect(done.text('.done-note')).toContain('New: 6. Changed: 1.');
  });

  it('loads nothing when a State is gone since, whatever was pressed', async () => {
    const seen = await choose(CAST);
    const states = on.services.connection.collection('states');
    const chad = await states.findOne({ _id: 'TCD' as never });
    await states.deleteOne({ _id: 'TCD' as never });
    const other = await admin.submit(seen, FORM, { rows: 'good' });
    await states.insertOne(chad as never);
    expect(other.status).toBe(422);
    expect(other.text('tbody')).toContain('there is no State "TCD"');
    expect(await contacts()).toEqual([]);
  });

  it('loads nothing of a file with a refused row, unless only the good rows are asked for', async () => {
    const bad = ['XXX,affected,=1+1,P,a@example.org,en', 'KHM,affected,,"P, Q",b@example.org,en'];
    const seen = await choose(`${CAST}${bad.join('\n')}\n`);
    expect(seen.text('.note .problem')).toContain(
      '2 rows are refused, so the file cannot be loaded as it is.',
    );
    expect(seen.all(`${FORM} button`).map((one) => one.text)).toEqual(['Load the 7 good rows']);
    const all = await admin.submit(seen, FORM, { rows: 'all' });
    expect([all.status, all.text('[role="alert"]')]).toEqual([
      422,
      'Rows are refused, so nothing was loaded.',
    ]);
    expect(await contacts()).toEqual([]);
    const done = await admin.submit(all, FORM, { rows: 'good' });
    expect(done.text('.done-note')).toContain('7 contacts were loaded.');
    expect(rowsOn(done).map((cells) => cells[0])).toEqual(['9', '10']);
    expect(await contacts()).toHaveLength(7);

    // The refused rows are there to be taken away, mended and loaded: no formula in them, their reasons beside them.
    const file = await admin.agent.get(`${done.path}/refused.csv`).buffer(true);
    expect(file.headers['content-disposition']).toContain('contacts-refused.csv');
    const [header, ...rows] = parse(file.text, { bom: true }) as string[][];
    expect(header).toEqual(['line', ...HEADER.split(','), 'reason']);
    expect(rows).toEqual([
      ['9', 'XXX', 'affected', "'=1+1", 'P', 'a@example.org', 'en', 'there is no State "XXX"'],
      ['10', 'KHM', 'affected', '', 'P, Q', 'b@example.org', 'en', 'the name is missing'],
    ]);
    const mended = file.text
      .replace('XXX', 'TCD')
      .replace('affected","","P, Q"', 'affected","Bo","P, Q"');
    const again = await choose(mended);
    expect(again.text('.facts')).not.toContain('Columns passed over');
    expect(again.text('.note b')).toContain('New: 2.');
    await admin.submit(again, FORM, { rows: 'all' });
    expect((await contacts()).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['=1+1', 'Bo']),
    );
  });

  it('is not there when nothing would change', async () => {
    await load(CAST);
    const seen = await choose(CAST);
    expect(seen.text('.note')).toContain('There is nothing to load.');
    expect(seen.all(FORM)).toEqual([]);
  });

  it('loads a file once, however many press it at the same moment', async () => {
    const seen = await choose(CAST);
    await Promise.all([1, 2, 3].map(() => admin.submit(seen, FORM, { rows: 'all' })));
    expect(await contacts()).toHaveLength(7);
    const loaded = (await on.services.audit.list(10)).filter(
      ({ event, subject }) => event === 'contacts.loaded' && subject.id === seen.path.slice(-24),
    );
    expect(loaded).toHaveLength(1);
  });

  it('takes 1,000 contacts in Arabic through', async () => {
    const row = (n: number) => `IRQ,affected,محمد الحداد ${n},مدير,m${n}@example.org,ar`;
    const seen = await choose(
      [HEADER, ...Array.from({ length: 1000 }, (_, n) => row(n))].join('\n'),
    );
    expect(seen.text('.note b')).toContain('New: 1,000.');
    const done = await admin.submit(seen, FORM, { rows: 'all' });
    expect(done.text('.done-note')).toContain('1000 contacts were loaded.');
    expect(await contacts()).toHaveLength(1000);
  });
});

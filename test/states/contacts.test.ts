/** Loading contacts: all or nothing, looked at first on the admin's page. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SYSTEM } from '../../server/audit/event.ts';
import { loadContacts, loadStates } from '../../server/states/load.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { dump } from '../support/dump.ts';
import { bundled, CAST, signedIn, statesCsv } from '../support/rounds.ts';
import type { Visitor } from '../support/visitor.ts';

jest.setTimeout(30_000);

const AUDIENCES = ['affected', 'donor'];
const write = { dryRun: false, actor: SYSTEM };
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

const load = (csv: string, options = write) => loadContacts(on.services, csv, AUDIENCES, options);
const everything = () => dump(on.services.connection, { without: ['sessions'] });

describe('loading contacts', () => {
  it('tells new, changed and unchanged ones apart', async () => {
    expect(await load(CAST)).toEqual({ rows: 7, new: 7, changed: 0, unchanged: 0, refused: [] });
    const before = await on.services.contacts.all();
    const csv = CAST.replace('Alice Chan', 'Alice Chan-Sok')
      .replace('bob@example.org,ar', 'bob@example.org,en')
      .replace('chantal@', 'Chantal@')
      .concat('NOR,affected,New One,Director,new@example.org,en\n');
    expect(await load(csv)).toEqual({ rows: 8, new: 1, changed: 3, unchanged: 4, refused: [] });
    const after = await on.services.contacts.all();
    expect(after).toHaveLength(8);
    // Who was there is the same contact still: links and mails name it.
    const ids = new Map(after.map((contact) => [contact.email.toLowerCase(), contact]));
    for (const contact of before)
      expect(ids.get(contact.email.toLowerCase())?._id).toBe(contact._id);
    expect(ids.get('alice@example.org')).toMatchObject({ name: 'Alice Chan-Sok' });
    expect(ids.get('bob@example.org')).toMatchObject({ language: 'en' });
    expect(ids.get('chantal@example.org')).toMatchObject({ email: 'Chantal@example.org' });
  });

  it('leaves alone those who are not in the file', async () => {
    await load(CAST);
    const [header = '', first = ''] = CAST.split('\n');
    expect(await load(`${header}\n${first}\n`)).toMatchObject({ rows: 1, unchanged: 1 });
    expect(await on.services.contacts.all()).toHaveLength(7);
  });

  it('in a dry run says the same and writes nothing at all', async () => {
    const before = await everything();
    expect(await load(CAST, { dryRun: true, actor: SYSTEM })).toEqual({
      rows: 7,
      new: 7,
      changed: 0,
      unchanged: 0,
      refused: [],
    });
    expect(await everything()).toEqual(before);
  });

  it('from a file with one bad row writes nothing at all', async () => {
    const before = await everything();
    const report = await load(`${CAST}XXX,affected,A,P,a@example.org,en\n`);
    expect(report).toMatchObject({ rows: 8, new: 7, refused: [{ line: 9 }] });
    expect(await everything()).toEqual(before);
  });

  it('makes one contact of two people who load the same file at once', async () => {
    await Promise.all([load(CAST), load(CAST), load(CAST)]);
    expect(await on.services.contacts.all()).toHaveLength(7);
  });

  it('takes the audiences of the loaded questionnaires only', async () => {
    const report = await loadContacts(on.services, CAST, ['affected'], write);
    expect(report.refused.map((one) => one.line)).toEqual([5, 6, 8]);
  });

  it('of States leaves the others as they are, and a bad file changes nothing', async () => {
    const before = await on.services.states.all();
    const [header = '', first = ''] = statesCsv().split('\n');
    const renamed = first.replace('Afghanistan', 'Afghanistan (new)');
    expect(await loadStates(on.services, `${header}\n${renamed}\n`, SYSTEM)).toEqual({
      ok: true,
      states: 1,
    });
    const after = await on.services.states.all();
    expect(after[0]?.names.en).toBe('Afghanistan (new)');
    expect(after.slice(1)).toEqual(before.slice(1));
    const dumped = await everything();
    const bad = await loadStates(on.services, statesCsv().replace('Asia/Kabul', 'X'), SYSTEM);
    expect(bad).toEqual({ ok: false, problems: [{ line: 2, reason: expect.any(String) }] });
    expect(await everything()).toEqual(dumped);
  });
});

describe("the admin's page", () => {
  const preview = async (csv: string | Buffer, name = 'contacts.csv') =>
    admin.upload(await admin.get('/admin/contacts'), 'form[enctype]', {
      name,
      content: Buffer.from(csv),
    });

  it('shows what a file would do before anything is written, and then does it', async () => {
    const before = await everything();
    const seen = await preview(CAST);
    expect(seen.status).toBe(200);
    expect(seen.text('.note')).toContain('7 rows: 7 new, 0 changed, 0 unchanged.');
    expect(seen.text('form[action="/admin/contacts"] button')).toBe('Load 7 contacts');
    expect(await everything()).toEqual(before);
    const done = await admin.submit(seen, 'form[action="/admin/contacts"]');
    expect(done.path).toBe('/admin/contacts?loaded=7');
    expect(done.text('.done-note')).toBe('7 contacts were loaded.');
    expect(done.all('tbody tr')).toHaveLength(7);
    expect(done.text('tbody')).toContain('Chantal Mbaye');
    const [row] = await on.services.audit.list(1);
    expect(row).toMatchObject({
      event: 'contacts.loaded',
      actor: { kind: 'account' },
      details: { rows: 7, new: 7, changed: 0, unchanged: 0 },
    });
  });

  it('carries a file in every script through preview and confirmation unchanged', async () => {
    const csv = [
      '\uFEFFstate;audience;name;post;email;language',
      'IRQ;affected;"محمد ""أبو علي"" الحداد";Director, Mine Action;m@example.org;ar',
      'TCD;affected;  Chloé  <b>N’Djaména</b> & fils ;;chloe@example.org;fr',
      'KHM;affected;李小龍;主任;li@example.org;zh',
    ].join('\r\n');
    const seen = await preview(csv);
    expect(seen.text('.note')).toContain('3 rows: 3 new');
    const done = await admin.submit(seen, 'form[action="/admin/contacts"]');
    expect(done.status).toBe(200);
    expect(
      (await on.services.contacts.all()).map((contact) => [contact.name, contact.post]),
    ).toEqual([
      ['محمد "أبو علي" الحداد', 'Director, Mine Action'],
      ['李小龍', '主任'],
      ['Chloé  <b>N’Djaména</b> & fils', ''],
    ]);
    // And the page shows a name as a name.
    expect(done.html).not.toContain('<b>N’');
  });

  it('lists every bad row with line and reason, offers no confirmation, and answers 422', async () => {
    const before = await everything();
    const seen = await preview(
      `${CAST}XXX,affected,A,P,a@example.org,en\nKHM,affected,,P,b@example.org,en\n`,
    );
    expect(seen.status).toBe(422);
    expect(seen.all('.note li').map((one) => one.text)).toEqual([
      'Line 9: there is no State "XXX"',
      'Line 10: the name is missing',
    ]);
    expect(seen.all('form[action="/admin/contacts"]')).toEqual([]);
    expect(await everything()).toEqual(before);
  });

  it('looks again when the confirmation comes: what changed in between is refused', async () => {
    const seen = await preview(CAST);
    const states = on.services.connection.collection('states');
    const chad = await states.findOne({ _id: 'TCD' as never });
    await states.deleteOne({ _id: 'TCD' as never });
    const done = await admin.submit(seen, 'form[action="/admin/contacts"]');
    await states.insertOne(chad as never);
    expect(done.status).toBe(422);
    expect(done.text('.note li')).toContain('there is no State "TCD"');
    expect(await on.services.contacts.all()).toEqual([]);
  });

  it('takes a file of 4,000 contacts in Arabic through, and refuses a larger one at the preview', async () => {
    const row = (n: number) => `IRQ,affected,محمد الحداد ${n},مدير,m${n}@example.org,ar`;
    const rows = Array.from({ length: 4000 }, (_, n) => row(n));
    const csv = `state,audience,name,post,email,language\n${rows.join('\n')}`;
    expect(Buffer.byteLength(csv)).toBeLessThan(300_000);
    const seen = await preview(csv);
    expect(seen.text('.note')).toContain('4000 rows: 4000 new');
    // Every byte that the preview takes, the confirmation takes too.
    const arabic = `state,audience,name,post,email,language\n${'ع'.repeat(149_900)}`;
    const largest = await preview(arabic);
    expect(largest.status).toBe(422);
    const token = largest.root.querySelector('input[name="token"]')?.getAttribute('value') ?? '';
    expect((await admin.post('/admin/contacts', { token, csv: arabic })).status).toBe(422);
    const larger = await preview(`${arabic}${'ع'.repeat(200)}`);
    expect(larger.status).toBe(413);
    expect(larger.text('h1')).toBe('That was too much at once');
  });

  it('refuses a file in another encoding rather than load broken names', async () => {
    const latin = Buffer.from(
      'state,audience,name,post,email,language\nTCD,affected,Chloé,P,c@example.org,fr\n',
      'latin1',
    );
    const seen = await preview(latin);
    expect(seen.status).toBe(422);
    expect(seen.text('.note li')).toContain('save the file as "CSV UTF-8"');
  });

  it('without a file says what is missing', async () => {
    const contacts = await admin.get('/admin/contacts');
    const token = contacts.root.querySelector('main input[name="token"]')?.getAttribute('value');
    const answer = await admin.agent.post('/admin/contacts/preview').field('token', token ?? '');
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('The first line must be');
  });
});

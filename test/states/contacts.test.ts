/** Loading contacts: all or nothing. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SYSTEM } from '../../server/audit/event.ts';
import { loadContacts, loadStates } from '../../server/states/load.ts';
import { removeContact } from '../../server/states/register.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { dump } from '../support/dump.ts';
import { bundled, CAST, statesCsv } from '../support/rounds.ts';

jest.setTimeout(30_000);

const AUDIENCES = ['affected', 'donor'];
const write = { dryRun: false, actor: SYSTEM };
/** What is said of a file in which nothing stands. */
const REPORT = {
  rows: 0,
  new: 0,
  changed: 0,
  unchanged: 0,
  refused: [],
  duplicates: [],
  unknownColumns: [],
};
let on: TestApp;

beforeAll(async () => {
  on = await testApp();
  await on.services.catalogue.load(bundled(), on.services.clock());
  await loadStates(on.services, statesCsv(), SYSTEM);
});
beforeEach(() => on.services.connection.collection('contacts').deleteMany({}));
afterAll(() => on.close());

const load = (csv: string, options = write) => loadContacts(on.services, csv, AUDIENCES, options);
const everything = () => dump(on.services.connection, { without: ['sessions'] });

describe('loading contacts', () => {
  it('says which rows say the same twice, and whose address speaks for somebody else too', async () => {
    await load(CAST);
    const [header = '', alice = ''] = CAST.split('\n');
    const csv = [
      `${header},note`,
      `${alice},x`,
      `${alice},y`,
      'NOR,affected,Dora Lund,Desk officer,DORA@example.org,en,',
      'FRA,donor,One,P,one@example.org,fr,',
      'FRA,affected,One,P,one@example.org,fr,',
    ].join('\n');
    expect(await load(csv)).toEqual({
      ...REPORT,
      rows: 5,
      new: 3,
      unchanged: 1,
      duplicates: [
        { line: 3, reason: 'the same as line 2, so it is left out' },
        { line: 4, reason: 'the same address speaks for NOR (donor)' },
        { line: 5, reason: 'the same address speaks for FRA (affected)' },
        { line: 6, reason: 'the same address speaks for FRA (donor)' },
      ],
      unknownColumns: ['note'],
    });
  });

  it('keeps the time zone of a contact where the file has no such column, and takes it away where the cell is empty', async () => {
    const zoneOf = async () => (await on.services.contacts.all()).map((one) => one.zone);
    const [header = '', alice = ''] = CAST.split('\n');
    await load(`${header},zone\n${alice},Asia/Tokyo\n`);
    expect(await zoneOf()).toEqual(['Asia/Tokyo']);
    expect(await load(`${header}\n${alice}\n`)).toMatchObject({ unchanged: 1 });
    expect(await zoneOf()).toEqual(['Asia/Tokyo']);
    expect(await load(`${header},zone\n${alice},\n`)).toMatchObject({ changed: 1 });
    expect(await zoneOf()).toEqual([null]);
  });

  it('does not bring back a contact that was removed, and says when and why it was', async () => {
    await load(CAST);
    const [alice] = await on.services.contacts.of('KHM', 'affected');
    if (!alice) throw new Error('no contact');
    const said = { reason: 'left the ministry', endLinks: false };
    await removeContact(on.services, alice, said, SYSTEM);
    expect(await load(CAST)).toEqual({
      ...REPORT,
      rows: 7,
      unchanged: 6,
      refused: [
        {
          line: 2,
          reason:
            'this contact was removed on 2023-05-02 (left the ministry); to have it back, press the button on its page',
        },
      ],
    });
    expect(await on.services.contacts.of('KHM', 'affected')).toEqual([]);
  });

  it('tells new, changed and unchanged ones apart', async () => {
    expect(await load(CAST)).toEqual({ ...REPORT, rows: 7, new: 7 });
    const before = await on.services.contacts.all();
    const csv = CAST.replace('Alice Chan', 'Alice Chan-Sok')
      .replace('bob@example.org,ar', 'bob@example.org,en')
      .replace('chantal@', 'Chantal@')
      .concat('NOR,affected,New One,Director,new@example.org,en\n');
    expect(await load(csv)).toEqual({ ...REPORT, rows: 8, new: 1, changed: 3, unchanged: 4 });
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
      ...REPORT,
      rows: 7,
      new: 7,
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

/** Where reports come from: a mailbox, a folder, a mail server that hands them over. Each acts once. */
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import supertest from 'supertest';
import { createApp } from '../../server/app.ts';
import { type BounceReader, bounceReader } from '../../server/bounces/reader.ts';
import { startWorkers } from '../../server/start.ts';
import { whyUnreachable } from '../../server/states/state.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { type ImapServer, imapServer } from '../support/imap-server.ts';
import { mailTo, refusal } from '../support/returned.ts';
import { openedRound, SLUG, signedIn } from '../support/rounds.ts';

jest.setTimeout(60_000);

const SECRET = 'a secret that has no spaces'.replaceAll(' ', '-');
let on: TestApp;
let mail: ImapServer;
let folder: string;

beforeAll(async () => {
  mail = await imapServer();
  folder = await mkdtemp(join(tmpdir(), 'rapporteur-bounces-'));
  on = await testApp({ bounceHookSecret: SECRET });
  await openedRound(on);
  await on.sendMail();
});
beforeEach(async () => {
  for (const name of ['bounces', 'bounceReadings', 'leases'])
    await on.services.connection.collection(name).deleteMany({});
  await on.services.connection
    .collection('messages')
    .updateMany({}, { $set: { status: 'accepted' } });
  await on.services.connection
    .collection('contacts')
    .updateMany({}, { $unset: { undeliverable: 1 } });
  mail.folders.clear();
  mail.folders.set('INBOX', []);
  mail.commands.length = 0;
  Object.assign(mail.faults, { move: false, password: false, breakAfterFetch: false });
});
afterAll(async () => {
  await on.close();
  await mail.close();
  await rm(folder, { recursive: true });
});

const refused = async (name: string) => {
  const address = `${name}@example.org`;
  return refusal(on, await mailTo(on, address), address);
};
const isStopped = async (name: string) => {
  const [contact] = await on.services.contacts.byAddress(`${name}@example.org`);
  return contact ? whyUnreachable(contact) !== null : false;
};
const readerOf = (settings: object): BounceReader =>
  bounceReader({ ...on.services, config: { ...on.services.config, ...settings } });
const lengths = () =>
  Object.fromEntries([...mail.folders].map(([name, list]) => [name, list.length]));

describe('a mailbox', () => {
  const reader = () => readerOf({ bounceImapUrl: mail.url() });

  it('is read to its end; what was read lies in two folders, and is not read again', async () => {
    mail.put(await refused('alice'));
    mail.put(Buffer.from('From: a@example.org\nSubject: hello\n\nhello\n'));
    mail.put(await refused('bob'));
    const one = reader();
    expect(await one.readOnce()).toEqual({ read: { noted: 2, odd: 1, seen: 0 }, failures: [] });
    expect(lengths()).toEqual({ INBOX: 0, 'Rapporteur-done': 2, 'Rapporteur-odd': 1 });
    expect([await isStopped('alice'), await isStopped('bob'), await isStopped('chantal')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(await one.readOnce()).toEqual({ read: { noted: 0, odd: 0, seen: 0 }, failures: [] });
    await one.stop();
    // A look is not a read: the mailbox of a person stays as it was.
    expect(mail.commands.filter((command) => command.startsWith('UID FETCH')).join()).toMatch(
      /BODY\.PEEK/,
    );
  });

  it('in which nothing may be moved is marked instead', async () => {
    mail.faults.move = true;
    mail.put(await refused('alice'));
    const one = reader();
    expect((await one.readOnce())?.read).toMatchObject({ noted: 1 });
    expect(mail.folders.get('INBOX')?.[0]?.flags).toEqual(new Set(['\\Seen', '$RapporteurRead']));
    expect((await one.readOnce())?.read).toEqual({ noted: 0, odd: 0, seen: 0 });
    await one.stop();
  });

  it('whose line breaks is read again from there: what was taken in acts once, and nothing is lost', async () => {
    for (const name of ['alice', 'bob', 'chantal']) mail.put(await refused(name));
    mail.faults.breakAfterFetch = true;
    const one = reader();
    const first = await one.readOnce();
    expect(first?.read.noted).toBe(1);
    expect(first?.failures[0]).toMatch(/^imap: /);
    const [reading] = await on.services.bounces.readings();
    expect(reading).toMatchObject({ _id: 'imap', failingSince: on.services.clock() });
    mail.faults.breakAfterFetch = false;
    expect(await one.readOnce()).toEqual({ read: { noted: 2, odd: 0, seen: 1 }, failures: [] });
    await one.stop();
    expect(lengths()).toMatchObject({ INBOX: 0, 'Rapporteur-done': 3 });
    const [after] = await on.services.bounces.readings();
    expect(after).toMatchObject({ failingSince: null, error: null });
  });

  it('that cannot be read is told to the administrator, since when and why, and in the log once', async () => {
    mail.faults.password = true;
    const one = reader();
    const before = on.logged.length;
    await one.readOnce();
    on.setTime('2023-05-02T09:00:00Z');
    await one.readOnce();
    await one.stop();
    const admin = await signedIn(on, 'admin');
    const page = await admin.get('/admin/bounces');
    expect(page.text('.note')).toContain('Bounces could not be read since 2 May 2023, 08:00.');
    expect(page.text('.note')).toContain('the server refuses user or password');
    expect((await admin.get(`/admin/rounds/${SLUG}`)).text('#unreachable')).toContain(
      'Bounces could not be read since',
    );
    const lines = on.logged.slice(before).filter((line) => line.includes('bounces cannot be read'));
    expect(lines).toHaveLength(1);
    expect(on.logged.join()).not.toContain('p@ss');
    expect(page.html).not.toContain('p@ss');
    on.setTime('2023-05-02T08:00:00Z');
  });

  it.each([
    ['is not there', () => 'imap://a:b@127.0.0.1:9/INBOX'],
    ['has another name', () => mail.url('Nowhere')],
    ['wants a password over a line that anybody may read', () => 'imap://a:b@localhost.invalid/'],
  ])('that %s is a failure and ends nothing', async (_name, url) => {
    const one = readerOf({ bounceImapUrl: url() });
    const done = await one.readOnce();
    await one.stop();
    expect(done?.failures).toHaveLength(1);
  });

  it('is read by one process at a time; the other takes over when the first is gone', async () => {
    const [one, other] = [reader(), reader()];
    for (const name of ['alice', 'bob', 'chantal']) mail.put(await refused(name));
    const both = await Promise.all([one.readOnce(), other.readOnce()]);
    expect(both.filter((done) => done === null)).toHaveLength(1);
    expect(both.find((done) => done !== null)?.read).toMatchObject({ noted: 3, seen: 0 });
    const [idle, busy] = both[0] === null ? [one, other] : [other, one];
    await busy.stop();
    mail.put(await refused('dora'));
    expect((await idle.readOnce())?.read.noted).toBe(1);
    await idle.stop();
  });

  it('is read by a running server by itself, and stopping leaves nothing half done', async () => {
    mail.put(await refused('alice'));
    const config = { ...on.services.config, bounceImapUrl: mail.url() };
    const workers = startWorkers({ ...on.services, config });
    for (let tries = 0; tries < 200 && !(await isStopped('alice')); tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 25));
    await workers.stop();
    expect(await isStopped('alice')).toBe(true);
    expect(await on.services.leases.take('bounces', 'somebody', new Date(), new Date())).toBe(true);
  });
});

describe('a folder', () => {
  afterEach(async () => {
    for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
  });
  const read = async () => {
    const one = readerOf({ bounceFolder: folder });
    const done = await one.readOnce();
    await one.stop();
    return done;
  };

  it('is read in the order of names; files are moved to done and odd, others stay', async () => {
    await writeFile(join(folder, 'a.eml'), await refused('alice'));
    await writeFile(join(folder, 'b.eml'), 'Subject: hello\n\nhello\n');
    await writeFile(join(folder, 'c.eml.part'), await refused('bob'));
    await mkdir(join(folder, 'd.eml'));
    expect((await read())?.read).toEqual({ noted: 1, odd: 1, seen: 0 });
    expect((await readdir(folder)).sort()).toEqual(['c.eml.part', 'd.eml', 'done', 'odd']);
    expect(await readdir(join(folder, 'done'))).toEqual(['a.eml']);
    expect(await readdir(join(folder, 'odd'))).toEqual(['b.eml']);
    expect([await isStopped('alice'), await isStopped('bob')]).toEqual([true, false]);
  });

  it('may hold the same report twice, also under the same name: it acts once and both files are kept', async () => {
    await writeFile(join(folder, 'a.eml'), await refused('alice'));
    await read();
    await writeFile(join(folder, 'a.eml'), await refused('alice'));
    expect((await read())?.read).toEqual({ noted: 0, odd: 0, seen: 1 });
    expect(await readdir(join(folder, 'done'))).toHaveLength(2);
    expect(await on.services.bounces.list({}, 10)).toHaveLength(1);
  });

  it('that is gone is a failure that names it', async () => {
    const one = readerOf({ bounceFolder: join(folder, 'nowhere') });
    expect((await one.readOnce())?.failures[0]).toContain('nowhere');
    await one.stop();
    await chmod(folder, 0o700);
  });
});

describe('a mail server that hands reports over', () => {
  const post = (raw: Buffer, headers: Record<string, string> = {}) =>
    supertest(on.app)
      .post('/hooks/bounces')
      .set({ Authorization: `Bearer ${SECRET}`, 'Content-Type': 'message/rfc822', ...headers })
      .send(raw);

  it('gets an answer for each, the same report acts once', async () => {
    const raw = await refused('alice');
    const first = await post(raw);
    expect([first.status, first.body]).toEqual([200, { outcome: 'noted' }]);
    expect((await post(raw)).body).toEqual({ outcome: 'seen' });
    expect((await post(Buffer.from('Subject: x\n\nx\n'))).body).toEqual({ outcome: 'odd' });
    expect(await isStopped('alice')).toBe(true);
    const [bounce] = await on.services.bounces.list({ odd: false }, 1);
    expect(bounce?.source).toBe('hook');
  });

  it('has no session and needs no form, from wherever it calls', async () => {
    const answer = await post(await refused('bob'), {
      Origin: 'https://mx.example.org',
      'Sec-Fetch-Site': 'cross-site',
    });
    expect(answer.status).toBe(200);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it.each([
    ['no secret', { Authorization: '' }, 401],
    ['another secret', { Authorization: `Bearer ${SECRET}x` }, 401],
    ['the secret in small letters of the scheme', { Authorization: SECRET }, 401],
    ['a body of another type', { 'Content-Type': 'text/plain' }, 415],
  ])('with %s is refused, and nothing is read', async (_name, headers, status) => {
    const answer = await post(await refused('chantal'), headers);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain(SECRET);
    expect(await on.services.bounces.list({}, 10)).toEqual([]);
  });

  it('with more than a megabyte is refused', async () => {
    expect((await post(Buffer.alloc(1_048_577, 'a'))).status).toBe(413);
  });

  it('with an empty body leaves a record at most', async () => {
    expect([200, 400]).toContain((await post(Buffer.alloc(0))).status);
  });

  it('finds no such page where the setting is missing, or asks with GET', async () => {
    const app = createApp({
      ...on.services,
      config: { ...on.services.config, bounceHookSecret: null },
    });
    const answer = await supertest(app)
      .post('/hooks/bounces')
      .set('Content-Type', 'message/rfc822')
      .send('x');
    expect(answer.status).toBe(404);
    expect((await supertest(on.app).get('/hooks/bounces')).status).toBe(404);
  });
});

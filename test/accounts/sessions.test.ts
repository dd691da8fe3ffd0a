/** A session: under a hash in the database, in a cookie with every flag, and over when it should be. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import supertest from 'supertest';
import { bootstrapLink, createAccount } from '../../server/accounts/manage.ts';
import { SYSTEM } from '../../server/audit/event.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { dump } from '../support/dump.ts';
import { signedInOverHttps } from '../support/https.ts';
import { openedRound } from '../support/rounds.ts';

jest.setTimeout(30_000);

const START = '2023-05-02T08:00:00.000Z';
let on: TestApp;
let made = 0;

beforeAll(async () => {
  on = await testApp();
  await openedRound(on, { invited: false });
});
beforeEach(() => on.setTime(START));
afterAll(() => on.close());

/** Somebody new, and the address that signs them in. */
async function newcomer() {
  made += 1;
  const email = `person-${made}@example.org`;
  const account = await createAccount(on.services, { email, role: 'admin' }, SYSTEM);
  if (!account.ok) throw new Error(account.reason);
  const link = new URL(await bootstrapLink(on.services, account.account)).pathname;
  return { email, id: account.account._id, link };
}

/** Signs in with no browser in between, so that the cookie is in hand. */
async function session(cookieBefore = '') {
  const { email, link } = await newcomer();
  const answer = await supertest(on.app).post(link).set('Cookie', cookieBefore);
  const [header = ''] = [answer.headers['set-cookie'] ?? []].flat();
  const cookie = header.split(';')[0] ?? '';
  // "s:<id>.<signature>" in percent escapes.
  const id =
    decodeURIComponent(cookie.split('=')[1] ?? '')
      .slice(2)
      .split('.')[0] ?? '';
  const status = async () =>
    (await supertest(on.app).get('/admin/audit').set('Cookie', cookie)).status;
  return { email, header, cookie, id, status };
}
const sessions = () => on.services.connection.collection('sessions');

describe('the cookie', () => {
  it('cannot be read by scripts, is not sent along by other sites, and ends after half an hour', async () => {
    const { header } = await session();
    expect(header).toMatch(
      /^rapporteur-account=s%3A[^;]+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
    );
    const expires = new Date(/Expires=([^;]+)/.exec(header)?.[1] ?? '').getTime();
    expect(Math.abs(expires - Date.now() - 30 * 60_000)).toBeLessThan(10_000);
  });

  it('is bound to the host and to https where the server is reached by https', async () => {
    const https = await testApp({ publicUrl: 'https://questionnaire.example.org' });
    try {
      const admin = await signedInOverHttps(https, 'admin');
      expect(admin.cookies).toHaveLength(1);
      expect(admin.cookies[0]).toMatch(
        /^__Host-rapporteur-account=s%3A[^;]+; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
      );
      const page = await admin.get('/admin/rounds');
      expect(page.status).toBe(200);
      expect(page.headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
      // The other cookies of ours too: the browser that asked, the language.
      const asked = await supertest(https.app)
        .post('/sign-in')
        .type('form')
        .send('email=nobody@example.org');
      expect(asked.headers['set-cookie']).toEqual([
        expect.stringMatching(
          /^__Host-rapporteur-browser=[\w-]{43}; Max-Age=3600; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
        ),
      ]);
      const language = await supertest(https.app).get('/language/fr');
      expect(String(language.headers['set-cookie'])).toMatch(
        /^__Host-rapporteur-language=fr;.*; HttpOnly; Secure; SameSite=Lax$/,
      );
    } finally {
      await https.close();
    }
  });

  it('is not set for somebody who only looks', async () => {
    for (const path of ['/sign-in', '/results', '/no-such-page', '/healthz'])
      expect((await supertest(on.app).get(path)).headers['set-cookie']).toBeUndefined();
  });
});

describe('the session in the database', () => {
  it('lies under a hash of its id; neither id nor cookie is anywhere', async () => {
    const { id, cookie, status } = await session();
    expect(await status()).toBe(200);
    expect(id.length).toBeGreaterThanOrEqual(32);
    const hash = createHash('sha256').update(id).digest('hex');
    expect(await sessions().countDocuments({ _id: hash as never })).toBe(1);
    const all = JSON.stringify(await dump(on.services.connection));
    expect(all).toContain(hash);
    expect(all).not.toContain(id);
    expect(all).not.toContain(cookie.split('=')[1]);
    expect(on.logged.join('\n')).not.toContain(id);
  });

  it('gets a new id at sign-in: one that somebody planted is not taken on', async () => {
    const planted = await session();
    const own = await session(planted.cookie);
    expect(own.id).not.toBe(planted.id);
    // And the planted one is gone.
    expect(await planted.status()).toBe(303);
    expect(await own.status()).toBe(200);
  });

  it('is there before anything of the answer is', async () => {
    const { id, link } = await newcomer();
    // Somebody else's write, not over yet, of what must be unique: the session has to wait for how it ends.
    await sessions().createIndex({ 'session.account': 1 }, { unique: true, name: 'held' });
    const other = await on.services.connection.startSession();
    other.startTransaction();
    await sessions().insertOne({ session: { account: id } }, { session: other });
    const answer = fetch(on.url + link, { method: 'POST', redirect: 'manual' });
    const first = await Promise.race([answer.then(() => 'the answer'), sleep(500, 'silence')]);
    await other.abortTransaction();
    await other.endSession();
    const { status } = await answer;
    await sessions().dropIndex('held');
    expect([first, status]).toEqual(['silence', 303]);
  });
});

describe('a session ends', () => {
  it('after half an hour without a request', async () => {
    const { id, status } = await session();
    const filter = { _id: createHash('sha256').update(id).digest('hex') as never };
    const kept = await sessions().findOne(filter);
    const left = Number(kept?.['expires']) - Date.now();
    expect(Math.abs(left - 30 * 60_000)).toBeLessThan(10_000);
    await sessions().updateOne(filter, { $set: { expires: new Date(Date.now() - 1) } });
    expect(await status()).toBe(303);
  });

  it('after twelve hours, however busy', async () => {
    const { status } = await session();
    on.setTime('2023-05-02T20:00:00.000Z');
    expect(await status()).toBe(200);
    on.setTime('2023-05-02T20:00:00.001Z');
    expect(await status()).toBe(303);
  });

  it('with the next request when the account is disabled', async () => {
    const { email, status } = await session();
    expect(await status()).toBe(200);
    const accounts = on.services.connection.collection('accounts');
    await accounts.updateOne({ email }, { $set: { disabledAt: new Date(START) } });
    expect(await status()).toBe(303);
    await accounts.updateOne({ email }, { $set: { disabledAt: null } });
    expect(await status()).toBe(200);
  });

  it('in what it allows, with the next request when the role is another one', async () => {
    const { email, status } = await session();
    const accounts = on.services.connection.collection('accounts');
    await accounts.updateOne({ email }, { $set: { role: 'viewer' } });
    expect(await status()).toBe(403);
  });

  it('everywhere when it is gone from the database', async () => {
    const { status } = await session();
    await sessions().deleteMany({});
    expect(await status()).toBe(303);
  });
});

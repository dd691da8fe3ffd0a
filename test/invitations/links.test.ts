/** Personal links: one invitation for a State, several links to it, and what each opens, until it is revoked. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import supertest from 'supertest';
import { SYSTEM } from '../../server/audit/event.ts';
import { freshLink, revokeLinks } from '../../server/invitations/invite.ts';
import type { Round } from '../../server/rounds/round.ts';
import { newToken } from '../../server/secrets.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { linkFor, openedRound, respondent, SLUG, signedIn } from '../support/rounds.ts';
import { type Visitor, visitor } from '../support/visitor.ts';

jest.setTimeout(30_000);

const START = '2023-05-02T08:00:00.000Z';
let on: TestApp;
let round: Round;
let admin: Visitor;
let address = 0;

beforeAll(async () => {
  on = await testApp({ trustedProxies: 1 });
  round = await openedRound(on);
  admin = await signedIn(on, 'admin');
});
beforeEach(() => on.setTime(START));
afterAll(() => on.close());

/** A network of one's own, so that the failures of one test are not another's. */
function network(): Record<string, string> {
  address += 1;
  return { 'X-Forwarded-For': `198.51.100.${address}` };
}
const KHM = { state: 'KHM', audience: 'affected' };
const revoke = () => revokeLinks(on.services, round, KHM, SYSTEM);

describe('an invitation', () => {
  it('is one for each State, audience and round, which the database itself sees to', async () => {
    const invitations = await on.services.invitations.ofRound(SLUG);
    expect(invitations.map(({ state, audience }) => `${state} ${audience}`)).toEqual([
      'IRQ affected',
      'KHM affected',
      'NOR donor',
      'TCD affected',
      'TUR affected',
      'TUR donor',
      'USA donor',
    ]);
    const { _id, ...second } = invitations[0] ?? { _id: '' };
    const insert = on.services.connection.collection('invitations').insertOne(second as never);
    await expect(insert).rejects.toMatchObject({ code: 11000 });
    expect(_id).toMatch(/^[0-9a-f]{24}$/);
  });

  it('is opened by each of its links, and by both in one browser', async () => {
    const [one, two] = [
      await linkFor(on, round, 'KHM', 'affected'),
      await linkFor(on, round, 'KHM', 'affected'),
    ];
    expect(one).not.toBe(two);
    const person = visitor(on.app);
    const first = await person.get(one);
    expect((await person.get(two)).path).toBe(first.path);
    expect((await visitor(on.app).get(one)).path).toBe(first.path);
  });

  it('has no link for a State that was not asked, on the page either', async () => {
    const nobody = { state: 'AFG', audience: 'affected' };
    expect(await freshLink(on.services, round, nobody, SYSTEM)).toBeNull();
    expect(await revokeLinks(on.services, round, nobody, SYSTEM)).toBe(false);
    const page = await admin.get(`/admin/rounds/${SLUG}`);
    const token = page.root.querySelector('main input[name="token"]')?.getAttribute('value') ?? '';
    for (const part of ['link', 'revocation'])
      for (const [of, status] of [
        // It is in the list of whom to invite, but has no link yet.
        ['AFG/affected', 403],
        ['KHM/donor', 404],
        ['$ne/affected', 404],
      ] as const) {
        const path = `/admin/rounds/${SLUG}/states/${of}/${part}`;
        expect([path, (await admin.post(path, { token })).status]).toEqual([path, status]);
      }
  });

  it('shows the admin a new link once', async () => {
    const page = await admin.get(`/admin/rounds/${SLUG}/states/TCD/affected`);
    const made = await admin.submit(page, 'form[action$="/link"]');
    const link = made.root.querySelector('.note a.address')?.getAttribute('href') ?? '';
    expect(made.text('.note')).toContain('It is shown this once.');
    expect((await visitor(on.app).get(link)).text('.who')).toContain('Tchad');
    expect((await admin.get(page.path)).html).not.toContain(link);
  });
});

describe('revoking the links of a State', () => {
  it('ends access with the next request, keeps the draft, and a new link opens the same one', async () => {
    const { visitor: person, base } = await respondent(on, round, 'KHM');
    const about = await person.get(`${base}/about`);
    await person.submit(about, '#section', { r_use: 'aggregate' }, 'later');
    const page = await person.get(`${base}/about`);
    expect(page.status).toBe(200);
    expect(await revoke()).toBe(true);
    for (const path of ['', '/about', '/check', '/answers', '/receipt'])
      expect([path, (await person.get(base + path)).status]).toEqual([path, 401]);
    // What was being typed is shown back and not saved.
    const held = await person.submit(page, '#section', { r_use: 'attributed' }, 'later');
    expect(held.status).toBe(401);
    expect(held.html).toContain('attributed');
    const response = await on.services.responses.find(base.slice(3));
    expect(response?.draft.answers['r_use']).toBe('aggregate');
    const next = await respondent(on, round, 'KHM');
    expect(next.base).toBe(base);
    const again = await next.visitor.get(`${base}/about`);
    const chosen = again.root.querySelector('input[name="r_use"][checked]');
    expect(chosen?.getAttribute('value')).toBe('aggregate');
  });

  it('on the page ends the links of that State and of no other', async () => {
    const [cambodia, chad] = [
      await respondent(on, round, 'KHM'),
      await respondent(on, round, 'TCD'),
    ];
    const page = await admin.get(`/admin/rounds/${SLUG}/states/KHM/affected`);
    await admin.submit(page, 'form[action$="/revocation"]');
    expect((await cambodia.visitor.get(cambodia.base)).status).toBe(401);
    expect((await chad.visitor.get(chad.base)).status).toBe(200);
  });

  it('in a browser with the links of two States leaves the other one open', async () => {
    const person = visitor(on.app);
    const cambodia = await person.get(await linkFor(on, round, 'KHM', 'affected'));
    const donor = await person.get(await linkFor(on, round, 'TUR', 'donor'));
    const affected = await person.get(await linkFor(on, round, 'TUR', 'affected'));
    expect(new Set([cambodia.path, donor.path, affected.path]).size).toBe(3);
    expect((await person.get(cambodia.path)).text('.who')).toContain('Cambodia');
    await revoke();
    expect((await person.get(cambodia.path)).status).toBe(401);
    expect((await person.get(donor.path)).status).toBe(200);
    expect((await person.get(affected.path)).status).toBe(200);
  });

  it('does not keep a mail that is still to be sent from carrying a new link', async () => {
    await revoke();
    const again = await respondent(on, round, 'KHM');
    expect((await again.visitor.get(again.base)).status).toBe(200);
    // A second revocation finds only what was made since.
    const [before] = await on.services.audit.list(1);
    await revoke();
    const [row] = await on.services.audit.list(1);
    expect(row?._id).not.toBe(before?._id);
    expect(row).toMatchObject({ event: 'links.revoked', details: { links: 1 } });
  });
});

describe('a link that does not open', () => {
  const seen = async (path: string) => {
    const { status, text, headers } = await supertest(on.app).get(path).set(network());
    const { date: _date, etag: _etag, ...rest } = headers;
    // Where the language links lead back to is the only thing that may differ.
    return { status, headers: rest, text: text.replaceAll(encodeURIComponent(path), '…') };
  };

  it('shows the same page with the same headers, whether it never was, was revoked, or is one letter off', async () => {
    const link = new URL(await linkFor(on, round, 'KHM', 'affected')).pathname;
    const live = new URL(await linkFor(on, round, 'TCD', 'affected')).pathname;
    await revoke();
    const unknown = await seen(`/r/${newToken()}`);
    expect(unknown.status).toBe(404);
    expect(unknown.text).toContain('Please open the link in your mail');
    expect(await seen(link)).toEqual(unknown);
    const last = live.at(-1) === 'A' ? 'B' : 'A';
    expect(await seen(live.slice(0, -1) + last)).toEqual(unknown);
    expect(await seen(live.toUpperCase().replace('/R/', '/r/'))).toEqual(unknown);
    expect(unknown.headers['set-cookie']).toBeUndefined();
    expect((await seen(live)).status).toBe(303);
  });

  it.each([
    '',
    'x',
    newToken().slice(1),
    `${newToken()}A`,
    `${newToken().slice(1)}!`,
    '%00',
    '$ne',
    '..',
    'null',
  ])('is not found when it is malformed: %j', async (token) => {
    const page = await seen(`/r/${token}`);
    expect(page.status).toBe(404);
    expect(page.text).not.toMatch(/Cambodia|Chad|KHM|TCD/);
  });

  it('is refused as an invitation too, and an id without a link opens nothing', async () => {
    const [invitation] = await on.services.invitations.ofRound(SLUG);
    const unknown = await seen('/r/000000000000000000000000');
    expect(unknown.status).toBe(401);
    const own = await seen(`/r/${invitation?._id}`);
    expect({ ...own, text: own.text.replaceAll(String(invitation?._id), '…') }).toEqual(unknown);
  });
});

describe('guessing', () => {
  const guess = (headers: Record<string, string>) =>
    supertest(on.app).get(`/r/${newToken()}`).set(headers);

  it('is over after thirty failures from one address; a valid link works from another one', async () => {
    const guesser = network();
    const link = new URL(await linkFor(on, round, 'TCD', 'affected')).pathname;
    const answers: number[] = [];
    for (let time = 0; time < 32; time += 1) answers.push((await guess(guesser)).status);
    expect(answers).toEqual([...Array.from({ length: 30 }, () => 404), 429, 429]);
    const page = await guess(guesser);
    expect(page.text).toContain('Too many tries');
    expect((await supertest(on.app).get(link).set(network())).status).toBe(303);
    // An address that the guesser writes in front of its own is not believed.
    const spoofed = { 'X-Forwarded-For': `203.0.113.7, ${guesser['X-Forwarded-For']}` };
    expect((await guess(spoofed)).status).toBe(429);
  });

  it('counts in the database, so that all processes count together, and ends after ten minutes', async () => {
    const guesser = network();
    await Promise.all(Array.from({ length: 40 }, () => guess(guesser)));
    expect((await guess(guesser)).status).toBe(429);
    const limits = on.services.connection.collection('limits');
    const kept = await limits.findOne({ key: `failures:${guesser['X-Forwarded-For']}` });
    const left = Number(kept?.['expire']) - Date.now();
    expect(left).toBeGreaterThan(580_000);
    expect(left).toBeLessThanOrEqual(600_000);
    await limits.updateOne(
      { key: kept?.['key'] },
      { $set: { expire: new Date(Date.now() - 1000) } },
    );
    expect((await guess(guesser)).status).toBe(404);
  });

  it('is not what a whole ministry behind one address does: success never counts', async () => {
    const ministry = network();
    const link = new URL(await linkFor(on, round, 'TCD', 'affected')).pathname;
    const opened = await Promise.all(
      Array.from({ length: 60 }, () => supertest(on.app).get(link).set(ministry)),
    );
    expect(new Set(opened.map((one) => one.status))).toEqual(new Set([303]));
    expect((await guess(ministry)).status).toBe(404);
    expect((await supertest(on.app).get(link).set(ministry)).status).toBe(303);
  });
});

describe('what a browser keeps of a link', () => {
  const opened = async (state = 'TCD') => {
    const link = new URL(await linkFor(on, round, state, 'affected')).pathname;
    const answer = await supertest(on.app).get(link);
    const [header = ''] = [answer.headers['set-cookie'] ?? []].flat();
    return {
      link,
      header,
      cookie: header.split(';')[0] ?? '',
      path: String(answer.headers['location']),
    };
  };
  const status = async (path: string, cookie: string) =>
    (await supertest(on.app).get(path).set('Cookie', cookie)).status;

  it('is a signed cookie with ids and no token, which scripts cannot read', async () => {
    const { link, header, cookie, path } = await opened();
    expect(header).toMatch(/; Max-Age=86400; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
    expect(header).not.toContain(link.split('/')[2]);
    expect(path).toMatch(/^\/r\/[0-9a-f]{24}$/);
    expect(await status(path, cookie)).toBe(200);
  });

  it('opens nothing once a letter of it is changed, or its signature is taken from another', async () => {
    const chad = await opened('TCD');
    const iraq = await opened('IRQ');
    expect(await status(iraq.path, chad.cookie)).toBe(401);
    const [name = '', value = ''] = chad.cookie.split('=');
    const [payload = '', signature = ''] = value.split('~');
    const [other = ''] = (iraq.cookie.split('=')[1] ?? '').split('~');
    for (const forged of [
      `${other}~${signature}`,
      `${payload}0~${signature}`,
      `${payload}~`,
      payload,
      '~',
      `${payload}~${signature.slice(1)}`,
    ])
      for (const path of [chad.path, iraq.path])
        expect([forged, await status(path, `${name}=${forged}`)]).toEqual([forged, 401]);
  });

  it('is over after four hours without a request, and after a day in any case', async () => {
    const { link } = await opened();
    const idle = visitor(on.app);
    const { path } = await idle.get(link);
    on.setTime('2023-05-02T12:00:00.000Z');
    expect((await idle.get(path)).status).toBe(200);
    on.setTime('2023-05-02T16:00:01.000Z');
    expect((await idle.get(path)).status).toBe(401);
    on.setTime(START);
    const busy = visitor(on.app);
    await busy.get(link);
    for (let hour = 3; hour <= 24; hour += 3) {
      on.setTime(new Date(Date.parse(START) + hour * 3_600_000).toISOString());
      expect([hour, (await busy.get(path)).status]).toEqual([hour, 200]);
    }
    on.setTime('2023-05-03T08:00:01.000Z');
    expect((await busy.get(path)).status).toBe(401);
    // The link itself goes on.
    expect((await busy.get(link)).status).toBe(200);
  });

  it('holds the newest twelve links', async () => {
    const person = visitor(on.app);
    const first = await person.get(await linkFor(on, round, 'IRQ', 'affected'));
    for (let time = 0; time < 11; time += 1)
      await person.get(await linkFor(on, round, 'TCD', 'affected'));
    expect((await person.get(first.path)).status).toBe(200);
    await person.get(await linkFor(on, round, 'TCD', 'affected'));
    expect((await person.get(first.path)).status).toBe(401);
  });
});

/** Signing in by a link in a mail: once, in time, on a button, in the browser that asked; and signing out. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import supertest from 'supertest';
import { bootstrapLink, createAccount } from '../../server/accounts/manage.ts';
import { SYSTEM } from '../../server/audit/event.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { linksIn, type Mailbox, mailbox } from '../support/mailbox.ts';
import { openedRound, SLUG, signedIn } from '../support/rounds.ts';
import { type Visitor, visitor } from '../support/visitor.ts';

jest.setTimeout(30_000);

const CLERK = 'clerk@example.org';
const START = '2023-05-02T08:00:00.000Z';
let on: TestApp;
let post: Mailbox;
let address = 0;

beforeAll(async () => {
  post = await mailbox();
  on = await testApp({ smtpUrl: post.url, trustedProxies: 1 });
  await openedRound(on, { invited: false });
  await createAccount(on.services, { email: CLERK, role: 'admin' }, SYSTEM);
});
beforeEach(() => {
  on.setTime(START);
  post.mails.length = 0;
});
afterAll(async () => {
  await on.close();
  await post.close();
});

/** Somebody in a network of their own, so that one test's failures are not another's. */
function somebody(): Visitor {
  address += 1;
  return visitor(on.app, { 'X-Forwarded-For': `192.0.2.${address}` });
}
const isIn = async (person: Visitor) => (await person.agent.get('/admin/audit')).status === 200;

/** A person who has asked for a link, and the link from the mail. */
async function asked(page = '/sign-in', email = CLERK): Promise<{ person: Visitor; link: string }> {
  const person = somebody();
  const sent = await person.submit(await person.get(page), 'main form', { email });
  expect(sent.status).toBe(200);
  await on.sendMail();
  const mail = post.to(email.trim().toLowerCase()).at(-1);
  return { person, link: new URL(linksIn(mail as never)[0] as string).pathname };
}
const press = async (person: Visitor, link: string) =>
  person.submit(await person.get(link), 'main form');

describe('the link in the mail', () => {
  it('signs in with its button, in the browser that asked for it', async () => {
    const { person, link } = await asked();
    expect(await isIn(person)).toBe(false);
    const first = await press(person, link);
    expect([first.status, first.path]).toEqual([200, `/results/${SLUG}`]);
    expect(await isIn(person)).toBe(true);
    const [row] = await on.services.audit.list(1);
    expect(row).toMatchObject({ event: 'account.signed-in', actor: { kind: 'account' } });
  });

  it('works whatever the case in which the address was typed', async () => {
    const { person, link } = await asked('/sign-in', '  CLERK@Example.ORG ');
    await press(person, link);
    expect(await isIn(person)).toBe(true);
  });

  it('works once', async () => {
    const { person, link } = await asked();
    await press(person, link);
    await person.submit(await person.get('/admin/audit'), 'form[action="/sign-out"]');
    const again = await person.get(link);
    expect(again.status).toBe(404);
    expect(again.text('h1')).toBe('This link does not work any more');
    expect((await person.post(link, {})).status).toBe(404);
    expect(await isIn(person)).toBe(false);
  });

  it('works once even when the button is pressed twenty times at the same moment', async () => {
    const { person, link } = await asked();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => person.agent.post(link).type('form').send('')),
    );
    expect(answers.filter((one) => one.status === 303)).toHaveLength(1);
    expect(answers.filter((one) => one.status === 404)).toHaveLength(19);
  });

  it.each([
    ['a millisecond before ten minutes are over', '2023-05-02T08:09:59.999Z', true],
    ['when ten minutes are over', '2023-05-02T08:10:00.000Z', false],
  ])('%s', async (_when, time, works) => {
    const { person, link } = await asked();
    on.setTime(time);
    await person.post(link, {});
    on.setTime(START);
    expect(await isIn(person)).toBe(works);
  });

  it('is not used up by scanners: five GETs and five HEADs, from another place and from the own browser', async () => {
    const { person, link } = await asked();
    const scanner = somebody();
    for (let time = 0; time < 5; time += 1) {
      await scanner.agent.head(link);
      const seen = await scanner.get(link);
      expect(seen.text('h1')).toBe('Open this link in the browser that asked for it');
      expect(seen.all('main form')).toEqual([]);
      await person.agent.head(link);
      await person.get(link);
    }
    expect(await isIn(scanner)).toBe(false);
    expect(await isIn(person)).toBe(false);
    await press(person, link);
    expect(await isIn(person)).toBe(true);
  });

  it('is refused to a second visitor, and still works in the browser that asked', async () => {
    const { person, link } = await asked();
    const { person: thief } = await asked();
    expect((await thief.post(link, {})).status).toBe(404);
    expect((await somebody().post(link, {})).status).toBe(404);
    expect(await isIn(thief)).toBe(false);
    await press(person, link);
    expect(await isIn(person)).toBe(true);
  });

  it('is not indexed, not kept, and not told to others', async () => {
    const { person, link } = await asked();
    const { headers } = await person.get(link);
    expect(headers['x-robots-tag']).toBe('noindex');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['referrer-policy']).toBe('same-origin');
  });
});

describe('asking for a link', () => {
  it('gives an unknown address the same page, and no mail', async () => {
    const words = async (email: string) => {
      const person = somebody();
      const page = await person.submit(await person.get('/sign-in'), 'main form', { email });
      return { status: page.status, html: page.html.replaceAll(email, '…') };
    };
    const known = await words(CLERK);
    const unknown = await words('nobody@example.org');
    expect(unknown).toEqual(known);
    await on.sendMail();
    expect(post.to(CLERK)).toHaveLength(1);
    expect(post.to('nobody@example.org')).toEqual([]);
    expect(post.mails).toHaveLength(1);
  });

  it('gives a disabled account the same page, and no mail', async () => {
    const email = 'former@example.org';
    await createAccount(on.services, { email, role: 'admin' }, SYSTEM);
    const accounts = on.services.connection.collection('accounts');
    await accounts.updateOne({ email }, { $set: { disabledAt: new Date(START) } });
    const person = somebody();
    const page = await person.submit(await person.get('/sign-in'), 'main form', { email });
    expect([page.status, page.text('h1')]).toEqual([200, 'Look into your mail']);
    await on.sendMail();
    expect(post.mails).toEqual([]);
  });

  it.each([
    'clerk',
    'clerk@',
    '@example.org',
    'clerk@example',
    'clerk@example..org',
    'clerk@example.org, boss@example.org',
    'Clerk <clerk@example.org>',
    'clerk@example.org\r\nBcc: boss@example.org',
    '"quoted"@example.org',
    `${'a'.repeat(65)}@example.org`,
    '',
  ])('with %j comes back with 422, the words still there and the field marked', async (email) => {
    const person = somebody();
    const page = await person.submit(await person.get('/sign-in'), 'main form', { email });
    expect(page.status).toBe(422);
    const field = page.root.querySelector('#email');
    expect(field?.getAttribute('value')?.replace(/\s+/g, ' ')).toBe(email.replace(/\s+/g, ' '));
    expect(field?.getAttribute('aria-invalid')).toBe('true');
    expect(page.text(`#${field?.getAttribute('aria-describedby')}`)).toContain(
      'Enter a full mail address',
    );
    expect(page.text('.summary')).toContain('Enter a full mail address');
  });

  it('stops after thirty times in ten minutes from one address, known or not, and only there', async () => {
    for (const email of [CLERK, 'nobody@example.org']) {
      const person = somebody();
      const answers: number[] = [];
      for (let time = 0; time < 31; time += 1)
        answers.push((await person.post('/sign-in', { email })).status);
      expect(answers).toEqual([...Array.from({ length: 30 }, () => 200), 429]);
      expect((await somebody().post('/sign-in', { email })).status).toBe(200);
    }
  });

  it('finds that a lapsed wish is over when the mail is sent too late', async () => {
    const person = somebody();
    await person.post('/sign-in', { email: CLERK });
    on.setTime('2023-05-02T08:10:01Z');
    await on.sendMail();
    expect(post.mails).toEqual([]);
  });
});

describe('after signing in', () => {
  it.each(['/admin/audit', '/admin/rounds', `/results/${SLUG}/states?region=african`])(
    'leads to the page that was asked for: %s',
    async (wanted) => {
      const { person, link } = await asked(wanted);
      expect((await press(person, link)).path).toBe(wanted);
    },
  );

  it.each([
    '//evil.example/',
    '/\\evil.example',
    '/\t/evil.example',
    '\\\\evil.example',
    'https://evil.example/',
    'https:evil.example',
    'javascript:alert(1)',
    'evil.example',
    `/${'x'.repeat(600)}`,
  ])('never leads to another site: %j', async (evil) => {
    const { person, link } = await asked(`/sign-in?to=${encodeURIComponent(evil)}`);
    const pressed = await person.agent.post(link).type('form').send('');
    expect(pressed.headers['location']).toBe('/results');
    // Nor when the field of the form is changed, nor for somebody who is signed in already.
    const other = somebody();
    await other.post('/sign-in', { email: CLERK, to: evil });
    await on.sendMail();
    const mailed = new URL(linksIn(post.to(CLERK).at(-1) as never)[0] as string).pathname;
    const second = await other.agent.post(mailed).type('form').send('');
    expect(second.headers['location']).toBe('/results');
    const there = await person.agent.get(`/sign-in?to=${encodeURIComponent(evil)}`);
    expect(there.headers['location']).toBe('/results');
  });
});

describe('signing out', () => {
  it('ends the session, and clears what the browser kept', async () => {
    const { person, link } = await asked();
    await press(person, link);
    const page = await person.get('/admin/audit');
    const token = page.root.querySelector('form[action="/sign-out"] input')?.getAttribute('value');
    const answer = await person.agent.post('/sign-out').type('form').send(`token=${token}`);
    expect(answer.headers['location']).toBe('/sign-in');
    expect(answer.headers['clear-site-data']).toBe('"cache"');
    expect(await isIn(person)).toBe(false);
  });

  it('needs the form of the session', async () => {
    const { person, link } = await asked();
    await press(person, link);
    expect((await person.post('/sign-out', {})).status).toBe(403);
    expect((await person.post('/sign-out', { token: 'x'.repeat(43) })).status).toBe(403);
    expect(await isIn(person)).toBe(true);
  });
});

describe('a link that the terminal prints', () => {
  it('works in any browser, once, within an hour', async () => {
    const account = await on.services.accounts.activeByEmail(CLERK);
    if (!account) throw new Error('no account');
    const link = async () => new URL(await bootstrapLink(on.services, account)).pathname;
    const one = await link();
    const person = somebody();
    await press(person, one);
    expect(await isIn(person)).toBe(true);
    expect((await somebody().post(one, {})).status).toBe(404);
    const late = await link();
    on.setTime('2023-05-02T09:00:00Z');
    expect((await somebody().post(late, {})).status).toBe(404);
    on.setTime('2023-05-02T08:59:59.999Z');
    expect((await supertest(on.app).post(late)).status).toBe(303);
  });
});

describe('making accounts', () => {
  it.each([
    [{ email: 'no address', role: 'admin' }, 'email'],
    [{ email: 'new@example.org', role: 'owner' }, 'role'],
    [{ email: 'CLERK@example.org', role: 'viewer' }, 'taken'],
    [{ email: 'new@example.org', role: 'committee', state: 'XXX' }, 'state'],
  ])('refuses %j because of its %s', async (wanted, reason) => {
    expect(await createAccount(on.services, wanted, SYSTEM)).toEqual({ ok: false, reason });
  });

  it('makes one account of twenty wishes for the same address', async () => {
    const wanted = { email: 'twin@example.org', role: 'viewer' };
    const made = await Promise.all(
      Array.from({ length: 20 }, () => createAccount(on.services, wanted, SYSTEM)),
    );
    expect(made.filter((one) => one.ok)).toHaveLength(1);
  });
});

describe('somebody without an account', () => {
  it('sees no page of the desk under any role that a cookie could claim', async () => {
    const person = await signedIn(on, 'viewer');
    expect((await person.get('/admin/audit')).status).toBe(403);
    const forged = visitor(on.app, { Cookie: 'rapporteur-account=s%3Aforged.signature' });
    expect((await forged.get('/results')).path).toMatch(/^\/sign-in/);
  });
});

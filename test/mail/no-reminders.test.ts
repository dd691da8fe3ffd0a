/** "No more reminders": RFC 8058 from a mail program, a form for a person, and never more than that. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ParsedMail } from 'mailparser';
import supertest from 'supertest';
import { SYSTEM } from '../../server/audit/event.ts';
import { remind } from '../../server/invitations/invite.ts';
import type { Round } from '../../server/rounds/round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { dump } from '../support/dump.ts';
import { linksIn, type Mailbox, mailbox } from '../support/mailbox.ts';
import { confirmed, confirmPage } from '../support/mailings.ts';
import { openedRound, SLUG, signedIn } from '../support/rounds.ts';
import { visitor } from '../support/visitor.ts';

jest.setTimeout(60_000);

let on: TestApp;
let post: Mailbox;
let round: Round;
let mail: ParsedMail;
/** The address in the header, as a mail program reads it. */
let address: string;

beforeAll(async () => {
  post = await mailbox();
  on = await testApp({ smtpUrl: post.url });
  round = await openedRound(on);
  await on.sendMail();
  await remind(on.services, round, { dryRun: false, actor: SYSTEM });
  await on.sendMail();
  mail = post.to('chantal@example.org')[1] as ParsedMail;
  address = new URL(header('list-unsubscribe').slice(1, -1)).pathname;
});
beforeEach(() =>
  on.services.connection.collection('invitations').updateMany({}, { $unset: { noReminders: '' } }),
);
afterAll(async () => {
  await on.close();
  await post.close();
});

/** As it stands in the mail, unfolded. */
const header = (name: string, of = mail): string =>
  of.headerLines
    .find((line) => line.key === name)
    ?.line.replace(/^[^:]*:\s*/, '')
    .replace(/\r?\n\s+/g, '') ?? '';
const stopped = async () =>
  (await on.services.invitations.ofState(SLUG, 'TCD', 'affected'))?.noReminders?.length ?? 0;

describe('a reminder', () => {
  it('names in its header an address of ours that asks for no more, by one press', () => {
    expect(header('list-unsubscribe')).toMatch(
      new RegExp(`^<${on.url}/reminders/stop/[0-9a-f]{24}/[0-9a-f]{24}/[A-Za-z0-9_-]{43}>$`),
    );
    expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    // The same stands in its words, and it is no key to the questionnaire.
    expect(mail.text).toContain(header('list-unsubscribe').slice(1, -1));
    const [link = ''] = linksIn(mail);
    expect(header('list-unsubscribe')).not.toContain(link.slice(-43));
  });

  it('has an address of its own for each person; invitations have none', () => {
    const all = post.mails.map((one) => header('list-unsubscribe', one));
    expect(all.filter((one) => one === '')).toHaveLength(7);
    expect(new Set(all.filter(Boolean)).size).toBe(7);
  });
});

describe('opening the address', () => {
  it('shows a form in the language of the person, and changes nothing', async () => {
    const before = await dump(on.services.connection, { without: ['limits'] });
    const scanner = visitor(on.app);
    await scanner.agent.head(address);
    const page = await scanner.get(address);
    expect([page.status, page.root.querySelector('html')?.getAttribute('lang')]).toEqual([
      200,
      'fr',
    ]);
    expect(page.text('main')).toContain('Tchad');
    expect(page.headers['set-cookie']).toBeUndefined();
    expect(await dump(on.services.connection, { without: ['limits'] })).toEqual(before);
  });

  it('and pressing the first button, as some scanners do, changes nothing either', async () => {
    const scanner = visitor(on.app);
    const page = await scanner.submit(await scanner.get(address), 'main form');
    expect([page.status, page.text('#error-sure')]).toEqual([
      422,
      expect.stringContaining('Cochez la case'),
    ]);
    expect(await stopped()).toBe(0);
  });

  it('and ticking the box stops the reminders, once', async () => {
    const person = visitor(on.app);
    const form = await person.get(address);
    const done = await person.submit(form, 'main form', { sure: 'yes' });
    expect([done.status, done.text('h1')]).toEqual([200, 'Vous ne recevrez plus de rappels']);
    await person.submit(form, 'main form', { sure: 'yes' });
    expect(await stopped()).toBe(1);
    expect((await person.get(address)).root.querySelector('main form')).toBeNull();
    const events = (await on.services.audit.list(5)).filter(
      (row) => row.event === 'reminders.stopped',
    );
    expect(events).toHaveLength(1);
  });
});

describe('one press in a mail program', () => {
  const press = (to: string) =>
    supertest(on.app).post(to).type('form').send('List-Unsubscribe=One-Click');

  it('needs no cookie, no token and no redirect, also when a web mail sends it from its own page', async () => {
    const answer = await press(address);
    expect([answer.status, answer.headers['set-cookie']]).toEqual([200, undefined]);
    expect(await stopped()).toBe(1);
    await on.services.connection
      .collection('invitations')
      .updateMany({}, { $unset: { noReminders: '' } });
    const foreign = await press(address)
      .set('Origin', 'https://webmail.example')
      .set('Sec-Fetch-Site', 'cross-site');
    expect(foreign.status).toBe(200);
    expect(await stopped()).toBe(1);
  });

  it('is taken in the other kind of form that the standard allows', async () => {
    const answer = await supertest(on.app).post(address).field('List-Unsubscribe', 'One-Click');
    expect(answer.status).toBe(200);
    expect(await stopped()).toBe(1);
  });

  it('with an address that was changed in any part is a page that does not exist', async () => {
    const [, , , invitation = '', contact = '', signature = ''] = address.split('/');
    const other = (await on.services.invitations.ofState(SLUG, 'NOR', 'donor'))?._id ?? '';
    const flipped = `${signature.slice(0, 10)}${signature[10] === 'A' ? 'B' : 'A'}${signature.slice(11)}`;
    for (const parts of [
      [other, contact, signature],
      [invitation, contact, flipped],
      [invitation, contact, ''],
      [invitation, contact, 'x'.repeat(43)],
      ['$ne', contact, signature],
      [contact, invitation, signature],
    ]) {
      const answer = await press(`/reminders/stop/${parts.join('/')}`);
      expect([parts.join('/'), answer.status]).toEqual([parts.join('/'), 404]);
    }
    expect(await stopped()).toBe(0);
  });

  it('is not written into the log with its key', async () => {
    await press(address);
    const key = address.split('/').at(-1) ?? '';
    expect(on.logged.join('\n')).toContain('/reminders/stop/');
    expect(on.logged.join('\n')).not.toContain(key);
  });
});

describe('afterwards', () => {
  beforeEach(async () => {
    await supertest(on.app).post(address).type('form').send('List-Unsubscribe=One-Click');
    post.mails.length = 0;
  });

  it('no reminder comes, by hand or in the queue; the link, the invitation and all other mail stay', async () => {
    on.setTime('2023-05-10T08:00:00Z');
    const selection = await remind(on.services, round, { dryRun: false, actor: SYSTEM });
    expect(selection.skipped).toEqual([
      { state: 'TCD', audience: 'affected', reason: 'asked for no more reminders' },
    ]);
    await on.sendMail();
    expect(post.to('chantal@example.org')).toEqual([]);
    const [link = ''] = linksIn(mail);
    expect((await visitor(on.app).get(link)).path).toMatch(/^\/r\/[0-9a-f]{24}$/);
    on.setTime('2023-05-11T08:00:00Z');
    const admin = await signedIn(on, 'admin');
    const page = await confirmPage(admin, SLUG, 'kind=message&message=message.x');
    expect(page.text('main')).toContain('Chantal Mbaye');
  });

  it('an administrator sees it, and can let the person be reminded again', async () => {
    on.setTime('2023-05-20T08:00:00Z');
    const admin = await signedIn(on, 'admin');
    const page = await admin.get(`/admin/rounds/${SLUG}/mailings`);
    expect(page.text('[aria-label="Asked for no more reminders"]')).toContain('Chantal Mbaye');
    const left = await confirmPage(admin, SLUG, 'kind=reminder');
    expect(left.text('[aria-label="Why not"]')).toContain(
      'Chantal MbayeAsked for no more reminders',
    );
    const again = await admin.submit(page, 'form[action$="/allowed"]');
    expect(again.text('.done-note')).toContain('can be reminded again');
    expect(await stopped()).toBe(0);
    await confirmed(admin, SLUG, 'kind=reminder');
    await on.sendMail();
    expect(post.to('chantal@example.org')).toHaveLength(1);
  });
});

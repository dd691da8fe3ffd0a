/** A lost link: a page that says the same to everybody, and a mail to those who are known. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SYSTEM } from '../../server/audit/event.ts';
import { mailLostLinks } from '../../server/invitations/lost-link.ts';
import { closeRound, createRound, openRound } from '../../server/rounds/plan.ts';
import type { Round } from '../../server/rounds/round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { dump } from '../support/dump.ts';
import { linksIn, type Mailbox, mailbox } from '../support/mailbox.ts';
import { confirmed } from '../support/mailings.ts';
import { CAST, openedRound, SLUG, signedIn } from '../support/rounds.ts';
import { type Visitor, visitor } from '../support/visitor.ts';

jest.setTimeout(30_000);

const START = '2023-05-02T08:00:00.000Z';
let on: TestApp;
let post: Mailbox;
let round: Round;
let address = 0;

beforeAll(async () => {
  post = await mailbox();
  on = await testApp({ smtpUrl: post.url, trustedProxies: 1 });
  // Emre speaks for Türkiye twice.
  const contacts = `${CAST}TUR,affected,Emre Kaya,Counsellor,emre@example.org,fr\n`;
  round = await openedRound(on, { contacts });
  await on.sendMail();
});
beforeEach(() => {
  on.setTime(START);
  post.mails.length = 0;
});
afterAll(async () => {
  await on.close();
  await post.close();
});

/** In a network of their own. */
function somebody(): Visitor {
  address += 1;
  return visitor(on.app, { 'X-Forwarded-For': `203.0.113.${address}` });
}
const lost = (status?: string) =>
  on.services.connection
    .collection('messages')
    .countDocuments({ template: 'lost-link', ...(status ? { status } : {}) });
async function ask(email: string, person = somebody()) {
  return person.submit(await person.get('/r/lost'), 'main form', { email });
}
/** The search goes on after the answer. @param many mails that there are to be in all */
async function searched(many: number): Promise<void> {
  for (let tries = 0; (await lost()) < many && tries < 200; tries += 1) await sleep(10);
  expect(await lost()).toBe(many);
}

describe('the page for a lost link', () => {
  it('is where a page that needs a link, an error and the foot of a mail lead to', async () => {
    const person = somebody();
    for (const path of ['/r/6470a1b2c3d4e5f6a7b8c9d0', `/r/${'x'.repeat(43)}`, '/nowhere'])
      expect([
        path,
        (await person.get(path)).root.querySelector('main a[href="/r/lost"]'),
      ]).not.toEqual([path, null]);
    const message = await on.services.messages.list({ round: SLUG }, 1);
    expect(message[0]?.status).toBe('accepted');
    expect((await person.get('/r/lost')).text('h1')).toBe('Get your link again');
  });

  it('mails a link that opens the draft, in the language of the person', async () => {
    const before = await lost();
    const page = await ask('chantal@example.org');
    expect([page.status, page.text('h1')]).toEqual([200, 'Look into your mail']);
    await searched(before + 1);
    await on.sendMail();
    const [mail] = post.to('chantal@example.org');
    expect(mail?.subject).toBe('Tchad : votre lien vers le questionnaire');
    expect(mail?.text).toContain('30 juin 2023, 17:00');
    const [link = '', again] = linksIn(mail as never);
    expect(again).toBe(`${on.url}/r/lost`);
    expect((await somebody().get(link)).text('.who')).toContain('Tchad');
    expect(await on.services.audit.list(1)).toMatchObject([{ event: 'link.mailed-again' }]);
  });

  it('mails one for each open invitation of the address, whatever its case', async () => {
    const before = await lost();
    await ask('  EMRE@Example.ORG ');
    await searched(before + 2);
    await on.sendMail();
    const subjects = post.to('emre@example.org').map((mail) => mail.subject);
    expect(subjects).toHaveLength(2);
    const places = await Promise.all(
      post
        .to('emre@example.org')
        .map(async (mail) => (await somebody().get(linksIn(mail)[0] ?? '')).path),
    );
    expect(new Set(places).size).toBe(2);
  });

  it('says the same for known, unknown and closed ones, and the unknown get nothing', async () => {
    const before = await lost();
    const seen = async (email: string) => {
      const page = await ask(email);
      return { status: page.status, html: page.html.replaceAll(email, '…') };
    };
    const known = await seen('dora@example.org');
    expect(await seen('nobody@example.org')).toEqual(known);
    expect(await seen('dora@example.com')).toEqual(known);
    // Asked again at once: the same words, and no second mail.
    expect(await seen('dora@example.org')).toEqual(known);
    await searched(before + 1);
    await on.sendMail();
    expect(post.mails.map((mail) => mail.subject)).toEqual([
      'Norway: your link to the questionnaire',
    ]);
  });

  it('answers before it looks anything up', async () => {
    const { byAddress } = on.services.contacts;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    on.services.contacts.byAddress = async (email) => {
      await held;
      return byAddress(email);
    };
    expect((await ask('fred@example.org')).status).toBe(200);
    on.services.contacts.byAddress = byAddress;
    const before = await lost();
    release();
    await searched(before + 1);
  });

  it('mails a person once in fifteen minutes, also when twenty ask at once', async () => {
    const times = async () =>
      (
        await Promise.all(
          Array.from({ length: 20 }, () => mailLostLinks(on.services, 'alice@example.org')),
        )
      ).reduce((sum, one) => sum + one, 0);
    expect(await times()).toBe(1);
    on.setTime('2023-05-02T08:14:59.999Z');
    expect(await times()).toBe(0);
    on.setTime('2023-05-02T08:15:00.000Z');
    expect(await times()).toBe(1);
  });

  it.each([
    '',
    'alice',
    'alice@example',
    'a@example.org, b@example.org',
    'a@example.org\r\nBcc: b@example.org',
    '$ne',
  ])('refuses the address %j at the field, with the words still there', async (email) => {
    const page = await ask(email);
    expect(page.status).toBe(422);
    const field = page.root.querySelector('#email');
    expect(field?.getAttribute('value')?.replace(/\s+/g, ' ')).toBe(email.replace(/\s+/g, ' '));
    expect(field?.getAttribute('aria-invalid')).toBe('true');
    expect(page.text('#error-email')).toContain('Enter a full mail address');
    expect(page.text('.summary')).toContain('Enter a full mail address');
  });

  it('stops after thirty times in ten minutes from one address, known or not, and only there', async () => {
    for (const email of ['alice@example.org', 'nobody@example.org']) {
      const person = somebody();
      const answers: number[] = [];
      for (let time = 0; time < 31; time += 1)
        answers.push((await person.post('/r/lost', { email })).status);
      expect(answers).toEqual([...Array.from({ length: 30 }, () => 200), 429]);
    }
    expect((await ask('nobody@example.org')).status).toBe(200);
  });

  it('changes nothing by being opened, and takes no form of another site', async () => {
    const person = somebody();
    const before = await dump(on.services.connection);
    await person.agent.head('/r/lost?email=alice@example.org');
    expect((await person.get('/r/lost?email=alice@example.org')).status).toBe(200);
    const foreign = visitor(on.app, { 'Sec-Fetch-Site': 'cross-site' });
    expect((await foreign.post('/r/lost', { email: 'alice@example.org' })).status).toBe(403);
    expect(await dump(on.services.connection)).toEqual(before);
  });

  it('speaks French and Arabic', async () => {
    for (const [language, words] of [
      ['fr', 'Recevoir à nouveau votre lien'],
      ['ar', 'الحصول على رابطكم من جديد'],
    ] as const) {
      const page = await visitor(on.app, { 'Accept-Language': language }).get('/r/lost');
      expect(page.text('h1')).toBe(words);
    }
  });

  it('still brings back to the answers after the deadline, and not once the round is closed', async () => {
    on.setTime('2023-07-05T08:00:00Z');
    expect(await mailLostLinks(on.services, 'bob@example.org')).toBe(1);
    await on.sendMail();
    expect(post.to('bob@example.org')[0]?.text).toContain('يمكنكم قراءة إجاباتكم');
    // A round that is only planned, and one that is over, send nothing.
    const { questionnaire } = round;
    const times = { opens: '2023-07-01T09:00', closes: '2023-09-01T09:00', zone: 'UTC' };
    await createRound(on.services, { slug: 'later', questionnaire, ...times }, SYSTEM);
    await closeRound(on.services, SLUG, SYSTEM);
    on.setTime('2023-07-06T08:00:00Z');
    expect(await mailLostLinks(on.services, 'bob@example.org')).toBe(0);
    await openRound(on.services, 'later', SYSTEM);
    const admin = await signedIn(on, 'admin');
    await confirmed(admin, 'later', 'kind=invitation');
    expect(await mailLostLinks(on.services, 'bob@example.org')).toBe(1);
  });
});

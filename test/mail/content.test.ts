/** What the mails say, in each language, and what stands in their headers. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ParsedMail } from 'mailparser';
import { parse } from 'node-html-parser';
import { createAccount } from '../../server/accounts/manage.ts';
import { SYSTEM } from '../../server/audit/event.ts';
import { remind } from '../../server/invitations/invite.ts';
import { deadlineText } from '../../server/rounds/deadline.ts';
import type { Round } from '../../server/rounds/round.ts';
import { voiceOf } from '../../server/texts.ts';
import { answered } from '../support/answering.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { linksIn, type Mailbox, mailbox } from '../support/mailbox.ts';
import { openedRound } from '../support/rounds.ts';
import { visitor } from '../support/visitor.ts';

jest.setTimeout(30_000);

const PEOPLE = [
  { language: 'en', state: 'KHM', email: 'alice@example.org' },
  { language: 'fr', state: 'TCD', email: 'chantal@example.org' },
  { language: 'ar', state: 'IRQ', email: 'bob@example.org' },
] as const;

let on: TestApp;
let post: Mailbox;
let round: Round;
/** template and language to the mail */
const mails = new Map<string, ParsedMail>();

beforeAll(async () => {
  post = await mailbox();
  on = await testApp({ smtpUrl: post.url, mailReplyTo: 'isu@example.org' });
  round = await openedRound(on);
  const keep = (template: string, language: string, email: string) => {
    const mail = post.to(email).at(-1);
    if (!mail) throw new Error(`${email} got no ${template}`);
    mails.set(`${template} ${language}`, mail);
  };
  await on.sendMail();
  for (const { language, email } of PEOPLE) keep('invitation', language, email);
  await answered(on, round, 'IRQ', { sections: 2 });
  await remind(on.services, round, { dryRun: false, actor: SYSTEM });
  await on.sendMail();
  // Iraq has a draft, the others have not begun.
  for (const { language, email } of PEOPLE) keep('reminder', language, email);
  for (const { state } of PEOPLE) await answered(on, round, state, { receipt: true });
  await on.sendMail();
  for (const { language, email } of PEOPLE) keep('receipt', language, email);
  for (const { language } of PEOPLE) {
    const email = `member-${language}@example.org`;
    await createAccount(on.services, { email, role: 'committee', language }, SYSTEM);
    await visitor(on.app).post('/sign-in', { email });
    await on.sendMail();
    keep('sign-in', language, email);
  }
});
afterAll(async () => {
  await on.close();
  await post.close();
});

const TEMPLATES = ['invitation', 'reminder', 'receipt', 'sign-in'] as const;
const ALL = TEMPLATES.flatMap((template) => PEOPLE.map((person) => ({ template, ...person })));
const mailOf = (template: string, language: string) =>
  mails.get(`${template} ${language}`) as ParsedMail;
const withoutTags = (mail: ParsedMail) => parse(String(mail.html)).text;

describe('every mail', () => {
  it.each(ALL)('$template in $language is complete, as text and as HTML', (one) => {
    const mail = mailOf(one.template, one.language);
    const wholes = [mail.subject ?? '', mail.text ?? '', String(mail.html)];
    for (const whole of wholes) {
      expect(whole.length).toBeGreaterThan(10);
      expect(whole).not.toMatch(/\{\{|\}\}|undefined|\bnull\b|NaN|\[object|<%|%>/);
      // The key of a text that is missing.
      expect(whole).not.toMatch(/\b(?:mail|deadline|outbox|errors)\.[a-zA-Z-]+/);
      expect(whole).not.toContain('&amp;lt;');
    }
  });

  it.each(ALL)(
    '$template in $language carries its own link, whole and visible, and its host',
    (one) => {
      const mail = mailOf(one.template, one.language);
      const [link = '', second] = linksIn(mail);
      // At the foot stands where a lost link is asked for again.
      expect(second).toBe(one.template === 'sign-in' ? undefined : `${on.url}/r/lost`);
      const atTheFoot = linksIn(mail).slice(1);
      const path = one.template === 'sign-in' ? 'sign-in' : 'r';
      expect(link).toMatch(new RegExp(`^${on.url}/${path}/[A-Za-z0-9_-]{43}$`));
      const html = parse(String(mail.html));
      const hrefs = html.querySelectorAll('a').map((a) => a.getAttribute('href'));
      expect(hrefs.filter((href) => href !== link && !atTheFoot.includes(href ?? ''))).toEqual([]);
      // What is shown as an address is where it leads; the rest is one button.
      const shown = html.querySelectorAll('a').filter((a) => a.text !== a.getAttribute('href'));
      expect(shown.map((a) => a.getAttribute('href'))).toEqual([link]);
      expect(shown[0]?.text).not.toMatch(/:\/\/|www/);
      expect(html.querySelectorAll('a').map((a) => a.text)).toContain(link);
      const host = new URL(on.url).host;
      expect(mail.text?.replaceAll(link, '')).toContain(host);
      expect(withoutTags(mail).replaceAll(link, '')).toContain(host);
      // Nothing is fetched when the mail is opened.
      expect(String(mail.html)).not.toMatch(/<(?:img|link|script|iframe|object)\b|url\(/i);
    },
  );

  it.each(ALL.filter(({ template }) => template !== 'sign-in'))(
    '$template in $language says the deadline in words, in the time of the capital and of the round',
    async (one) => {
      const mail = mailOf(one.template, one.language);
      const state = await on.services.states.find(one.state);
      if (!state) throw new Error(one.state);
      const words = deadlineText(round, state, null, voiceOf(one.language));
      expect(mail.text).toContain(words);
      expect(withoutTags(mail)).toContain(words);
    },
  );

  it.each(ALL)('$template in $language says its language and direction', (one) => {
    const mail = mailOf(one.template, one.language);
    const direction = one.language === 'ar' ? 'rtl' : 'ltr';
    expect(mail.headers.get('content-language')).toBe(one.language);
    const html = parse(String(mail.html));
    expect(html.querySelector('html')?.getAttribute('lang')).toBe(one.language);
    for (const tag of ['html', 'table', 'p']) {
      const elements = html.querySelectorAll(tag);
      expect(elements.length).toBeGreaterThan(0);
      // Outlook ignores CSS for it, so each element has the attribute.
      expect(new Set(elements.map((element) => element.getAttribute('dir')))).toEqual(
        new Set([direction]),
      );
    }
    const shown = html.querySelectorAll('a').find((a) => a.text.startsWith('http'));
    expect(shown?.getAttribute('dir')).toBe('ltr');
  });

  it.each(ALL)(
    '$template in $language has the headers of an official mail that a machine sends',
    async (one) => {
      const mail = mailOf(one.template, one.language);
      expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
      expect(mail.messageId).toMatch(/^<[0-9a-f]{24}@127\.0\.0\.1>$/);
      const message = await on.services.messages.find(mail.messageId?.slice(1, 25) ?? '');
      const reminder = one.state === 'IRQ' ? 'reminder-draft' : 'reminder-not-started';
      const template = one.template === 'reminder' ? reminder : one.template;
      expect(message).toMatchObject({ template, status: 'accepted' });
      expect([mail.replyTo ?? []].flat()[0]?.value).toEqual([
        { address: 'isu@example.org', name: '' },
      ]);
      expect(mail.from?.value).toEqual([
        { address: 'questionnaire@example.org', name: 'Rapporteur' },
      ]);
      expect(mail.subject).not.toMatch(/[\r\n]/);
      expect(mail.cc ?? mail.bcc).toBeUndefined();
    },
  );

  it('of a receipt names the reference, the submitter and the time', async () => {
    const invitation = await on.services.invitations.ofState(round._id, 'KHM', 'affected');
    const response = await on.services.responses.find(invitation?._id ?? '');
    const { text } = mailOf('receipt', 'en');
    expect(text).toContain(`Reference: ${response?.submitted?.reference}.`);
    expect(text).toContain('Submitted: 2 May 2023, 15:00, by Sam Submitter.');
  });

  it('is told apart from the others: no two share a Message-ID or a link', () => {
    expect(new Set(post.mails.map((mail) => mail.messageId)).size).toBe(post.mails.length);
    const own = post.mails
      .flatMap(linksIn)
      .filter((link) => !/\/r\/lost$|\/reminders\/stop\//.test(link));
    expect(new Set(own).size).toBe(post.mails.length);
  });
});

describe('hostile names', () => {
  const HOSTILE =
    'Eve\r\nBcc: victim@example.org\r\n\r\n<script>alert(1)</script> {{link}} $t(mail.regards)';
  let mail: ParsedMail;

  beforeAll(async () => {
    const { connection } = on.services;
    await connection
      .collection('contacts')
      .updateOne({ address: 'dora@example.org' }, { $set: { name: HOSTILE } });
    await connection
      .collection('states')
      .updateOne(
        { _id: 'NOR' as never },
        { $set: { 'names.en': 'Nor\r\nBcc: victim@example.org\u2028way' } },
      );
    post.mails.length = 0;
    on.setTime('2023-05-20T08:00:00Z');
    await remind(on.services, round, { dryRun: false, actor: SYSTEM });
    await on.sendMail();
    mail = post.to('dora@example.org')[0] as ParsedMail;
  });

  it('make no header of their own and no second receiver', () => {
    expect(mail.bcc).toBeUndefined();
    expect(mail.headerLines.map((line) => line.key).filter((key) => key === 'bcc')).toEqual([]);
    expect(mail.headerLines.filter((line) => line.key === 'subject')).toHaveLength(1);
    expect(mail.subject).toBe(
      'Reminder for Nor Bcc: victim@example.org way: questionnaire due 30 June 2023',
    );
    expect([mail.to ?? []].flat().flatMap((list) => list.value.map((one) => one.address))).toEqual([
      'dora@example.org',
    ]);
    expect(post.to('victim@example.org')).toEqual([]);
  });

  it('stand in the mail as they are: no tag, no placeholder and no text is made of them', () => {
    expect(String(mail.html)).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(String(mail.html)).not.toContain('<script>');
    expect(mail.text).toContain('{{link}} $t(mail.regards)');
  });
});

describe('a demonstration', () => {
  it('says so in every mail, in both parts', async () => {
    await on.services.connection
      .collection('rounds')
      .updateOne({ _id: round._id as never }, { $set: { demonstration: true } });
    post.mails.length = 0;
    on.setTime('2023-05-25T08:00:00Z');
    await remind(on.services, round, { dryRun: false, actor: SYSTEM });
    await on.sendMail();
    expect(post.mails.length).toBeGreaterThan(2);
    for (const mail of post.mails) {
      expect(mail.text).toContain('This mail belongs to a demonstration');
      expect(withoutTags(mail)).toContain('This mail belongs to a demonstration');
    }
  });
});

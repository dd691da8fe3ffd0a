/** How a mail is known again and believed: its return address and reference, its DKIM signature, and what its text leads to. */
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'node-html-parser';
import { readConfig } from '../../server/config.ts';
import { dkimRecord, makeDkimKey, openDkim } from '../../server/mail/dkim.ts';
import type { MailTemplate } from '../../server/mail/message.ts';
import { renderMail } from '../../server/mail/render.ts';
import {
  messageOf,
  REFERENCE,
  referenceTo,
  returnAddress,
} from '../../server/mail/return-address.ts';
import { newToken, openSecrets } from '../../server/secrets.ts';
import { INTERFACE_LANGUAGES, voiceOf } from '../../server/texts.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { checkDkim } from '../support/dkim.ts';
import { type Mailbox, mailbox } from '../support/mailbox.ts';
import { openedRound } from '../support/rounds.ts';

jest.setTimeout(30_000);

const secrets = openSecrets('ab'.repeat(32), '');
const ID = '0123456789abcdef01234567';

describe('the reference to a mail', () => {
  const reference = referenceTo(secrets, ID);

  it('is the id and a signature, in small letters and digits that survive every server', () => {
    expect(reference).toMatch(/^[0-9a-f]{24}\.[0-9a-f]{20}$/);
    expect(`x ${reference}, y`.match(REFERENCE)).toEqual([reference]);
    expect(messageOf(secrets, reference)).toBe(ID);
    expect(messageOf(secrets, reference.toUpperCase())).toBe(ID);
  });

  it.each([
    ['another id', reference.replace('0123', '0124')],
    ['another signature', `${ID}.${'0'.repeat(20)}`],
    ['a shorter one', reference.slice(0, -1)],
    ['a longer one', `${reference}0`],
    ['none', ID],
    ['nothing', ''],
    ['that of another installation', referenceTo(openSecrets('cd'.repeat(32), ''), ID)],
    [
      'a signature for another purpose',
      `${ID}.${Buffer.from(secrets.sign('form', ID), 'base64url').toString('hex').slice(0, 20)}`,
    ],
  ])('with %s is not ours', (_name, forged) => {
    expect(messageOf(secrets, forged)).toBeNull();
  });

  it.each(['a@secretariat.example', 'bounces@secretariat.example', `${'b'.repeat(18)}@x.example`])(
    'stands in the return address %s, which no server finds too long',
    (bounceAddress) => {
      const { bounceAddress: read } = readConfig({ BOUNCE_ADDRESS: bounceAddress });
      const address = returnAddress({ bounceAddress: read, mailFrom: 'x@y.example' }, reference);
      const [local = '', domain] = address.split('@');
      expect([local.split('+')[1], domain]).toEqual([reference, bounceAddress.split('@')[1]]);
      expect(local.length).toBeLessThanOrEqual(64);
      expect(address).toBe(address.toLowerCase());
    },
  );
});

describe('a mail as it leaves', () => {
  let on: TestApp;
  let post: Mailbox;
  let dataDir: string;
  let publicKey: string;

  beforeAll(async () => {
    post = await mailbox();
    dataDir = await mkdtemp(join(tmpdir(), 'rapporteur-dkim-'));
    const settings = {
      smtpUrl: post.url,
      mailFrom: 'The Committee <questionnaire@secretariat.example>',
      mailReplyTo: 'isu@secretariat.example',
      bounceAddress: 'bounces@secretariat.example',
      dkimDomain: 'secretariat.example',
      dkimSelector: 'survey',
      dkimKeyFile: join(dataDir, 'dkim.pem'),
    };
    const key = makeDkimKey({ ...readConfig({}), ...settings });
    publicKey = key.key.publicKey;
    on = await testApp(settings);
    await openedRound(on);
    await on.sendMail();
  });
  afterAll(async () => {
    await on.close();
    await post.close();
    await rm(dataDir, { recursive: true });
  });

  it('has a return address of its own, and the same reference in a header; the From stays ours', async () => {
    expect(post.raws).toHaveLength(7);
    const ids = post.raws.map(({ from, raw }, at) => {
      const [, reference = '', domain] = /^bounces\+([0-9a-f.]+)@(.+)$/.exec(from) ?? [];
      expect(domain).toBe('secretariat.example');
      expect(raw.toString()).toContain(`\r\nX-Rapporteur-Message: ${reference}\r\n`);
      const mail = post.mails[at];
      expect(mail?.from?.value[0]?.address).toBe('questionnaire@secretariat.example');
      expect(mail?.replyTo?.value[0]?.address).toBe('isu@secretariat.example');
      const id = messageOf(on.services.secrets, reference);
      expect(mail?.messageId).toBe(`<${id}@127.0.0.1>`);
      return id;
    });
    expect(new Set(ids).size).toBe(7);
  });

  it('is signed so that a change of its text or of what a reader sees shows', () => {
    for (const { raw } of post.raws) {
      const checked = checkDkim(raw, publicKey);
      expect(checked).toMatchObject({
        ok: true,
        why: '',
        domain: 'secretariat.example',
        selector: 'survey',
      });
      expect(checked.headers).toEqual(
        expect.arrayContaining([
          'from',
          'reply-to',
          'to',
          'subject',
          'date',
          'message-id',
          'mime-version',
          'x-rapporteur-message',
        ]),
      );
    }
    const raw = post.raws[0]?.raw.toString('latin1') ?? '';
    const why = (changed: string) => checkDkim(Buffer.from(changed, 'latin1'), publicKey).why;
    expect(why(raw.replace('\r\n\r\n', '\r\n\r\nx'))).toBe('the body was changed');
    for (const name of ['From', 'Subject', 'X-Rapporteur-Message'])
      expect(why(raw.replace(new RegExp(`\r\n${name}: `), `\r\n${name}: x`))).toBe(
        'a header was changed',
      );
    // A server on the way may fold and space as it likes.
    expect(why(raw.replace('\r\nSubject: ', '\r\nsubject:   '))).toBe('');
    const other = makeDkimKey({ ...readConfig({}), dkimKeyFile: join(dataDir, 'other.pem') });
    expect(checkDkim(post.raws[0]?.raw ?? Buffer.alloc(0), other.key.publicKey).ok).toBe(false);
  });

  it('goes out under the sender of MAIL_FROM and unsigned where nothing is set', async () => {
    const plain = await testApp({ smtpUrl: post.url, mailFrom: 'A <a@example.org>' });
    const before = post.raws.length;
    await openedRound(plain);
    await plain.sendMail();
    await plain.close();
    for (const { from, raw } of post.raws.slice(before)) {
      expect(from).toBe('a@example.org');
      expect(raw.toString()).toMatch(/\r\nX-Rapporteur-Message: [0-9a-f]{24}\.[0-9a-f]{20}\r\n/);
      expect(raw.toString()).not.toMatch(/^DKIM-Signature/im);
    }
  });
});

describe('the key that signs', () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'rapporteur-key-'));
  });
  afterAll(() => rm(dataDir, { recursive: true }));
  const config = (settings: object = {}) => ({ ...readConfig({}), dataDir, ...settings });

  it('is made once, for its owner only, and comes with the record to publish', () => {
    const made = makeDkimKey(config({ mailFrom: 'A <a@Secretariat.example>' }));
    expect(made.made).toBe(true);
    expect(statSync(made.path).mode & 0o777).toBe(0o600);
    expect(dkimRecord(made.key)).toEqual({
      name: 'rapporteur._domainkey.secretariat.example',
      type: 'TXT',
      value: expect.stringMatching(/^v=DKIM1; k=rsa; p=[A-Za-z0-9+/]{390,}={0,2}$/),
    });
    const again = makeDkimKey(config());
    expect(again.made).toBe(false);
    expect(again.key.publicKey).toBe(made.key.publicKey);
  });

  it('that is wanted and missing, or no key, stops the start with a line that helps', () => {
    const dkimKeyFile = join(dataDir, 'nowhere.pem');
    expect(openDkim(config({ dkimKeyFile }))).toBeNull();
    const wanted = config({ dkimDomain: 'example.org', dkimKeyFile });
    expect(() => openDkim(wanted)).toThrow(/nowhere\.pem.*npm run survey -- mail dkim-key/);
    expect(existsSync(dkimKeyFile)).toBe(false);
    writeFileSync(dkimKeyFile, 'no key');
    expect(() => openDkim(wanted)).toThrow(/holds no RSA key/);
  });
});

const PUBLIC_URL = 'https://survey.secretariat.example';
const TEMPLATES = [
  ...new Set(
    readdirSync(join(import.meta.dirname, '..', '..', 'views', 'mail'))
      .map((file) => /^([a-z-]+)\.(?:subject|text|html)\.ejs$/.exec(file)?.[1])
      // The frame of texts that are edited; `content.test.ts` reads what is made in it.
      .filter((name) => name !== undefined && name !== 'templated'),
  ),
] as MailTemplate[];

describe.each(TEMPLATES)('the mail "%s"', (template) => {
  it.each(INTERFACE_LANGUAGES)(
    'in %s fetches nothing, counts nobody, and leads nowhere but to us',
    async (language) => {
      const link = `${PUBLIC_URL}/r/${newToken()}`;
      const words =
        'name state title plan audience deadline post deadlineDay reference submittedAt submitter block word asker colleague reason note sections outcome sender when share';
      const context = {
        ...Object.fromEntries(
          words.split(' ').map((name) => [name, name === 'outcome' ? 'done' : 'Words']),
        ),
        link,
        lost: `${PUBLIC_URL}/r/lost`,
        host: 'survey.secretariat.example',
        started: true,
        open: true,
        copy: [],
        demonstration: false,
        name: 'Alice',
        sender: 'The Committee',
      };
      const { text, html } = renderMail(template, voiceOf(language), context);
      const root = parse(html);
      expect(
        root.querySelectorAll('img, link, script, iframe, object, embed, form, video, audio, svg'),
      ).toEqual([]);
      expect(html).not.toMatch(/url\(|@import|\bsrc=|\bbackground=|\bping=|http-equiv/i);
      const places = [
        ...root.querySelectorAll('[href]').map((one) => one.getAttribute('href') ?? ''),
        ...(text.match(/[a-z]+:\/\/\S+/gi) ?? []),
        ...(root.text.match(/[a-z]+:\/\/[^\s"<]+/gi) ?? []),
      ];
      expect(places.length).toBeGreaterThan(0);
      for (const place of places)
        expect(place).toMatch(
          /^(?:https:\/\/survey\.secretariat\.example\/(?:r|sign-in)\/[\w-]+$|mailto:)/,
        );
      // The plain text is no mere hint to look at the HTML.
      expect(text.length).toBeGreaterThan(100);
    },
  );
});

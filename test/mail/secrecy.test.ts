/** A token is in the mail and in the browser, and nowhere else. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { bootstrapLink, createAccount } from '../../server/accounts/manage.ts';
import { SYSTEM } from '../../server/audit/event.ts';
import { remind } from '../../server/invitations/invite.ts';
import { hashToken } from '../../server/secrets.ts';
import { answered } from '../support/answering.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { dump } from '../support/dump.ts';
import { linksIn, type Mailbox, mailbox } from '../support/mailbox.ts';
import { linkFor, openedRound, signedIn } from '../support/rounds.ts';
import { visitor } from '../support/visitor.ts';

jest.setTimeout(30_000);

let on: TestApp;
let post: Mailbox;
let tokens: string[];
let records: string;

const tokenOf = (link: string) => new URL(link).pathname.split('/').at(-1) ?? '';

beforeAll(async () => {
  post = await mailbox();
  on = await testApp({ smtpUrl: post.url });
  const round = await openedRound(on);
  await on.sendMail();
  await answered(on, round, 'TCD', { receipt: true });
  await remind(on.services, round, { dryRun: false, actor: SYSTEM });
  const made = await createAccount(
    on.services,
    { email: 'clerk@example.org', role: 'admin' },
    SYSTEM,
  );
  if (!made.ok) throw new Error(made.reason);
  const clerk = visitor(on.app);
  await clerk.post('/sign-in', { email: 'clerk@example.org' });
  await on.sendMail();
  const printed = await linkFor(on, round, 'NOR', 'donor');
  const terminal = await bootstrapLink(on.services, made.account);
  const admin = await signedIn(on, 'admin');
  const page = await admin.get(`/admin/rounds/${round._id}/states/TCD/affected`);
  const shown = await admin.submit(page, 'form[action$="/link"]');
  const links = [
    ...post.mails.flatMap(linksIn).filter((link) => !/\/r\/lost$|\/reminders\/stop\//.test(link)),
    printed,
    terminal,
    shown.root.querySelector('.note a.address')?.getAttribute('href') ?? '',
  ];
  tokens = links.map(tokenOf);
  // Each is opened, so that logs and sessions have had their chance.
  await Promise.all(
    links.map(async (link) => {
      const token = tokenOf(link);
      // As a mail filter writes it that escapes what need not be escaped.
      const escaped = `${token.slice(0, 20)}%${token.charCodeAt(20).toString(16)}${token.slice(21)}`;
      const stranger = visitor(on.app);
      await stranger.get(link.replace('/r/', '/R/'));
      await stranger.get(link.replace(token, escaped));
      await stranger.post(new URL(link).pathname, { nothing: 'here' });
      const opened = await clerk.get(link);
      if (opened.root.querySelector('main form[action^="/sign-in"]'))
        await clerk.submit(opened, 'main form');
    }),
  );
  records = JSON.stringify(await dump(on.services.connection));
});
afterAll(async () => {
  await on.close();
  await post.close();
});

describe('the tokens of all links', () => {
  it('are many, each different, with 256 bits', () => {
    // Seven invitations, one receipt, six reminders, one sign-in, three printed.
    expect(tokens).toHaveLength(18);
    expect(new Set(tokens).size).toBe(18);
    for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  });

  it('stand nowhere in the database, only their hashes', () => {
    expect(tokens.filter((token) => records.includes(token))).toEqual([]);
    // The search would find them: what it looks through holds their hashes.
    expect(tokens.filter((token) => !records.includes(hashToken(token)))).toEqual([]);
    // Nor do two thirds of one, nor the bytes in another writing.
    for (const token of tokens) {
      expect(records).not.toContain(token.slice(0, 28));
      expect(records).not.toContain(Buffer.from(token, 'base64url').toString('hex'));
    }
  });

  it('stand nowhere in the log, though every request is in it', () => {
    const log = on.logged.join('\n');
    expect(log).toContain('"path":"/r/…"');
    expect(log).toContain('"path":"/sign-in/…"');
    for (const token of tokens) {
      expect(log).not.toContain(token);
      expect(log).not.toContain(token.slice(0, 20));
      expect(log).not.toContain(token.slice(22));
    }
  });
});

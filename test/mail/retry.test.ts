/** When a mail that was refused for now is tried again: what the server asks for, and never after it is of use. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SYSTEM } from '../../server/audit/event.ts';
import type { Message, NewMessage } from '../../server/mail/message.ts';
import { retryAt } from '../../server/mail/retry.ts';
import { hintedWait } from '../../server/mail/retry-hint.ts';
import { extendDeadline } from '../../server/rounds/extend.ts';
import type { Round } from '../../server/rounds/round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { openedRound, signedIn } from '../support/rounds.ts';
import { type ScriptedServer, scriptedSmtp } from '../support/scripted-smtp.ts';
import { visitor } from '../support/visitor.ts';

jest.setTimeout(30_000);

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('how long a reply asks to wait', () => {
  it.each([
    ['450 4.2.0 Greylisted, try again in 300 seconds', 5 * MINUTE],
    ['451 greylisted for 5 minutes', 5 * MINUTE],
    ['450 4.7.1 Greylisting in action, please come back in 00:04:59', 4 * MINUTE + 59 * SECOND],
    ['451 4.7.1 Try again later. Retry-After: 600', 10 * MINUTE],
    ['451 retry-after=120', 2 * MINUTE],
    ['421 too many connections, wait 90 secs', 90 * SECOND],
    ['450 please retry after 2 hours', 2 * HOUR],
    ['450 please retry after 2h', 2 * HOUR],
    ['451 deferred, retry timeout: 15 min', 15 * MINUTE],
    ['450 wait at least 10 minutes before another attempt', 10 * MINUTE],
    ['450-4.2.0 Greylisted\n450 4.2.0 for 7 mins', 7 * MINUTE],
    ['452 4.2.2 full; come back in 01:30:00', HOUR + 30 * MINUTE],
    ['450 try again in 5 seconds', MINUTE],
    ['450 try again in 0 seconds', MINUTE],
    ['450 try again in 72 hours', 24 * HOUR],
    ['451 Retry-After: 999999', 24 * HOUR],
  ])('%s', (reply, wait) => {
    expect(hintedWait(reply)).toBe(wait);
  });

  it.each([
    '',
    '450 4.2.0 Greylisted, see http://postgrey.example.org/help/example.org.html',
    '452 4.2.2 mailbox full, 250 messages',
    '451 4.3.0 error 300',
    '450 4.7.25 no reverse name for 192.0.2.15',
    '450 try again after 14:30',
    '450 try again in a few minutes',
    '421 4.7.0 15 mails in hand',
  ])('names no time: %s', (reply) => {
    expect(hintedWait(reply)).toBeNull();
  });
});

describe('the next attempt', () => {
  const now = new Date('2023-05-02T08:00:00Z');
  const minutes = (attempt: number, reply: string | null, random = 0) =>
    (retryAt(attempt, reply, now, () => random).getTime() - now.getTime()) / MINUTE;

  it('comes 5 minutes times 1.3 to the n after the last one, and up to a tenth later', () => {
    for (const attempt of [1, 2, 5, 17]) {
      expect(minutes(attempt, null)).toBeCloseTo(5 * 1.3 ** (attempt - 1), 5);
      expect(minutes(attempt, null, 1)).toBeCloseTo(5.5 * 1.3 ** (attempt - 1), 5);
    }
  });

  it('never comes before the time that the server named', () => {
    expect(minutes(1, '450 try again in 60 seconds')).toBe(1);
    expect(minutes(1, '450 try again in 60 seconds', 1)).toBeCloseTo(1.1);
    expect(minutes(5, '450 try again in 60 seconds')).toBe(1);
    expect(minutes(1, '450 try again in 3 hours')).toBe(180);
  });

  it('is not spoilt by a server that always says "in a minute": eighteen of these take hours', () => {
    expect(minutes(6, '450 try again in 60 seconds')).toBeCloseTo(5 * 1.3 ** 5);
    const all = Array.from({ length: 17 }, (_, n) => minutes(n + 1, '450 try again in 60 seconds'));
    expect(all.reduce((sum, one) => sum + one)).toBeGreaterThan(20 * 60);
  });
});

describe('a mail that would be tried again when it is of no use any more', () => {
  let on: TestApp;
  let server: ScriptedServer;
  let round: Round;

  beforeAll(async () => {
    server = await scriptedSmtp();
    on = await testApp({ smtpUrl: server.url() });
    round = await openedRound(on);
  });
  beforeEach(async () => {
    await on.services.connection.collection('messages').deleteMany({});
    server.script = { to: 451 };
    on.setTime('2023-05-02T08:00:00Z');
  });
  afterAll(async () => {
    await on.close();
    await server.close();
  });

  const one = async (): Promise<Message> => (await on.services.messages.list({}, 1))[0] as Message;

  async function queued(template: NewMessage['template'], state = 'KHM', audience = 'affected') {
    const invitation = await on.services.invitations.ofState(round._id, state, audience);
    const [contact] = await on.services.contacts.of(state, audience);
    const ids = {
      round: round._id,
      invitation: invitation?._id ?? '',
      contact: contact?._id ?? '',
    };
    const key = `${template} ${Math.random()}`;
    await on.services.messages.enqueue({ key, template, ...ids, about: {} }, on.services.clock());
  }

  it('is refused for good when the deadline comes first', async () => {
    // The deadline is at 16:00 UTC.
    on.setTime('2023-06-30T15:54:00Z');
    await queued('reminder-not-started');
    await on.sendMail();
    expect((await one()).status).toBe('soft');
    on.setTime('2023-06-30T15:59:40Z');
    await on.sendMail();
    const message = await one();
    expect(message).toMatchObject({ status: 'hard', attempt: 2 });
    expect(message.reply).toMatch(/^the deadline comes before the next attempt: .*451/);
    expect(message.endedAt).not.toBeNull();
  });

  it('goes on until the deadline of the State, if that was extended', async () => {
    await extendDeadline(
      on.services,
      round,
      { state: 'IRQ', audience: 'affected' },
      '2023-07-10T18:00',
      SYSTEM,
    );
    await on.services.connection.collection('messages').deleteMany({});
    on.setTime('2023-06-30T15:59:00Z');
    await queued('reminder-not-started', 'IRQ');
    await on.sendMail();
    expect((await one()).status).toBe('soft');
  });

  it('is tried in time when the server asks for less', async () => {
    server.script = { to: 451 };
    on.setTime('2023-06-30T15:00:00Z');
    await queued('invitation');
    await on.sendMail();
    expect((await one()).status).toBe('soft');
  });

  it('is tried for ever, that is eighteen times, when it is of use after the deadline too', async () => {
    on.setTime('2023-06-30T15:59:00Z');
    await queued('lost-link');
    await on.sendMail();
    expect((await one()).status).toBe('soft');
  });

  it('is cancelled when it is a sign-in link that expires first', async () => {
    await signedIn(on, 'admin');
    const [account] = await on.services.accounts.whoMay('mail.manage');
    await visitor(on.app).post('/sign-in', { email: account?.email ?? '' });
    await on.sendMail();
    expect(await one()).toMatchObject({ template: 'sign-in', status: 'soft', attempt: 1 });
    on.setTime('2023-05-02T08:06:00Z');
    await on.sendMail();
    const message = await one();
    expect(message).toMatchObject({ status: 'cancelled', attempt: 2 });
    expect(message.reply).toContain('the link expires before the next attempt');
  });
});

/** A mail is queued once, however many people press the button at the same moment. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SYSTEM } from '../../server/audit/event.ts';
import { invite } from '../../server/invitations/invite.ts';
import type { NewMessage } from '../../server/mail/message.ts';
import { createRound, openRound } from '../../server/rounds/plan.ts';
import type { Round } from '../../server/rounds/round.ts';
import { loadContacts } from '../../server/states/load.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { type Mailbox, mailbox } from '../support/mailbox.ts';
import { confirmPage } from '../support/mailings.ts';
import { CAST, openedRound, signedIn } from '../support/rounds.ts';
import type { Visitor } from '../support/visitor.ts';

jest.setTimeout(30_000);

const TWENTY = Array.from({ length: 20 }, (_, place) => place);
const PEOPLE = CAST.trim().split('\n').length - 1;
const bySystem = { dryRun: false, actor: SYSTEM };

let on: TestApp;
let post: Mailbox;
let admin: Visitor;
let first: Round;

beforeAll(async () => {
  post = await mailbox();
  on = await testApp({ smtpUrl: post.url });
  first = await openedRound(on, { invited: false });
  admin = await signedIn(on, 'admin');
});
afterAll(async () => {
  await on.close();
  await post.close();
});

async function another(slug: string, opens = '2023-05-01T09:00'): Promise<Round> {
  const wanted = { slug, opens, closes: '2023-06-30T18:00', zone: 'Europe/Zurich' };
  const { questionnaire } = first;
  await createRound(on.services, { ...wanted, questionnaire }, SYSTEM);
  const opened = await openRound(on.services, slug, SYSTEM);
  if (!opened.ok) throw new Error(opened.reason);
  return opened.round;
}

const queued = async (round: Round) => on.services.messages.list({ round: round._id }, 1000);
const addressees = () => post.mails.map((mail) => [mail.to ?? []].flat()[0]?.text).sort();

describe('inviting', () => {
  it('gives one invitation and one mail each when twenty call it at once', async () => {
    const calls = await Promise.all(TWENTY.map(() => invite(on.services, first, bySystem)));
    expect(calls.reduce((sum, call) => sum + call.enqueued, 0)).toBe(PEOPLE);
    expect(await queued(first)).toHaveLength(PEOPLE);
    // Türkiye is asked twice, as affected and as donor.
    expect(await on.services.invitations.ofRound(first._id)).toHaveLength(PEOPLE);
    await on.sendMail();
    expect(new Set(addressees()).size).toBe(PEOPLE);
    expect(post.mails).toHaveLength(PEOPLE);
  });

  it('gives one mailing and one mail each when twenty press the button of one page at once', async () => {
    const round = await another('pressed');
    const page = await confirmPage(admin, round._id, 'kind=invitation');
    const pressed = await Promise.all(TWENTY.map(() => admin.submit(page, '#confirm')));
    expect(pressed.map((one) => one.status)).toEqual(TWENTY.map(() => 200));
    // All of them land on the page of the same mailing.
    expect(new Set(pressed.map((one) => one.path)).size).toBe(1);
    expect(await on.services.mailings.ofRound(round._id)).toHaveLength(1);
    expect(await queued(round)).toHaveLength(PEOPLE);
    post.mails.length = 0;
    // Three workers at once, as three processes would.
    await Promise.all([on.sendMail(), on.sendMail(), on.sendMail()]);
    expect(post.mails).toHaveLength(PEOPLE);
    expect(new Set(addressees()).size).toBe(PEOPLE);
  });

  it('lets a contact who came later have a mail and the invitation of their State', async () => {
    const late =
      'state,audience,name,post,email,language\nKHM,affected,Later,Deputy,later@example.org,en\n';
    await loadContacts(on.services, late, ['affected', 'donor'], bySystem);
    const again = await invite(on.services, first, bySystem);
    expect(again).toMatchObject({ selected: PEOPLE + 1, enqueued: 1 });
    const invitations = await on.services.invitations.ofRound(first._id);
    expect(invitations.filter((one) => one.state === 'KHM')).toHaveLength(1);
    await on.sendMail();
    expect(post.to('later@example.org')).toHaveLength(1);
  });

  it('names the States that nobody speaks for, and writes nothing in a dry run', async () => {
    const round = await another('dry');
    const selection = await invite(on.services, round, { dryRun: true, actor: SYSTEM });
    expect(selection.enqueued).toBe(0);
    expect(selection.skipped).toContainEqual({
      state: 'AFG',
      audience: 'affected',
      reason: 'no contact',
    });
    expect(await queued(round)).toEqual([]);
    expect(await on.services.invitations.ofRound(round._id)).toEqual([]);
  });

  it('before the opening keeps the mails until the opening, and then sends them', async () => {
    const round = await another('early', '2023-05-20T09:00');
    await invite(on.services, round, bySystem);
    post.mails.length = 0;
    await on.sendMail();
    expect(addressees()).toEqual([]);
    expect(new Set((await queued(round)).map((message) => message.status))).toEqual(
      new Set(['queued']),
    );
    on.setTime('2023-05-20T07:00:00Z');
    await on.sendMail();
    expect(post.mails).toHaveLength(PEOPLE + 1);
    on.setTime('2023-05-02T08:00:00Z');
  });

  it('is refused for a round that is not open, and nothing is queued', async () => {
    const { questionnaire } = first;
    const wanted = { opens: '2023-05-01T09:00', closes: '2023-06-30T18:00', zone: 'UTC' };
    await createRound(on.services, { slug: 'planned', questionnaire, ...wanted }, SYSTEM);
    const page = await admin.get('/admin/rounds/planned');
    const token = page.root.querySelector('main input[name="token"]')?.getAttribute('value') ?? '';
    for (const kind of ['invitation', 'reminder']) {
      const shown = await confirmPage(admin, 'planned', `kind=${kind}`);
      expect([shown.status, shown.text('.summary')]).toEqual([
        422,
        expect.stringContaining('The round is not open'),
      ]);
      const key = '0123456789abcdef01234567';
      const answer = await admin.post('/admin/rounds/planned/mailings', { token, kind, key });
      expect([kind, answer.status]).toEqual([kind, 422]);
    }
    expect(await on.services.messages.list({ round: 'planned' }, 10)).toEqual([]);
  });
});

describe('a second mail under the same key', () => {
  const wanted = (key: string): NewMessage => ({ key, template: 'invitation', about: {} });
  const withKey = (key: string) => on.services.connection.collection('messages').find({ key });

  it('is impossible one after the other', async () => {
    expect(await on.services.messages.enqueue(wanted('a'), on.services.clock())).toBe(true);
    expect(await on.services.messages.enqueue(wanted('a'), on.services.clock())).toBe(false);
    expect(await withKey('a').toArray()).toHaveLength(1);
  });

  it('is impossible for twenty at once, outside of transactions', async () => {
    const made = await Promise.all(
      TWENTY.map(() => on.services.messages.enqueue(wanted('b'), on.services.clock())),
    );
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await withKey('b').toArray()).toHaveLength(1);
  });

  it('is impossible for twenty at once, each in a transaction', async () => {
    const made = await Promise.all(
      TWENTY.map(() =>
        on.services.transaction((session) =>
          on.services.messages.enqueue(wanted('c'), on.services.clock(), session),
        ),
      ),
    );
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await withKey('c').toArray()).toHaveLength(1);
  });

  it('is impossible when some come in transactions and some do not', async () => {
    const made = await Promise.all(
      TWENTY.map((place) =>
        place % 2
          ? on.services.messages.enqueue(wanted('d'), on.services.clock())
          : on.services.transaction((session) =>
              on.services.messages.enqueue(wanted('d'), on.services.clock(), session),
            ),
      ),
    );
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await withKey('d').toArray()).toHaveLength(1);
  });

  it('is refused by the database itself', async () => {
    const insert = on.services.connection.collection('messages').insertOne({ key: 'a' } as never);
    await expect(insert).rejects.toMatchObject({ code: 11000 });
  });
});

/** Reminders: who gets one is decided when it is sent, from what is true then. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SYSTEM } from '../../server/audit/event.ts';
import { invite, remind } from '../../server/invitations/invite.ts';
import { isReminder } from '../../server/invitations/mailing-kind.ts';
import { cancelMailing } from '../../server/mail/mailing-control.ts';
import { createRound, openRound } from '../../server/rounds/plan.ts';
import type { Round } from '../../server/rounds/round.ts';
import { answered } from '../support/answering.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { type Mailbox, mailbox } from '../support/mailbox.ts';
import { confirmPage } from '../support/mailings.ts';
import { openedRound, signedIn } from '../support/rounds.ts';

jest.setTimeout(30_000);

const bySystem = { dryRun: false, actor: SYSTEM };
let on: TestApp;
let post: Mailbox;
let round: Round;

beforeAll(async () => {
  post = await mailbox();
  on = await testApp({ smtpUrl: post.url });
  round = await openedRound(on);
  await on.sendMail();
  await answered(on, round, 'KHM');
  await answered(on, round, 'IRQ', { sections: 2 });
});
beforeEach(() => {
  post.mails.length = 0;
});
afterAll(async () => {
  await on.close();
  await post.close();
});

const reached = () => post.mails.map((mail) => [mail.to ?? []].flat()[0]?.value[0]?.address).sort();

describe('a reminder', () => {
  it('goes to those who have not submitted, a begun draft included, and to nobody else', async () => {
    const selection = await remind(on.services, round, bySystem);
    expect(selection).toMatchObject({ selected: 6, enqueued: 6 });
    expect(selection.skipped).toEqual([
      { state: 'KHM', audience: 'affected', reason: 'submitted' },
    ]);
    await on.sendMail();
    expect(reached()).toEqual(
      ['bob', 'chantal', 'dora', 'emine', 'emre', 'fred'].map((name) => `${name}@example.org`),
    );
    // Iraq has begun and is told so; Chad has not.
    expect(post.to('bob@example.org')[0]?.text).toContain('إجاباتكم المحفوظة');
    expect(post.to('chantal@example.org')[0]?.text).not.toContain('enregistrées');
  });

  it('is not repeated within twenty hours', async () => {
    on.setTime('2023-05-03T03:59:59Z');
    const selection = await remind(on.services, round, bySystem);
    expect(selection).toMatchObject({ selected: 0, enqueued: 0 });
    expect(selection.skipped).toContainEqual({
      state: 'TCD',
      audience: 'affected',
      reason: 'reminded within a day',
    });
    await on.sendMail();
    expect(reached()).toEqual([]);
  });

  it('numbers on after that', async () => {
    on.setTime('2023-05-03T04:00:00Z');
    expect(await remind(on.services, round, { ...bySystem, dryRun: true })).toMatchObject({
      selected: 6,
      enqueued: 0,
    });
    expect(await remind(on.services, round, bySystem)).toMatchObject({ selected: 6, enqueued: 6 });
    const keys = (await on.services.messages.list({ round: round._id }, 100))
      .filter((message) => isReminder(message.template))
      .map((message) => message.key.split(':').at(-1));
    expect(keys.toSorted()).toEqual([...'111111222222']);
    await on.sendMail();
    expect(post.mails).toHaveLength(6);
  });

  it('is one each when ten admins press the button at once', async () => {
    on.setTime('2023-05-05T08:00:00Z');
    const admin = await signedIn(on, 'admin');
    const pages = await Promise.all(
      Array.from({ length: 10 }, () => confirmPage(admin, round._id, 'kind=reminder')),
    );
    const pressed = await Promise.all(pages.map((page) => admin.submit(page, '#confirm')));
    // One made the mailing; the others hear that the people have changed.
    expect(pressed.map((one) => one.status).toSorted()).toEqual([200, ...Array(9).fill(409)]);
    await on.sendMail();
    expect(post.mails).toHaveLength(6);
  });

  it('is cancelled when the State submits between queueing and sending', async () => {
    on.setTime('2023-05-10T08:00:00Z');
    await remind(on.services, round, bySystem);
    await answered(on, round, 'TCD');
    await on.sendMail();
    expect(reached()).not.toContain('chantal@example.org');
    expect(post.mails).toHaveLength(5);
    const [cancelled, second] = await on.services.messages.list({ status: 'cancelled' }, 10);
    expect(second).toBeUndefined();
    expect(cancelled).toMatchObject({
      template: 'reminder-not-started',
      reply: 'the State has submitted',
    });
  });

  it('that was cancelled does not stand in the way of the next one', async () => {
    on.setTime('2023-05-12T08:00:00Z');
    const first = await remind(on.services, round, bySystem);
    const mailing = await on.services.mailings.find(first.mailing ?? '');
    if (!mailing) throw new Error('no mailing');
    await cancelMailing(on.services, mailing, SYSTEM);
    await on.sendMail();
    expect(reached()).toEqual([]);
    expect(await remind(on.services, round, bySystem)).toMatchObject({ selected: 5, enqueued: 5 });
    await on.sendMail();
    expect(post.mails).toHaveLength(5);
  });

  it('before the opening is not queued', async () => {
    const { questionnaire } = round;
    const opens = '2023-05-14T09:00';
    const wanted = { slug: 'later', opens, closes: '2023-06-30T18:00', zone: 'UTC' };
    await createRound(on.services, { questionnaire, ...wanted }, SYSTEM);
    const opened = await openRound(on.services, 'later', SYSTEM);
    if (!opened.ok) throw new Error(opened.reason);
    await invite(on.services, opened.round, bySystem);
    const early = await remind(on.services, opened.round, bySystem);
    expect(early).toMatchObject({ selected: 0, enqueued: 0, mailing: null });
    expect(early.skipped).toContainEqual({
      state: 'KHM',
      audience: 'affected',
      reason: 'answers are not taken yet',
    });
    on.setTime('2023-05-14T10:00:00Z');
    await on.sendMail();
    post.mails.length = 0;
    expect(await remind(on.services, opened.round, bySystem)).toMatchObject({ selected: 7 });
    await on.sendMail();
    expect(post.mails).toHaveLength(7);
  });

  it('is not sent after the deadline', async () => {
    on.setTime('2023-06-30T15:00:00Z');
    await remind(on.services, round, bySystem);
    // The deadline is 18:00 in Zurich, and fifteen minutes are given on top.
    on.setTime('2023-06-30T16:15:00.001Z');
    await on.sendMail();
    expect(reached()).toEqual([]);
  });
});

/** Reminders by plan: once per person, step and deadline, from what is true when each is sent. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SYSTEM } from '../../server/audit/event.ts';
import { remind } from '../../server/invitations/invite.ts';
import { stopReminders } from '../../server/invitations/stop-reminders.ts';
import { cancelMailing } from '../../server/mail/mailing-control.ts';
import { reminderPlanner } from '../../server/mail/reminder-planner.ts';
import { extendDeadline } from '../../server/rounds/extend.ts';
import { closeRound } from '../../server/rounds/plan.ts';
import { FIRST_PLAN } from '../../server/rounds/reminder-plan.ts';
import type { Round } from '../../server/rounds/round.ts';
import { answered } from '../support/answering.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { dump } from '../support/dump.ts';
import { type Mailbox, mailbox } from '../support/mailbox.ts';
import { openedRound, SLUG, signedIn } from '../support/rounds.ts';
import type { Fields } from '../support/visitor.ts';

jest.setTimeout(60_000);

let on: TestApp;
let post: Mailbox;
let round: Round;

beforeAll(async () => {
  post = await mailbox();
  on = await testApp({ smtpUrl: post.url });
  round = await openedRound(on);
  await on.sendMail();
  await answered(on, round, 'IRQ', { sections: 2 });
});
beforeEach(async () => {
  const { connection } = on.services;
  await connection.collection('mailings').deleteMany({ kind: { $ne: 'invitation' } });
  await connection.collection('messages').deleteMany({ template: { $ne: 'invitation' } });
  await connection
    .collection('invitations')
    .updateMany({}, { $set: { closesAt: null }, $unset: { noReminders: '' } });
  await connection.collection('extensions').deleteMany({});
  await connection.collection('leases').deleteMany({});
  post.mails.length = 0;
});
afterAll(async () => {
  await on.close();
  await post.close();
});

const reached = () =>
  post.mails
    .map((mail) => ([mail.to ?? []].flat()[0]?.value[0]?.address ?? '').split('@')[0])
    .sort();

async function plan(change: Partial<typeof FIRST_PLAN> = {}): Promise<void> {
  const made = { ...FIRST_PLAN, on: true, clock: 'round' as const, ...change };
  await on.services.transaction((session) =>
    on.services.reminders.save(
      { _id: SLUG, ...made, changedBy: SYSTEM, changedAt: on.services.clock() },
      session,
    ),
  );
}
/** One pass of a process of its own, and the mails that come of it. */
async function pass(iso: string): Promise<number> {
  on.setTime(iso);
  const planner = reminderPlanner(on.services);
  const queued = await planner.catchUp();
  await planner.stop();
  await on.sendMail();
  return queued;
}
const extended = (state: string, audience: string, until: string) =>
  extendDeadline(on.services, round, { state, audience }, until, SYSTEM);

describe('the plan of a round', () => {
  it('reminds on its days, each with the text for how far they are, and once only', async () => {
    await plan();
    expect(await pass('2023-06-16T06:59:00Z')).toBe(0);
    expect(await pass('2023-06-16T07:00:00Z')).toBe(7);
    expect(reached()).toEqual(['alice', 'bob', 'chantal', 'dora', 'emine', 'emre', 'fred']);
    expect(post.to('bob@example.org')[0]?.text).toContain('وإجاباتكم المحفوظة');
    for (const minute of ['07:01', '07:30', '12:00'])
      expect(await pass(`2023-06-16T${minute}:00Z`)).toBe(0);
    expect(await pass('2023-06-23T07:00:30Z')).toBe(7);
    expect(await pass('2023-06-29T07:00:30Z')).toBe(7);
    expect(post.mails).toHaveLength(21);
    expect(post.to('dora@example.org').map((mail) => mail.subject?.includes('last days'))).toEqual([
      false,
      false,
      true,
    ]);
    const mailings = (await on.services.mailings.ofRound(SLUG)).filter(({ step }) => step);
    expect(mailings.map(({ step, kind }) => `${step} ${kind}`)).toEqual([
      '1 deadline-tomorrow',
      '7 reminder',
      '14 reminder',
    ]);
    expect(mailings[0]?.createdBy).toEqual({ kind: 'system', id: 'reminder-plan' });
  });

  it('that is off, and a round that is closed, remind nobody', async () => {
    await plan({ on: false });
    expect(await pass('2023-06-23T07:00:00Z')).toBe(0);
    await plan();
    const rounds = on.services.connection.collection('rounds');
    await rounds.updateOne({}, { $set: { status: 'closed' } });
    expect(await pass('2023-06-23T07:00:00Z')).toBe(0);
    await rounds.updateOne({}, { $set: { status: 'open' } });
  });

  it('is followed by one process at a time, and by ten at once no differently', async () => {
    await plan();
    on.setTime('2023-06-23T07:00:00Z');
    const queued = await Promise.all(
      Array.from({ length: 10 }, () => reminderPlanner(on.services).catchUp()),
    );
    expect(queued.filter((count) => count > 0)).toEqual([7]);
    await on.sendMail();
    expect(post.mails).toHaveLength(7);
  });

  it('that is cut short after any mail is taken up where it was left', async () => {
    await plan();
    expect(await pass('2023-06-23T07:00:00Z')).toBe(7);
    // As if the process had died before the others were queued.
    const messages = on.services.connection.collection('messages');
    const [mail] = await messages.find({ template: 'reminder-not-started' }).limit(1).toArray();
    await messages.deleteOne({ _id: mail?._id as never });
    expect(await pass('2023-06-23T07:01:00Z')).toBe(1);
    expect(post.mails).toHaveLength(8);
  });

  it('switched on late sends no day that is over, and a server that was down for a night catches up', async () => {
    await plan();
    expect(await pass('2023-06-18T07:00:00Z')).toBe(0);
    expect(await pass('2023-06-24T06:00:00Z')).toBe(7);
  });

  it('goes by the clocks of each capital where it says so', async () => {
    await plan({ clock: 'state' });
    // Nine in Phnom Penh is two in the morning by universal time; in Washington it is one in the afternoon.
    expect(await pass('2023-06-23T02:00:00Z')).toBe(1);
    expect(reached()).toEqual(['alice']);
    await pass('2023-06-23T07:00:00Z');
    expect(reached()).toEqual(['alice', 'bob', 'dora', 'emine', 'emre']);
    await pass('2023-06-23T08:00:00Z');
    await pass('2023-06-23T13:00:00Z');
    expect(reached()).toEqual(['alice', 'bob', 'chantal', 'dora', 'emine', 'emre', 'fred']);
    expect((await on.services.mailings.ofRound(SLUG)).filter(({ step }) => step)).toHaveLength(1);
  });
});

describe('more time for a State', () => {
  it('moves the plan for that State', async () => {
    await plan();
    on.setTime('2023-06-20T08:00:00Z');
    await extended('NOR', 'donor', '2023-07-14T18:00');
    await on.sendMail();
    post.mails.length = 0;
    await pass('2023-06-23T07:00:00Z');
    expect(reached()).not.toContain('dora');
    // Fourteen days before the new deadline, and then seven.
    post.mails.length = 0;
    await pass('2023-06-30T07:00:00Z');
    expect(reached()).toEqual(['dora']);
    await pass('2023-07-07T07:00:00Z');
    expect(reached()).toEqual(['dora', 'dora']);
    expect(post.mails[1]?.text).toContain('14 July 2023, 18:00');
  });

  it('granted after the last day of the plan brings that day once more, before the new deadline', async () => {
    await plan();
    await pass('2023-06-29T07:00:00Z');
    await extended('NOR', 'donor', '2023-07-04T18:00');
    await on.sendMail();
    post.mails.length = 0;
    await pass('2023-07-03T07:00:00Z');
    expect(reached()).toEqual(['dora']);
  });

  it('granted between queueing and sending, the last-days mail is not sent', async () => {
    await plan();
    on.setTime('2023-06-29T07:00:00Z');
    const planner = reminderPlanner(on.services);
    expect(await planner.catchUp()).toBe(7);
    await planner.stop();
    await extended('NOR', 'donor', '2023-07-14T18:00');
    await on.sendMail();
    const subjects = post.to('dora@example.org').map((mail) => mail.subject ?? '');
    expect(subjects).toEqual([expect.stringContaining('more time')]);
    expect(reached()).toContain('fred');
  });
});

describe('nobody is reminded who', () => {
  it('submitted a second ago, between queueing and sending', async () => {
    await plan();
    on.setTime('2023-06-23T07:00:00Z');
    const planner = reminderPlanner(on.services);
    expect(await planner.catchUp()).toBe(7);
    await planner.stop();
    on.setTime('2023-06-23T07:00:01Z');
    await answered(on, round, 'TCD');
    on.setTime('2023-06-23T07:00:02Z');
    await on.sendMail();
    expect(reached()).toEqual(['alice', 'bob', 'dora', 'emine', 'emre', 'fred']);
    const [cancelled] = await on.services.messages.list({ status: 'cancelled' }, 1);
    expect(cancelled?.reply).toBe('the State has submitted');
  });

  it('was reminded by hand within the gap, and that day is not made up for', async () => {
    await plan();
    on.setTime('2023-06-22T08:00:00Z');
    await remind(on.services, round, { dryRun: false, actor: SYSTEM });
    await on.sendMail();
    post.mails.length = 0;
    for (const time of ['23T07:00', '23T20:00', '24T06:59']) await pass(`2023-06-${time}:00Z`);
    expect(reached()).toEqual([]);
    await pass('2023-06-29T07:00:00Z');
    expect(post.mails).toHaveLength(6);
  });

  it('had as many as the plan allows', async () => {
    await plan({ most: 2 });
    for (const day of ['16', '23', '29']) await pass(`2023-06-${day}T07:00:00Z`);
    expect(post.to('dora@example.org')).toHaveLength(2);
  });

  it('asked for no more, also between queueing and sending', async () => {
    await plan();
    on.setTime('2023-06-23T07:00:00Z');
    const planner = reminderPlanner(on.services);
    await planner.catchUp();
    await planner.stop();
    const norway = await on.services.invitations.ofState(SLUG, 'NOR', 'donor');
    const [dora] = await on.services.contacts.of('NOR', 'donor');
    await stopReminders(on.services, { invitation: norway?._id ?? '', contact: dora?._id ?? '' });
    await on.sendMail();
    expect(reached()).not.toContain('dora');
    await pass('2023-06-29T07:00:00Z');
    expect(post.to('dora@example.org')).toEqual([]);
  });

  it('is in a step that somebody has ended', async () => {
    await plan();
    on.setTime('2023-06-23T07:00:00Z');
    await extended('NOR', 'donor', '2023-07-14T18:00');
    await pass('2023-06-23T07:00:00Z');
    const step = await on.services.mailings.byKey(`plan:${SLUG}:7`);
    if (!step) throw new Error('no step');
    await cancelMailing(on.services, step, SYSTEM);
    post.mails.length = 0;
    await pass('2023-07-07T07:00:00Z');
    expect(reached()).toEqual([]);
  });
});

describe('views', () => {
  it('neither cause a reminder nor prevent one', async () => {
    await plan();
    on.setTime('2023-06-23T07:00:00Z');
    const admin = await signedIn(on, 'admin');
    const before = await dump(on.services.connection, { without: ['sessions'] });
    for (const path of ['plan', 'mailings', 'mailings/confirm?kind=reminder'])
      await admin.get(`/admin/rounds/${SLUG}/${path}`);
    expect(await dump(on.services.connection, { without: ['sessions'] })).toEqual(before);
    expect(await pass('2023-06-23T07:00:00Z')).toBe(6);
  });
});

describe('the page of the plan', () => {
  it('shows a plan that is off, keeps what is typed wrong, saves, and says what it comes to', async () => {
    await on.services.connection.collection('reminderPlans').deleteMany({});
    on.setTime('2023-06-01T08:00:00Z');
    const admin = await signedIn(on, 'admin');
    const page = await admin.get(`/admin/rounds/${SLUG}/plan`);
    expect(page.root.querySelector('#on')?.hasAttribute('checked')).toBe(false);
    expect(page.text('main ul.plainly')).toContain('16 June 2023, 09:00');
    expect(await on.services.reminders.find(SLUG)).toBeNull();
    const wrong: Fields = { on: 'yes', 'days-0': 'soon', time: '9', most: '100' };
    const refused = await admin.submit(page, '#plan', wrong);
    expect(refused.status).toBe(422);
    expect(refused.root.querySelector('#days-0')?.getAttribute('value')).toBe('soon');
    expect(refused.all('.summary li')).toHaveLength(3);
    expect(refused.root.querySelector('#days-0')?.getAttribute('aria-describedby')).toContain(
      'error-days-0',
    );
    expect(await on.services.reminders.find(SLUG)).toBeNull();
    const saved = await admin.submit(refused, '#plan', {
      'days-0': '١٠',
      time: '08:30',
      most: '4',
    });
    expect(saved.text('.done-note')).toBe('The plan is saved.');
    expect(await on.services.reminders.find(SLUG)).toMatchObject({
      on: true,
      steps: [{ days: 10 }, { days: 7 }, { days: 1 }],
      time: '08:30',
    });
    const list = await admin.get(`/admin/rounds/${SLUG}/mailings`);
    expect(list.text('main')).toContain('On. Days before the deadline: 10, 7 and 1, at 08:30.');
    await closeRound(on.services, SLUG, SYSTEM);
  });
});

/** The outbox as a whole: paused by a person, or by itself when mails are refused; resumed without a mail sent twice. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { isFirstOutcome, tooManyErrors } from '../../server/mail/control.ts';
import type { MessageStatus } from '../../server/mail/message.ts';
import { pauseOutbox, resumeOutbox } from '../../server/mail/pause.ts';
import { smtpTransport } from '../../server/mail/transport.ts';
import { mailWorker, type WorkerOptions } from '../../server/mail/worker.ts';
import { signedIn } from '../support/rounds.ts';
import { type ScriptedOutbox, scriptedOutbox } from '../support/scripted-outbox.ts';
import { visitor } from '../support/visitor.ts';

jest.setTimeout(30_000);

let outboxOf: ScriptedOutbox;
let on: ScriptedOutbox['on'];
let server: ScriptedOutbox['server'];
let admin: ScriptedOutbox['admin'];
let queue: ScriptedOutbox['queue'];

beforeAll(async () => {
  outboxOf = await scriptedOutbox();
  ({ on, server, admin, queue } = outboxOf);
});
beforeEach(async () => {
  await outboxOf.reset();
  // A resume also forgets how the mails of the test before ended.
  await pauseOutbox(on.services, { why: 'person', reply: null, by: null });
  await resumeOutbox(on.services, null);
});
afterAll(() => outboxOf.close());

async function drain(options: WorkerOptions = {}): Promise<void> {
  const transport = smtpTransport(server.url());
  await mailWorker(on.services, transport, options).drain();
  transport.close();
}
const invitations = async (status?: MessageStatus) =>
  on.services.messages.list({ template: 'invitation', ...(status ? { status } : {}) }, 1000);
const counts = () => on.services.messages.counts();
const notices = async (page = '/admin/rounds', who = admin) =>
  (await who.get(page)).all('.notice').map((one) => one.text);
const events = async (event: string) =>
  (await on.services.audit.list(1000)).filter((row) => row.event === event);
const alarms = () => on.logged.filter((line) => line.includes('was paused by itself'));

describe('a person', () => {
  it('pauses the outbox, which then sends nothing, and every page of an admin says so', async () => {
    await queue(5);
    const before = (await events('outbox.paused')).length;
    const page = await admin.submit(
      await admin.get('/admin/outbox'),
      'form[action="/admin/outbox/pause"]',
    );
    expect(page.text('main')).toContain('paused the outbox on 2 May 2023, 08:00');
    await drain();
    expect(server.bodies).toEqual([]);
    expect(await counts()).toMatchObject({ queued: 5, sending: 0 });
    for (const address of [
      '/admin/rounds',
      '/admin/contacts',
      '/admin/outbox',
      '/results/oap-2023',
    ])
      expect(await notices(address)).toEqual([expect.stringContaining('Nothing is being sent')]);
    const viewer = await signedIn(on, 'viewer');
    expect(await notices('/results/oap-2023', viewer)).toEqual([]);
    const rows = await events('outbox.paused');
    expect(rows).toHaveLength(before + 1);
    expect(rows[0]).toMatchObject({ actor: { kind: 'account' }, details: { why: 'person' } });
  });

  it('resumes it, and each mail goes out once', async () => {
    await queue(5);
    await pauseOutbox(on.services, { why: 'person', reply: null, by: null });
    await drain();
    const page = await admin.get('/admin/outbox');
    const after = await admin.submit(page, 'form[action="/admin/outbox/resume"]');
    expect(after.text('main')).toContain('The outbox is running.');
    await drain();
    await drain();
    expect(server.bodies).toHaveLength(5);
    expect(await notices()).toEqual([]);
    expect(await events('outbox.resumed')).not.toEqual([]);
  });

  it('can sign in meanwhile: the link goes out', async () => {
    await queue(3);
    await pauseOutbox(on.services, { why: 'person', reply: null, by: null });
    const [account] = await on.services.accounts.whoMay('mail.manage');
    await visitor(on.app).post('/sign-in', { email: account?.email ?? '' });
    await drain();
    expect(await counts()).toMatchObject({ queued: 3, accepted: 1 });
  });

  it('pauses it in the middle of a mailing: what was claimed and not begun goes back', async () => {
    await queue(60);
    const transport = smtpTransport(server.url());
    const worker = mailWorker(on.services, transport, { slots: 2 });
    const draining = worker.drain();
    while (server.bodies.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    await pauseOutbox(on.services, { why: 'person', reply: null, by: null });
    await draining;
    transport.close();
    const { queued, sending, accepted } = await counts();
    expect(sending).toBe(0);
    expect(accepted).toBe(server.bodies.length);
    expect(queued + accepted).toBe(60);
    expect((await invitations('queued')).every((message) => message.attempt === 0)).toBe(true);
    await resumeOutbox(on.services, null);
    await drain();
    expect(server.bodies).toHaveLength(60);
  });

  it('sets how fast it sends; what is no number is refused and still there', async () => {
    const page = await admin.get('/admin/outbox');
    const form = 'form[action="/admin/outbox/pace"]';
    const refused = await admin.submit(page, form, { rate: 'fast', concurrency: '3' });
    expect(refused.status).toBe(422);
    expect(refused.text('#problem-rate')).toContain('enter a whole number');
    expect(refused.root.querySelector('#rate')?.getAttribute('value')).toBe('fast');
    expect(refused.root.querySelector('#concurrency')?.getAttribute('value')).toBe('3');
    for (const bad of ['0', '-1', '1.5', '1e3', '100001'])
      expect([bad, (await admin.submit(page, form, { rate: bad })).status]).toEqual([bad, 422]);
    expect((await admin.submit(page, form, { rate: '', concurrency: '1001' })).status).toBe(422);
    const set = await admin.submit(page, form, { rate: ' 120 ', concurrency: '' });
    expect([set.status, set.path]).toEqual([200, '/admin/outbox']);
    expect(await on.services.outbox.read()).toMatchObject({ rate: 120, concurrency: null });
    const [row] = await events('outbox.paced');
    expect(row?.details).toEqual({ rate: 120, concurrency: null });
    await admin.submit(await admin.get('/admin/outbox'), form, { rate: '', concurrency: '' });
    expect(await on.services.outbox.read()).toMatchObject({ rate: null, concurrency: null });
  });
});

describe('a mailing that is paused', () => {
  it('waits, and the others go', async () => {
    await queue(6);
    const messages = on.services.connection.collection('messages');
    const ids = (await invitations()).map((message) => message.key);
    await messages.updateMany({ key: { $in: ids.slice(0, 2) } }, { $set: { mailing: 'first' } });
    await messages.updateMany({ key: { $in: ids.slice(2, 4) } }, { $set: { mailing: 'second' } });
    await drain({ paused: async () => ['first'] });
    expect(server.bodies).toHaveLength(4);
    const waiting = await invitations('queued');
    expect(waiting.map((message) => message.mailing)).toEqual(['first', 'first']);
    await drain({ paused: async () => [] });
    expect(server.bodies).toHaveLength(6);
  });

  it('is null for a mail of its own', async () => {
    await queue(1);
    expect((await invitations())[0]?.mailing).toBeNull();
  });

  it('can be cancelled as a whole: what has not gone out', async () => {
    await queue(5);
    const all = await invitations();
    const messages = on.services.connection.collection('messages');
    await messages.updateMany({}, { $set: { mailing: 'all of them' } });
    const set = (n: number, fields: object) =>
      messages.updateOne({ key: all[n]?.key }, { $set: fields });
    await set(0, { status: 'accepted' });
    await set(1, { status: 'soft', nextAttemptAt: new Date('2023-05-03T08:00:00Z') });
    const now = on.services.clock();
    const lease = new Date(now.getTime() + 60_000);
    const { messages: claimed } = await on.services.messages.claim({
      now,
      leaseUntil: lease,
      worker: 'slow',
      most: 2,
    });
    expect(claimed).toHaveLength(2);
    expect(await on.services.messages.handOver(claimed[0] as never, now)).toBe(true);
    const cancelled = await on.services.transaction((session) =>
      on.services.messages.cancelMailing('all of them', now, session),
    );
    // The accepted one is gone, and one is in the hands of the mail server.
    expect(cancelled).toBe(3);
    expect(await on.services.messages.handOver(claimed[1] as never, now)).toBe(false);
    expect(await counts()).toMatchObject({ cancelled: 3, accepted: 1, sending: 1 });
    const [last] = (await invitations('cancelled'))[0]?.attempts.slice(-1) ?? [];
    expect(last).toMatchObject({ outcome: 'cancelled', reply: 'cancelled with its mailing' });
  });
});

describe('the share of errors', () => {
  const some = (n: number, status: MessageStatus) => Array.from({ length: n }, () => status);

  it.each([
    ['too few outcomes', [...some(19, 'hard')], false],
    ['a fifth of twenty', [...some(4, 'soft'), ...some(16, 'accepted')], false],
    ['more than a fifth of twenty', [...some(5, 'hard'), ...some(15, 'accepted')], true],
    ['a fifth of fifty', [...some(40, 'accepted'), ...some(10, 'soft')], false],
    ['more than a fifth of fifty', [...some(39, 'accepted'), ...some(11, 'hard')], true],
    ['errors that are long ago', [...some(40, 'hard'), ...some(50, 'accepted')], false],
    ['doubtful ones, which are no errors', [...some(50, 'unknown')], false],
  ])('%s: %#', (_name, outcomes, tooMany) => {
    expect(tooManyErrors(outcomes) !== null).toBe(tooMany);
  });

  it('counts each mail once between two resumes', () => {
    const since = new Date('2023-05-02T08:00:00Z');
    const at = (iso: string, outcome: 'soft' | 'returned') => ({
      attempts: [
        { at: new Date(iso), outcome, handedAt: null, worker: null, reply: null, by: null },
      ],
    });
    expect(isFirstOutcome({}, { since })).toBe(true);
    expect(isFirstOutcome(at('2023-05-02T07:00:00Z', 'soft'), { since })).toBe(true);
    expect(isFirstOutcome(at('2023-05-02T09:00:00Z', 'soft'), { since })).toBe(false);
    expect(isFirstOutcome(at('2023-05-02T09:00:00Z', 'returned'), { since })).toBe(true);
  });
});

describe('too many refusals', () => {
  it('pause the outbox by itself, with one alert, and a mail to the admins', async () => {
    await queue(60);
    server.script = { to: 451 };
    const [paused, logged] = [(await events('outbox.paused')).length, alarms().length];
    await drain({ slots: 4 });
    const control = await on.services.outbox.read();
    expect(control).toMatchObject({ state: 'paused', why: 'errors', by: null });
    const { queued, soft, sending } = await counts();
    expect(soft).toBeGreaterThanOrEqual(20);
    // Those that were under way when the twentieth came back.
    expect(soft).toBeLessThanOrEqual(30);
    expect(sending).toBe(0);
    expect(queued).toBeGreaterThanOrEqual(30);
    expect(await events('outbox.paused')).toHaveLength(paused + 1);
    expect(alarms()).toHaveLength(logged + 1);
    expect(JSON.parse(alarms().at(-1) ?? '')).toMatchObject({ level: 50, why: 'errors' });
    expect(await notices()).toEqual([expect.stringContaining('Nothing is being sent')]);
    expect((await admin.get('/admin/outbox')).text('main')).toMatch(
      /too many mails were refused: \d+ % of \d+/,
    );
    // The alert goes out although the outbox is paused; nothing else does.
    const alerts = await on.services.messages.list({ template: 'outbox-paused' }, 100);
    expect(alerts).toHaveLength((await on.services.accounts.whoMay('mail.manage')).length);
    // Its first attempt met the same server as the others.
    server.script = {};
    on.setTime('2023-05-02T08:10:00Z');
    await drain();
    expect(server.bodies).toHaveLength(alerts.length);
    expect(server.bodies[0]?.subject).toBe('Rapporteur has stopped sending mail');
    expect(server.bodies[0]?.text).toContain(`${on.url}/admin/outbox`);
  });

  it('and a resume goes on with what is left, nothing twice', async () => {
    await queue(40);
    server.script = { to: 451 };
    await drain({ slots: 4 });
    expect(await on.services.outbox.read()).toMatchObject({ state: 'paused', why: 'errors' });
    await resumeOutbox(on.services, null);
    server.script = {};
    on.setTime('2023-05-02T09:00:00Z');
    await drain();
    const sent = server.bodies.filter((mail) => !mail.subject?.includes('stopped'));
    expect(sent).toHaveLength(40);
    expect(new Set(sent.map((mail) => mail.messageId)).size).toBe(40);
    expect(await on.services.outbox.read()).toMatchObject({ state: 'running' });
  });

  it('are not seen in the same few mails that are refused again and again', async () => {
    server.script = { to: 451 };
    await queue(6);
    for (let round = 0; round < 6; round += 1) {
      await drain();
      on.setTime(`2023-05-02T${10 + 2 * round}:00:00Z`);
    }
    const attempts = (await invitations()).map((message) => message.attempt);
    expect(Math.min(...attempts)).toBeGreaterThanOrEqual(5);
    expect(await on.services.outbox.read()).toMatchObject({ state: 'running' });
  });
});

describe('a mail server that refuses us', () => {
  it('pauses the outbox at once; no attempt is counted, no mail is sent, one alert is made', async () => {
    await queue(20);
    server.script = { from: 550 };
    const [paused, logged] = [(await events('outbox.paused')).length, alarms().length];
    await drain();
    expect(await on.services.outbox.read()).toMatchObject({ state: 'paused', why: 'refused' });
    expect((await invitations('queued')).map((message) => message.attempt)).toEqual(
      Array.from({ length: 20 }, () => 0),
    );
    expect(await events('outbox.paused')).toHaveLength(paused + 1);
    expect(alarms()).toHaveLength(logged + 1);
    expect(await on.services.messages.list({ template: 'outbox-paused' }, 10)).toEqual([]);
    const page = await admin.get('/admin/outbox');
    expect(page.text('main')).toMatch(/the mail server refuses us.*550/);
    expect(page.all('.notice').map((one) => one.text)).toEqual([
      expect.stringContaining('Nothing is being sent: the outbox is paused.'),
    ]);
    server.script = {};
    await drain();
    expect(server.bodies).toEqual([]);
    await resumeOutbox(on.services, null);
    await drain();
    expect(server.bodies).toHaveLength(20);
    expect((await invitations('accepted')).every((message) => message.attempt === 1)).toBe(true);
  });

  it('lets no sign-in link through either, since it would refuse it too', async () => {
    await pauseOutbox(on.services, { why: 'refused', reply: '535', by: null });
    const [account] = await on.services.accounts.whoMay('mail.manage');
    await visitor(on.app).post('/sign-in', { email: account?.email ?? '' });
    await drain();
    expect(server.bodies).toEqual([]);
  });
});

describe('twenty workers that find it out at the same moment', () => {
  it('make one pause and one row in the audit', async () => {
    const before = (await events('outbox.paused')).length;
    const made = await Promise.all(
      Array.from({ length: 20 }, () =>
        pauseOutbox(on.services, { why: 'errors', reply: '100 % of 20', by: null }),
      ),
    );
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await events('outbox.paused')).toHaveLength(before + 1);
  });
});

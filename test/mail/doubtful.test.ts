/** Mails of which nobody knows whether they arrived: first on the page, resolved by a person, one or many; and every mail's history. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Message } from '../../server/mail/message.ts';
import { type ScriptedOutbox, scriptedOutbox } from '../support/scripted-outbox.ts';

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
});
afterAll(() => outboxOf.close());

const all = () => on.services.messages.list({}, 1000);
const outbox = () => admin.get('/admin/outbox');
const audited = async () => (await on.services.audit.list(1))[0];
const DOUBTFUL = 'form[action="/admin/outbox/doubtful"]';

/** Handed over, and then the line broke. */
async function doubtful(mails: number): Promise<Message[]> {
  await queue(mails);
  server.script = { body: 'reset' };
  await on.sendMail();
  server.script = {};
  expect(await on.services.messages.counts()).toMatchObject({ unknown: mails });
  return all();
}

describe('the page of the outbox', () => {
  it('lists doubtful mails first, each with what is known of it', async () => {
    const [message] = await doubtful(1);
    await queue(2);
    const page = await outbox();
    const main = page.text('main');
    expect(page.text('#doubtful')).toContain('1 mail of which nobody knows whether it arrived');
    expect(main.indexOf('nobody knows')).toBeLessThan(main.indexOf('Queued (2)'));
    const [row] = page.all('#chosen tbody tr').map((one) => one.text.replace(/\s+/g, ' '));
    expect(row).toContain('Invitation');
    expect(row).toContain('@example.org');
    expect(row).toContain('2 May 2023, 08:00');
    expect(row).toContain('1');
    expect(row).toContain(`/${process.pid}`);
    expect(message?.worker).toMatch(/^.+\/\d+$/);
  });

  it('has no such list when there are none', async () => {
    await queue(1);
    expect((await outbox()).all('#chosen')).toEqual([]);
  });

  it('lists every one of them, page by page, when there are many', async () => {
    await queue(620);
    const messages = on.services.connection.collection('messages');
    await messages.updateMany({}, { $set: { status: 'unknown', handedAt: new Date() } });
    const first = await outbox();
    expect(first.text('#doubtful')).toContain('620 mails');
    const next = first.all(`${DOUBTFUL} a[href*="doubtful="]`)[0]?.getAttribute('href') ?? '';
    const second = await admin.get(next);
    const ids = [first, second].flatMap((page) =>
      page.all('#chosen input').map((one) => one.getAttribute('value')),
    );
    expect(new Set(ids).size).toBe(620);
    expect(second.all(`${DOUBTFUL} a[href*="doubtful="]`)).toEqual([]);
  });

  it('sends the chosen ones again, under the Message-IDs that they had', async () => {
    const list = await doubtful(3);
    const before = server.bodies.map((mail) => mail.messageId).sort();
    const chosen = list.slice(0, 2).map((message) => message._id);
    const page = await outbox();
    await admin.submit(page, DOUBTFUL, { message: chosen }, 'chosen');
    expect(await on.services.messages.counts()).toMatchObject({ queued: 2, unknown: 1 });
    expect(await audited()).toMatchObject({
      event: 'messages.resent',
      subject: { kind: 'outbox', id: 'outbox' },
      details: { count: 2, status: 'unknown', messages: chosen },
    });
    await on.sendMail();
    const again = server.bodies.slice(3).map((mail) => mail.messageId ?? '');
    expect(again).toHaveLength(2);
    expect(before).toEqual(expect.arrayContaining(again));
  });

  it('sends all of them again', async () => {
    await doubtful(3);
    await queue(1);
    await admin.submit(await outbox(), DOUBTFUL, {}, 'all');
    expect(await on.services.messages.counts()).toMatchObject({ queued: 4, unknown: 0 });
  });

  it('takes the word of a person that some have arrived', async () => {
    const [one] = await doubtful(2);
    await admin.submit(await outbox(), DOUBTFUL, { message: one?._id ?? '' }, 'arrived');
    expect(await on.services.messages.counts()).toMatchObject({ accepted: 1, unknown: 1 });
    expect((await audited())?.event).toBe('messages.settled');
    await on.sendMail();
    expect(server.bodies).toHaveLength(2);
  });

  it('refuses to do so with none chosen, and with one that is not doubtful', async () => {
    await doubtful(1);
    const none = await admin.submit(await outbox(), DOUBTFUL, {}, 'chosen');
    expect(none.status).toBe(422);
    expect(none.text('.summary')).toContain('Choose at least one mail.');
    await queue(1);
    const queued = (await all()).find((message) => message.status === 'queued');
    await admin.submit(await outbox(), DOUBTFUL, { message: queued?._id ?? '' }, 'arrived');
    expect(await on.services.messages.counts()).toMatchObject({ queued: 1, unknown: 1 });
  });

  it('cancels what it shows and has not gone out, after a second look', async () => {
    await queue(4);
    const messages = on.services.connection.collection('messages');
    const keys = (await all()).map((message) => message.key);
    await messages.updateOne({ key: keys[0] }, { $set: { template: 'reminder-not-started' } });
    await messages.updateOne({ key: keys[1] }, { $set: { status: 'accepted' } });
    const page = await admin.get('/admin/outbox?template=invitation');
    expect(page.text('main')).toContain('Cancel 2 mails that are shown here and have not gone out');
    const form = 'form[action="/admin/outbox/cancellation"]';
    const unsure = await admin.submit(page, form);
    expect(unsure.status).toBe(422);
    expect(unsure.text('#problem-sure')).toContain('Tick the box');
    expect((await on.services.messages.counts()).cancelled).toBe(0);
    const done = await admin.submit(page, form, { sure: 'yes' });
    expect([done.status, done.path]).toEqual([200, '/admin/outbox?template=invitation']);
    expect(await on.services.messages.counts()).toMatchObject({
      cancelled: 2,
      queued: 1,
      accepted: 1,
    });
    expect(await audited()).toMatchObject({
      event: 'messages.cancelled',
      details: { count: 2, template: 'invitation' },
    });
    await on.sendMail();
    expect(server.bodies).toHaveLength(1);
  });

  it.each(['round', 'mailing'])('shows and cancels those of one %s', async (field) => {
    await queue(3);
    const messages = on.services.connection.collection('messages');
    const [first] = await all();
    await messages.updateOne({ key: first?.key }, { $set: { [field]: 'another' } });
    const page = await admin.get(`/admin/outbox?${field}=another`);
    expect(page.all('main > .table tbody tr')).toHaveLength(1);
    await admin.submit(page, 'form[action="/admin/outbox/cancellation"]', { sure: 'yes' });
    expect(await on.services.messages.counts()).toMatchObject({ cancelled: 1, queued: 2 });
  });
});

describe('the page of a mail', () => {
  it('tells its whole life: queued, refused, handed over, lost, sent again and by whom', async () => {
    await queue(1);
    server.script = { to: 451 };
    await on.sendMail();
    on.setTime('2023-05-02T08:06:00Z');
    server.script = { body: 'reset' };
    await on.sendMail();
    const [message] = await all();
    const address = `/admin/outbox/${message?._id}`;
    on.setTime('2023-05-02T09:00:00Z');
    await admin.submit(await admin.get(address), 'form[action$="/resend"]');
    server.script = {};
    on.setTime('2023-05-02T09:01:00Z');
    await on.sendMail();
    const page = await admin.get(address);
    const lines = page.all('#history li').map((one) => one.text.replace(/\s+/g, ' ').trim());
    const [account] = await on.services.accounts.whoMay('mail.manage');
    const worker = `/${process.pid}`;
    const told: [string, string, string][] = [
      ['08:00', 'Queued', ''],
      ['08:00', 'Refused for now', worker],
      ['08:06', 'Handed over to the mail server', worker],
      ['08:06', 'The answer was lost', worker],
      ['09:00', 'Sent again by hand', account?.email ?? '?'],
      ['09:01', 'Handed over to the mail server', worker],
      ['09:01', 'Accepted', worker],
    ];
    expect(lines).toHaveLength(told.length);
    for (const [place, parts] of told.entries())
      for (const part of parts)
        expect([place, lines[place]]).toEqual([place, expect.stringContaining(part)]);
    expect(lines[1]).toContain('451');
    expect(lines[6]).toContain('250');
  });

  it('keeps the last thirty of its outcomes', async () => {
    await queue(1);
    const [message] = await all();
    for (let n = 0; n < 32; n += 1) {
      const now = on.services.clock();
      const { messages } = on.services;
      const of = { now, leaseUntil: new Date(now.getTime() + 1000), worker: 'w', most: 1 };
      const [claimed] = (await messages.claim(of)).messages;
      if (!claimed) throw new Error('nothing was claimed');
      await messages.conclude(claimed, { status: 'soft', reply: `450 number ${n}` }, now);
    }
    const kept = (await on.services.messages.find(message?._id ?? ''))?.attempts ?? [];
    expect(kept).toHaveLength(30);
    expect(kept.at(-1)?.reply).toBe('450 number 31');
  });

  it('has a button for what may be done with it, and no other', async () => {
    await queue(1);
    const [message] = await all();
    const messages = on.services.connection.collection('messages');
    const address = `/admin/outbox/${message?._id}`;
    const shown: Record<string, string[]> = {
      queued: ['cancellation'],
      sending: [],
      soft: ['resend', 'cancellation'],
      hard: ['resend'],
      unknown: ['resend', 'arrival'],
      accepted: [],
      cancelled: [],
    };
    for (const [status, deeds] of Object.entries(shown)) {
      await messages.updateOne({ key: message?.key }, { $set: { status } });
      const page = await admin.get(address);
      const forms = page.all('main form').map((form) => form.getAttribute('action'));
      expect([status, forms]).toEqual([status, deeds.map((deed) => `${address}/${deed}`)]);
    }
  });

  it('cancels a mail that waits, and settles one that has arrived', async () => {
    await queue(1);
    const [message] = await all();
    const address = `/admin/outbox/${message?._id}`;
    await admin.submit(await admin.get(address), 'form[action$="/cancellation"]');
    expect((await all())[0]).toMatchObject({ status: 'cancelled', reply: 'cancelled by hand' });
    expect(await audited()).toMatchObject({
      event: 'message.cancelled',
      details: { was: 'queued' },
    });
    const messages = on.services.connection.collection('messages');
    await messages.updateOne({ key: message?.key }, { $set: { status: 'unknown' } });
    await admin.submit(await admin.get(address), 'form[action$="/arrival"]');
    expect((await all())[0]?.status).toBe('accepted');
    expect(await audited()).toMatchObject({
      event: 'message.settled',
      details: { was: 'unknown' },
    });
  });

  it('shows a mail from before there were histories', async () => {
    await queue(1);
    const [message] = await all();
    await on.services.connection.collection('messages').updateOne(
      { key: message?.key },
      {
        $set: { status: 'accepted', endedAt: new Date('2023-05-01T10:00:00Z'), reply: '250 ok' },
        $unset: { attempts: '', worker: '', mailing: '', claim: '' },
      },
    );
    const page = await admin.get(`/admin/outbox/${message?._id}`);
    expect(page.status).toBe(200);
    expect(page.text('#history')).toContain('Accepted 250 ok');
    expect((await outbox()).status).toBe(200);
  });
});

describe('a late answer', () => {
  it('settles a mail that was given up as doubtful while its worker was slow', async () => {
    await queue(1);
    const now = on.services.clock();
    const { messages } = on.services;
    const of = { now, leaseUntil: new Date(now.getTime() + 1000), worker: 'slow', most: 1 };
    const [claimed] = (await messages.claim(of)).messages;
    if (!claimed) throw new Error('nothing was claimed');
    await messages.handOver(claimed, now);
    const later = new Date(now.getTime() + 2000);
    expect(await messages.doubt(later)).toBe(1);
    const taken = { status: 'accepted', reply: '250 taken', handedAt: now } as const;
    expect(await messages.conclude(claimed, taken, later)).toBe(true);
    const [message] = await all();
    expect(message).toMatchObject({ status: 'accepted', reply: '250 taken' });
    expect(message?.attempts.map((one) => one.outcome)).toEqual(['unknown', 'accepted']);
  });

  it('changes nothing once a person has sent the mail again', async () => {
    await queue(1);
    const now = on.services.clock();
    const { messages } = on.services;
    const of = { now, leaseUntil: new Date(now.getTime() + 1000), worker: 'slow', most: 1 };
    const [claimed] = (await messages.claim(of)).messages;
    if (!claimed) throw new Error('nothing was claimed');
    await messages.handOver(claimed, now);
    const later = new Date(now.getTime() + 2000);
    await messages.doubt(later);
    await on.services.transaction((session) =>
      messages.resend({ ids: [claimed._id] }, 'somebody', later, session),
    );
    const taken = { status: 'accepted', reply: '250 taken' } as const;
    expect(await messages.conclude(claimed, taken, later)).toBe(false);
    expect((await all())[0]?.status).toBe('queued');
  });
});

/** What becomes of a mail at a real mail server that refuses, hangs or breaks off; and of one whose worker died. */
import { createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Message } from '../../server/mail/message.ts';
import { resumeOutbox } from '../../server/mail/pause.ts';
import { smtpTransport } from '../../server/mail/transport.ts';
import { mailWorker, type Worker } from '../../server/mail/worker.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { linksIn } from '../support/mailbox.ts';
import { openedRound, signedIn } from '../support/rounds.ts';
import { type ScriptedServer, scriptedSmtp } from '../support/scripted-smtp.ts';
import { visitor } from '../support/visitor.ts';

jest.setTimeout(30_000);

/** Little, so that a server that hangs costs no time; any other is waited for as long as it takes, on a machine that is busy too. */
const NO_GREETING = { greetingTimeout: 250, connectionTimeout: 250 };
const patience = (): Record<string, number> => {
  const { greeting, ...rest } = server.script;
  if (greeting === 'hang') return NO_GREETING;
  return Object.values(rest).includes('hang') ? { socketTimeout: 500 } : {};
};
const START = '2023-05-02T08:00:00Z';
const at = (iso: string) => new Date(iso);

let on: TestApp;
let server: ScriptedServer;
let ids: { round: string; invitation: string; contact: string };
let made = 0;

beforeAll(async () => {
  server = await scriptedSmtp();
  // The outbox page must know that there is a server, or it would look for kept mails.
  on = await testApp({ smtpUrl: server.url() });
  const round = await openedRound(on);
  await on.services.connection.collection('messages').deleteMany({});
  const invitation = await on.services.invitations.ofState(round._id, 'KHM', 'affected');
  const [contact] = await on.services.contacts.of('KHM', 'affected');
  ids = {
    round: round._id,
    invitation: invitation?._id ?? '',
    contact: contact?._id ?? '',
  };
});
beforeEach(async () => {
  await on.services.connection.collection('messages').deleteMany({});
  await resumeOutbox(on.services, null);
  server.script = {};
  server.bodies.length = 0;
  on.setTime(START);
});
afterAll(async () => {
  await on.close();
  await server.close();
});

async function queued(): Promise<Message> {
  made += 1;
  const key = `case ${made}`;
  const wanted = { key, template: 'invitation' as const, ...ids, about: {} };
  await on.services.messages.enqueue(wanted, on.services.clock());
  return one();
}
async function one(): Promise<Message> {
  const [message] = await on.services.messages.list({}, 1);
  if (!message) throw new Error('there is no message');
  return message;
}

async function drain(url = server.url(patience())): Promise<void> {
  const transport = smtpTransport(url);
  await mailWorker(on.services, transport).drain();
  transport.close();
}

/** Two days on, with a mail server in good health: whatever is still to be sent would go out now. */
async function later(): Promise<void> {
  server.script = {};
  on.setTime('2023-05-04T08:00:00Z');
  await drain(server.url());
}

describe('the mail server', () => {
  it.each([
    ['answers 421 at the greeting', { greeting: 421 }],
    ['breaks off before the greeting', { greeting: 'reset' }],
    ['says nothing', { greeting: 'hang' }],
    ['answers 450 to the sender', { from: 450 }],
    ['breaks off at the sender', { from: 'reset' }],
    ['answers 421 to the address', { to: 421 }],
    ['answers 450 to the address (greylisting)', { to: 450 }],
    ['answers 451 to the address', { to: 451 }],
    ['answers 452 to the address', { to: 452 }],
    ['breaks off before it asks for the body', { to: 'reset' }],
    ['hangs before it asks for the body', { to: 'hang' }],
    ['answers 421 to the body', { body: 421 }],
    ['answers 451 to the body', { body: 451 }],
  ] as const)(
    '%s: refused for now, and delivered once when it is well again',
    async (_name, script) => {
      await queued();
      server.script = script;
      await drain();
      const refused = await one();
      expect(refused).toMatchObject({
        status: 'soft',
        attempt: 1,
        leaseUntil: null,
        handedAt: null,
      });
      expect(refused.reply).toBeTruthy();
      const wait = refused.nextAttemptAt.getTime() - at(START).getTime();
      expect(wait).toBeGreaterThanOrEqual(5 * 60_000);
      expect(wait).toBeLessThanOrEqual(5.5 * 60_000);
      // Not before its time.
      server.script = {};
      server.bodies.length = 0;
      await drain();
      expect((await one()).status).toBe('soft');
      await later();
      expect(await one()).toMatchObject({ status: 'accepted', attempt: 2 });
      expect(server.bodies).toHaveLength(1);
    },
  );

  it.each([
    ['answers 550 to the address', { to: 550 }, 0],
    ['answers 552 to the address', { to: 552 }, 0],
    ['answers 554 to the address', { to: 554 }, 0],
    ['answers 550 to the body', { body: 550 }, 1],
    ['answers 552 to the body', { body: 552 }, 1],
    ['answers 554 to the body', { body: 554 }, 1],
  ] as const)('%s: refused for good, and not tried again', async (_name, script, bodies) => {
    await queued();
    server.script = script;
    await drain();
    const code = String(Object.values(script)[0]);
    expect(await one()).toMatchObject({ status: 'hard', attempt: 1, endedAt: at(START) });
    expect((await one()).reply).toContain(code);
    await later();
    expect((await one()).status).toBe('hard');
    expect(server.bodies).toHaveLength(bodies);
  });

  it.each([
    ['hangs once it has the body', { body: 'hang' }],
    ['breaks off once it has the body', { body: 'reset' }],
  ] as const)('%s: nobody knows, and it is not handed over twice', async (_name, script) => {
    await queued();
    server.script = script;
    await drain();
    expect(await one()).toMatchObject({ status: 'unknown', handedAt: at(START) });
    expect(server.bodies).toHaveLength(1);
    await later();
    expect((await one()).status).toBe('unknown');
    expect(server.bodies).toHaveLength(1);
  });

  it.each([
    ['answers 554 at the greeting', { greeting: 554 }, ''],
    ['answers 530 to the sender, since it wants a password', { from: 530 }, ''],
    ['answers 550 to the sender', { from: 550 }, ''],
    ['answers 535 to our password', { auth: 535 }, 'somebody:wrong'],
    ['answers 454 to our password', { auth: 454 }, 'somebody:right'],
  ] as const)(
    '%s, which speaks of us: the mail waits, not tried, until the outbox is resumed',
    async (_name, script, user) => {
      await queued();
      server.script = script;
      await drain(server.url({}, user));
      expect(await one()).toMatchObject({ status: 'queued', attempt: 0, handedAt: null });
      expect((await one()).reply).toContain(String(Object.values(script)[0]));
      expect(await on.services.outbox.read()).toMatchObject({ state: 'paused', why: 'refused' });
      server.script = {};
      await drain();
      expect((await one()).status).toBe('queued');
      await resumeOutbox(on.services, null);
      await drain();
      expect(await one()).toMatchObject({ status: 'accepted', attempt: 1 });
      expect(server.bodies).toHaveLength(1);
    },
  );

  it('is not there: refused for now', async () => {
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const { port } = probe.address() as { port: number };
    await new Promise((resolve) => probe.close(resolve));
    await queued();
    await drain(`smtp://127.0.0.1:${port}`);
    expect(await one()).toMatchObject({ status: 'soft' });
    expect((await one()).reply).toContain('ECONNREFUSED');
  });

  it('does not speak TLS when it should: refused for now', async () => {
    await queued();
    await drain(server.url(NO_GREETING).replace('smtp:', 'smtps:'));
    expect(await one()).toMatchObject({ status: 'soft', handedAt: null });
  });
});

describe('a mail that is refused for now', () => {
  it('waits longer after each attempt: five minutes, and a third more each time', async () => {
    await queued();
    server.script = { to: 451 };
    let now = at(START);
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      on.setTime(now.toISOString());
      await drain();
      const message = await one();
      expect(message).toMatchObject({ status: 'soft', attempt });
      const minutes = (message.nextAttemptAt.getTime() - now.getTime()) / 60_000;
      const least = 5 * 1.3 ** (attempt - 1);
      expect(minutes).toBeGreaterThanOrEqual(least - 0.001);
      expect(minutes).toBeLessThanOrEqual(least * 1.1 + 0.001);
      now = message.nextAttemptAt;
    }
  });

  it('is refused for good after the eighteenth attempt', async () => {
    const message = await queued();
    server.script = { to: 451 };
    const messages = on.services.connection.collection('messages');
    await messages.updateOne({ key: message.key }, { $set: { attempt: 17 } });
    await drain();
    expect(await one()).toMatchObject({ status: 'hard', attempt: 18 });
  });
});

describe('a worker that dies', () => {
  const LEASE_OVER = '2023-05-02T08:02:00.001Z';
  const claimAt = async (now: string, until: string) => {
    const of = { now: at(now), leaseUntil: at(until), worker: 'the one that dies', most: 1 };
    return (await on.services.messages.claim(of)).messages[0] as Message;
  };
  const claim = () => claimAt(START, '2023-05-02T08:02:00Z');

  it('before hand-over leaves a mail that another worker sends, once the lease is over', async () => {
    await queued();
    expect(await claim()).toMatchObject({ status: 'sending', fence: 1 });
    await drain();
    expect(await one()).toMatchObject({ status: 'sending', fence: 1 });
    on.setTime(LEASE_OVER);
    await drain();
    expect(await one()).toMatchObject({ status: 'accepted', fence: 2, attempt: 2 });
    expect(server.bodies).toHaveLength(1);
  });

  it('after hand-over leaves a mail that nobody knows of, and that is not sent again', async () => {
    await queued();
    const claimed = await claim();
    expect(await on.services.messages.handOver(claimed, at(START))).toBe(true);
    on.setTime(LEASE_OVER);
    await drain();
    expect(await one()).toMatchObject({ status: 'unknown', handedAt: at(START) });
    await later();
    expect((await one()).status).toBe('unknown');
    expect(server.bodies).toEqual([]);
  });

  it('and comes back with an old fence may neither hand over nor record an outcome', async () => {
    await queued();
    const old = await claim();
    on.setTime(LEASE_OVER);
    const { messages } = on.services;
    const current = await claimAt(LEASE_OVER, '2023-05-02T08:05:00Z');
    expect(current.fence).toBe(old.fence + 1);
    expect(await messages.handOver(old, at(LEASE_OVER))).toBe(false);
    const sent = { status: 'accepted', reply: '250' } as const;
    expect(await messages.conclude(old, sent, at(LEASE_OVER))).toBe(false);
    expect((await one()).status).toBe('sending');
    expect(await messages.conclude(current, sent, at(LEASE_OVER))).toBe(true);
  });

  it('may not hand over once its lease is over, even if nobody else has taken the mail', async () => {
    await queued();
    const claimed = await claim();
    expect(await on.services.messages.handOver(claimed, at(LEASE_OVER))).toBe(false);
    expect((await one()).handedAt).toBeNull();
  });

  it('and is told so when the server asks for the body sends nothing', async () => {
    const transport = smtpTransport(server.url());
    const mail = {
      from: 'A <a@example.org>',
      replyTo: null,
      to: { name: 'B', address: 'b@example.org' },
      subject: 'Subject',
      text: 'Text',
      html: '<p>Text</p>',
      messageId: '<1@example.org>',
      language: 'en',
      returnAddress: 'a@example.org',
      reference: '1',
    };
    let asked = 0;
    const outcome = await transport.deliver(
      mail,
      {
        handOver: async () => {
          asked += 1;
          return false;
        },
        holds: () => true,
      },
      10_000,
    );
    transport.close();
    expect(outcome.verdict).toBe('soft');
    expect(asked).toBe(1);
    expect(server.bodies).toEqual([]);
  });
});

describe('sending a doubtful mail again', () => {
  it('keeps its Message-ID and carries another link; both links open the questionnaire', async () => {
    const admin = await signedIn(on, 'admin');
    const message = await queued();
    server.script = { body: 'reset' };
    await drain();
    const page = await admin.get(`/admin/outbox/${message._id}`);
    expect(page.text('main')).toContain('It may have arrived.');
    server.script = {};
    const after = await admin.submit(page, 'form[action$="/resend"]');
    expect(after.status).toBe(200);
    expect(await one()).toMatchObject({ status: 'queued', attempt: 0, handedAt: null });
    await drain();
    expect(await one()).toMatchObject({ _id: message._id, status: 'accepted' });
    expect(server.bodies).toHaveLength(2);
    const [first, second] = server.bodies;
    expect(second?.messageId).toBe(first?.messageId);
    const [old = '', fresh = ''] = server.bodies.map((mail) => linksIn(mail)[0]);
    expect(fresh).not.toBe(old);
    for (const link of [old, fresh]) {
      const landing = await visitor(on.app).get(link);
      expect([landing.status, landing.path]).toEqual([200, `/r/${ids.invitation}`]);
    }
    const [row] = await on.services.audit.list(1);
    expect(row).toMatchObject({
      event: 'message.resent',
      subject: { kind: 'message', id: message._id },
      details: { was: 'unknown' },
    });
  });

  it.each(['queued', 'sending', 'accepted', 'cancelled'])(
    'is refused for one that is %s',
    async (status) => {
      const admin = await signedIn(on, 'admin');
      const message = await queued();
      const page = await admin.get(`/admin/outbox/${message._id}`);
      const token = page.root.querySelector('input[name="token"]')?.getAttribute('value') ?? '';
      const messages = on.services.connection.collection('messages');
      await messages.updateOne({ key: message.key }, { $set: { status } });
      const answer = await admin.post(`/admin/outbox/${message._id}/resend`, { token });
      expect(answer.status).toBe(404);
      expect((await one()).status).toBe(status);
    },
  );
});

describe('the worker of a running server', () => {
  let worker: Worker;

  it('sends what comes, and when it stops leaves nothing half done', async () => {
    const transport = smtpTransport(server.url());
    worker = mailWorker(on.services, transport, { slots: 2 });
    worker.start();
    for (let n = 0; n < 10; n += 1) await queued();
    while (server.bodies.length < 3) await new Promise((resolve) => setTimeout(resolve, 10));
    await worker.stop();
    transport.close();
    const counts = await on.services.messages.counts();
    expect(counts.sending).toBe(0);
    expect(counts.accepted).toBe(server.bodies.length);
    expect(counts.accepted + counts.queued).toBe(10);
  });
});

/** How many mails go out in a minute, and at once, over all processes together. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { allowance, type Pace, paidAfter, waitFor } from '../../server/mail/pace.ts';
import { setPace } from '../../server/mail/pause.ts';
import { smtpTransport } from '../../server/mail/transport.ts';
import { mailWorker } from '../../server/mail/worker.ts';
import { buildServices } from '../../server/services.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { type Arrivals, arrivals } from '../support/arrivals.ts';
import { queueInvitations } from '../support/mailing.ts';

jest.setTimeout(30_000);

describe('the rate', () => {
  /** Asks again and again, after the given pauses, for the given numbers of mails; returns when each was let go. */
  function played(rate: number, asks: { after: number; wants: number }[]): number[] {
    let pace: Pace = { rate, concurrency: null, paidUntil: null };
    let now = Date.parse('2023-05-02T08:00:00Z');
    const gone: number[] = [];
    for (const { after, wants } of asks) {
      now += after;
      const at = new Date(now);
      const mails = Math.min(wants, allowance(pace, 0, at));
      for (let n = 0; n < mails; n += 1) gone.push(now);
      pace = { ...pace, paidUntil: paidAfter(pace, mails, at) };
    }
    return gone;
  }

  it('is never passed in any minute, however it is asked for', () => {
    const ask = fc.record({ after: fc.nat(20_000), wants: fc.nat(40) });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 600 }),
        fc.array(ask, { maxLength: 60 }),
        (rate, asks) => {
          const gone = played(rate, asks);
          for (const [place, first] of gone.entries()) {
            const within = gone.slice(place).filter((at) => at < first + 60_000).length;
            expect(within).toBeLessThanOrEqual(rate);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([1, 7, 60, 1000])('of %d is used up by whoever asks often enough', (rate) => {
    const often = Array.from({ length: 12_000 }, () => ({ after: 50, wants: 100 }));
    const minutes = (12_000 * 50) / 60_000;
    expect(played(rate, often).length).toBeGreaterThanOrEqual(Math.floor(rate * minutes * 0.98));
  });

  it('says how long there is nothing to ask for', () => {
    const now = new Date('2023-05-02T08:00:00Z');
    const pace = { rate: 60, concurrency: null, paidUntil: null };
    expect(waitFor(pace, now)).toBe(0);
    const after = { ...pace, paidUntil: paidAfter(pace, allowance(pace, 0, now), now) };
    expect(allowance(after, 0, now)).toBe(0);
    const then = new Date(now.getTime() + waitFor(after, now));
    expect(allowance(after, 0, then)).toBe(1);
  });

  it('and the number at once are without limit until somebody sets one', () => {
    const pace = { rate: null, concurrency: null, paidUntil: null };
    expect(allowance(pace, 1000, new Date())).toBe(Infinity);
    expect(allowance({ ...pace, concurrency: 5 }, 3, new Date())).toBe(2);
    expect(allowance({ ...pace, concurrency: 5 }, 7, new Date())).toBe(0);
  });
});

describe('two workers on one outbox', () => {
  let on: TestApp;
  let post: Arrivals;
  let queue: (mails: number) => Promise<void>;

  beforeAll(async () => {
    post = await arrivals();
    on = await testApp({ smtpUrl: post.url });
    on.setTime(new Date().toISOString());
    queue = await queueInvitations(on, new Date(Date.now() + 86_400_000).toISOString());
  });
  beforeEach(async () => {
    await on.services.connection.collection('messages').deleteMany({});
    post.forget();
  });
  afterAll(async () => {
    await on.close();
    await post.close();
  });

  /** Two as in two processes: each with services, and so with memories, of its own. */
  async function both(work: (workers: { drain(): Promise<number> }[]) => Promise<unknown>) {
    const { connection, config, log } = on.services;
    const transports = [smtpTransport(post.url), smtpTransport(post.url)];
    const workers = transports.map((transport, n) => {
      const services = {
        ...buildServices(connection, config, () => new Date(), log),
      };
      return mailWorker(services, transport, { name: `worker ${n}` });
    });
    await work(workers);
    for (const transport of transports) transport.close();
  }
  const limit = (pace: { rate: number | null; concurrency: number | null }) =>
    setPace(on.services, pace, 'somebody');

  it('keep to one rate together, and use it', async () => {
    await limit({ rate: 1200, concurrency: null });
    await queue(60);
    const began = Date.now();
    await both((workers) => Promise.all(workers.map((worker) => worker.drain())));
    expect(post.times).toHaveLength(60);
    // 20 a second, a second's worth at once in the beginning: the last one is taken in hand two seconds after the first. That
    // one comes late, while its words are compiled, so the time counts from before it.
    const seconds = (Math.max(...post.times) - began) / 1000;
    expect(seconds).toBeGreaterThan(2);
    const { attempts } = await sharesOf();
    expect(attempts.every((share) => share > 0)).toBe(true);
  });

  it('have no more in hand at once than is allowed', async () => {
    await limit({ rate: null, concurrency: 3 });
    post.slowness = 20;
    await queue(30);
    let most = 0;
    let working = true;
    const watch = (async () => {
      while (working) {
        most = Math.max(most, await on.services.messages.inHand(new Date()));
        await sleep(2);
      }
    })();
    await both((workers) => Promise.all(workers.map((worker) => worker.drain())));
    working = false;
    await watch;
    post.slowness = 0;
    expect(post.times).toHaveLength(30);
    expect(most).toBe(3);
    expect(post.mostAtOnce).toBeLessThanOrEqual(3);
  });

  it('send each mail once, and share them, without a limit', async () => {
    await limit({ rate: null, concurrency: null });
    await queue(200);
    await both((workers) => Promise.all(workers.map((worker) => worker.drain())));
    expect(post.ids).toHaveLength(200);
    expect(new Set(post.ids).size).toBe(200);
    const { attempts } = await sharesOf();
    expect(attempts).toHaveLength(2);
  });

  async function sharesOf() {
    const all = await on.services.messages.list({ status: 'accepted' }, 1000);
    const workers = [...new Set(all.map((message) => message.worker))];
    return {
      attempts: workers.map((name) => all.filter((message) => message.worker === name).length),
    };
  }
});

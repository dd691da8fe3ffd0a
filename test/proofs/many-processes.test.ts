/** WORKERS: several processes of the server on one port, and what they share. Through HTTP, each request on a line of its own. */
import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Invited, invitedStates } from '../faults/office.ts';
import { respondentAt } from '../faults/respondent.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { arrivals } from '../support/arrivals.ts';
import { formTokenAt, type OwnServer, ownServer, signedInAt } from '../support/own-server.ts';

jest.setTimeout(60_000);

const WORKERS = 3;
let on: TestApp;
let post: Awaited<ReturnType<typeof arrivals>>;
let server: OwnServer;
let people: Invited[];

/** Child processes, as the system has them. */
const processes = (): number[] => {
  const { pid } = server.program.child;
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return list.trim().split(' ').filter(Boolean).map(Number);
};
const status = async (path: string, cookie = '') =>
  (await fetch(server.url + path, { headers: { cookie, connection: 'close' } })).status;

beforeAll(async () => {
  post = await arrivals();
  on = await testApp({ logLevel: 'silent' });
  on.setTime(new Date().toISOString());
  ({ people } = await invitedStates(on, 60));
  server = await ownServer(on, { WORKERS: String(WORKERS), SMTP_URL: post.url });
});
afterAll(async () => {
  await server.stop();
  await on.close();
  await post.close();
});

describe('several processes on one port', () => {
  it('are there once the server says that it is', async () => {
    expect(processes()).toHaveLength(WORKERS);
    expect(await status('/readyz')).toBe(200);
  });

  it('know a session and its forms, whichever of them is asked', async () => {
    const cookie = await signedInAt(on, server.url, 'admin');
    for (let n = 0; n < 12; n += 1) expect(await status('/admin/rounds', cookie)).toBe(200);
    const token = await formTokenAt(`${server.url}/admin/rounds`, cookie);
    const codes = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const file = await fetch(`${server.url}/results/oap-2023/exports/codebook`, {
          method: 'POST',
          headers: { cookie, connection: 'close' },
          body: new URLSearchParams({ token }),
        });
        return file.status;
      }),
    );
    expect(new Set(codes)).toEqual(new Set([200]));
  });

  it('send each mail once', async () => {
    const deadline = Date.now() + 40_000;
    while (post.ids.length < people.length && Date.now() < deadline) await sleep(100);
    await sleep(1000);
    expect(post.ids).toHaveLength(people.length);
    expect(new Set(post.ids).size).toBe(people.length);
  });

  it('go on where one of them is killed, and another one takes its place', async () => {
    const agent = new Agent({ keepAlive: false });
    const respondents = people
      .slice(0, 20)
      .map((one) => respondentAt(() => server.url, one, agent));
    await Promise.all(respondents.map((one) => one.arrive()));
    const [victim] = processes();
    let turn = 0;
    const work = respondents.map(async (one) => {
      for (let n = 0; n < 6; n += 1) {
        turn += 1;
        await one.save(`Words ${turn}`);
      }
      await one.submit();
    });
    await sleep(300);
    process.kill(victim as number, 'SIGKILL');
    await Promise.all(work);
    for (const { ledger } of respondents) {
      const response = await on.services.responses.find(ledger.invitation);
      expect(response?.draft.answers['a46_03']).toBe(ledger.saved);
      expect(response?.submitted?.revision).toBe(1);
    }
    const refused = respondents.flatMap(({ calls }) => calls).filter(({ status: s }) => s >= 400);
    expect(refused).toEqual([]);
    const deadline = Date.now() + 20_000;
    while (processes().length < WORKERS && Date.now() < deadline) await sleep(100);
    expect(processes()).toHaveLength(WORKERS);
    expect(processes()).not.toContain(victim);
  });

  it('count failures together: an address that guesses links is shut out by all of them', async () => {
    const guess = () => status(`/r/${Math.random().toString(36).slice(2).padEnd(43, 'x')}`);
    const answers: number[] = [];
    for (let n = 0; n < 40; n += 1) answers.push(await guess());
    expect(answers.filter((one) => one === 404)).toHaveLength(30);
    expect(new Set(answers.slice(30))).toEqual(new Set([429]));
  });

  it('end together, in order', async () => {
    expect(await server.program.kill('SIGTERM')).toBe(0);
    expect(server.program.stderr()).not.toContain('"level":60');
    await expect(status('/healthz')).rejects.toThrow('fetch failed');
  });
});

describe('processes that cannot start', () => {
  it('say why, once each, and end the whole', async () => {
    const settings = {
      WORKERS: '2',
      MONGODB_URI: 'mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=300',
    };
    await expect(ownServer(on, settings)).rejects.toThrow(/MongoDB at mongodb:\/\/127\.0\.0\.1:9/);
  });
});

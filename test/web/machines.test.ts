/** What machines ask: is it alive, is it ready, how is it; also while the database is away. */
import { mkdtemp, rm } from 'node:fs/promises';
import {
  type AddressInfo,
  createServer,
  connect as dial,
  type Server,
  type Socket,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Express } from 'express';
import type { Connection } from 'mongoose';
import { parse } from 'node-html-parser';
import pino from 'pino';
import supertest from 'supertest';
import { createApp } from '../../server/app.ts';
import { readConfig } from '../../server/config.ts';
import { connect } from '../../server/db/connection.ts';
import { ensureIndexes } from '../../server/db/indexes.ts';
import { buildServices } from '../../server/services.ts';
import { voiceOf } from '../../server/texts.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { openedRound } from '../support/rounds.ts';
import { fieldsOfForm } from '../support/visitor.ts';

jest.setTimeout(30_000);

describe('a server in good health', () => {
  let on: TestApp;
  beforeAll(async () => {
    on = await testApp();
    await openedRound(on);
  });
  afterAll(() => on.close());

  it('is alive', async () => {
    const answer = await supertest(on.app).get('/healthz');
    expect([answer.status, answer.text]).toEqual([200, 'ok\n']);
  });

  it('is ready, with all indexes in place, and not when one is missing', async () => {
    const ready = await supertest(on.app).get('/readyz');
    expect([ready.status, ready.text]).toEqual([200, 'ready\n']);
    await on.services.connection.collection('messages').dropIndex('key_1');
    const not = await supertest(on.app).get('/readyz');
    expect([not.status, not.text]).toEqual([503, 'not ready\n']);
    await ensureIndexes(on.services.connection);
    expect((await supertest(on.app).get('/readyz')).status).toBe(200);
  });

  it('tells its figures as Prometheus reads them', async () => {
    on.setTime('2023-05-02T08:10:00Z');
    const answer = await supertest(on.app).get('/metrics');
    expect(answer.headers['content-type']).toContain('text/plain; version=0.0.4');
    expect(answer.text.endsWith('\n')).toBe(true);
    const lines = answer.text.trimEnd().split('\n');
    const types = new Map<string, string>();
    const figures = new Map<string, number>();
    for (const line of lines) {
      const [, name, type] = /^# TYPE ([a-z_]+) (gauge|counter)$/.exec(line) ?? [];
      const [, series, metric, value] =
        /^(([a-z_]+)(?:\{[a-z_]+="[^"\\]*"\})?) (-?[\d.e+]+)$/.exec(line) ?? [];
      expect([line, Boolean(name) || Boolean(series)]).toEqual([line, true]);
      if (name && type) types.set(name, type);
      // A figure comes after its type, and once.
      if (series && metric) {
        expect([metric, types.has(metric), figures.has(series)]).toEqual([metric, true, false]);
        figures.set(series, Number(value));
      }
    }
    expect(figures.get('rapporteur_messages{status="queued"}')).toBe(7);
    expect(figures.get('rapporteur_messages{status="unknown"}')).toBe(0);
    expect(figures.get('rapporteur_uptime_seconds')).toBe(600);
    expect(figures.get('rapporteur_outbox_lag_seconds')).toBe(600);
    expect(figures.get('process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
  });

  it('names no State, no person and no address in its figures', async () => {
    const { text } = await supertest(on.app).get('/metrics');
    expect(text).not.toMatch(/KHM|Cambodia|example\.org|oap-2023/);
  });
});

describe('a server whose database goes away and comes back', () => {
  let line: ReturnType<typeof cuttable>;
  let database: TestDatabase;
  let connection: Connection;
  let app: Express;
  let dataDir: string;
  const logged: string[] = [];

  beforeAll(async () => {
    database = await testDatabase();
    await ensureIndexes(database.connection);
    const { hostname, port } = new URL(database.uri);
    line = cuttable(hostname, Number(port));
    const own = await line.open();
    const uri = `mongodb://127.0.0.1:${own}/${database.name}?directConnection=true`;
    connection = await connect(uri, 500);
    dataDir = await mkdtemp(join(tmpdir(), 'rapporteur-test-'));
    const log = pino({ level: 'debug' }, { write: (one: string) => void logged.push(one) });
    const config = { ...readConfig({}), dataDir };
    app = createApp(buildServices(connection, config, () => new Date(), log));
  });
  afterAll(async () => {
    await connection.close();
    await line.close();
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('is alive but not ready, says so within two seconds, and is ready again by itself', async () => {
    expect((await supertest(app).get('/readyz')).status).toBe(200);
    line.cut();
    const start = Date.now();
    const [alive, ready] = await Promise.all([
      supertest(app).get('/healthz'),
      supertest(app).get('/readyz'),
    ]);
    expect([alive.status, ready.status, ready.text]).toEqual([200, 503, 'not ready\n']);
    expect(Date.now() - start).toBeLessThan(2000);

    // A person gets a page in their language that says what to do; nothing is said of how it is built.
    for (const path of [`/r/${'x'.repeat(43)}`, '/metrics']) {
      const page = await supertest(app).get(path).set('Accept-Language', 'fr');
      expect([path, page.status]).toEqual([path, 503]);
      expect(page.text).toContain(voiceOf('fr').t('errors.unavailable.title'));
      expect(page.text).not.toMatch(/Mongo|ECONN|127\.0\.0\.1:|\bat .+:\d+:\d+/);
    }
    // What was typed stands on the page, ready to be sent again.
    const typed = { email: 'somebody@example.org', words: 'Line one\r\nand "two" <b>' };
    const kept = await supertest(app).post('/sign-in').type('form').send(typed);
    expect(kept.status).toBe(503);
    const form = parse(kept.text).querySelector('main form');
    expect(form?.getAttribute('action')).toBe('/sign-in');
    expect(form ? fieldsOfForm(form) : null).toEqual(typed);
    // What needs no database goes on.
    expect((await supertest(app).get('/sign-in')).status).toBe(200);

    line.mend();
    const deadline = Date.now() + 10_000;
    let status = 503;
    while (status !== 200 && Date.now() < deadline)
      ({ status } = await supertest(app).get('/readyz'));
    expect(status).toBe(200);
  });
});

/** A line to a server that a test can cut and mend. */
function cuttable(host: string, port: number) {
  const open = new Set<Socket>();
  let whole = true;
  const server: Server = createServer((near) => {
    if (!whole) return void near.destroy();
    const far = dial(port, host);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one
        .on('error', () => {})
        .on('close', () => {
          open.delete(one);
          other.destroy();
        });
      one.pipe(other);
    }
  });
  return {
    open: () =>
      new Promise<number>((resolve) =>
        server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
      ),
    cut() {
      whole = false;
      for (const socket of open) socket.destroy();
    },
    mend() {
      whole = true;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

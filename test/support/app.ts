/** The whole application on a database of the suite's own, with a clock that the test owns. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Express } from 'express';
import pino from 'pino';
import { createApp } from '../../server/app.ts';
import { type Config, readConfig } from '../../server/config.ts';
import { ensureIndexes } from '../../server/db/indexes.ts';
import { openDkim } from '../../server/mail/dkim.ts';
import { smtpTransport } from '../../server/mail/transport.ts';
import { mailWorker } from '../../server/mail/worker.ts';
import { buildServices, type Services } from '../../server/services.ts';
import { testDatabase } from './database.ts';

export type TestApp = {
  services: Services;
  app: Express;
  /** Where a browser reaches it. */
  url: string;
  /** Of its database, for a program that a test starts. */
  databaseUri: string;
  /** Sets the clock; it stands still between. */
  setTime(iso: string): void;
  /** Sends all mail that is due. */
  sendMail(): Promise<number>;
  /** Every line that was logged. */
  logged: string[];
  close(): Promise<void>;
};

export async function testApp(settings: Partial<Config> = {}): Promise<TestApp> {
  const database = await testDatabase(settings.mongodbUri ?? undefined);
  await ensureIndexes(database.connection);
  const dataDir = await mkdtemp(join(tmpdir(), 'rapporteur-test-'));
  let now = new Date('2023-05-02T08:00:00Z');
  const logged: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // Nobody answers there: a test asks no DNS but its own.
  const dnsServer = '127.0.0.1:9';
  const config = { ...readConfig({}), dataDir, publicUrl: url, dnsServer, ...settings };
  const services = buildServices(database.connection, config, () => now, log);
  const app = createApp(services);
  server.on('request', app);
  return {
    services,
    app,
    url,
    databaseUri: database.uri,
    logged,
    setTime: (iso) => {
      now = new Date(iso);
    },
    async sendMail() {
      const transport = config.smtpUrl ? smtpTransport(config.smtpUrl, openDkim(config)) : null;
      const worked = await mailWorker(services, transport).drain();
      transport?.close();
      return worked;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

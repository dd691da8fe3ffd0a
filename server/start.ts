/** Starts the whole server from its settings: database, services, workers, HTTP; and stops it cleanly. */
import { createServer, type Server } from 'node:http';
import pino from 'pino';
import { createApp } from './app.ts';
import { chainer } from './audit/chainer.ts';
import { bounceReader } from './bounces/reader.ts';
import { type Clock, systemClock } from './clock.ts';
import { folder } from './columns/folder.ts';
import type { Config } from './config.ts';
import { openDatabase } from './db/connection.ts';
import { ensureIndexes } from './db/indexes.ts';
import { freePort } from './db/port.ts';
import { misalignments } from './mail/deliverability.ts';
import { openDkim } from './mail/dkim.ts';
import { reminderPlanner } from './mail/reminder-planner.ts';
import { smtpTransport } from './mail/transport.ts';
import { mailWorker } from './mail/worker.ts';
import { buildServices, type Services } from './services.ts';

export type Running = { services: Services; url: string; stop(): Promise<void> };

const DRAIN_MS = 20_000;

/** The services without HTTP and workers, for the command line. */
export async function openServices(
  config: Config,
  clock: Clock = systemClock,
): Promise<{ services: Services; close(): Promise<void> }> {
  // Logs go to standard error: standard output belongs to what a command prints.
  const log = pino({ level: config.logLevel }, pino.destination(2));
  const database = await openDatabase({ ...config, log });
  try {
    await ensureIndexes(database.connection);
    return {
      services: buildServices(database.connection, config, clock, log),
      close: database.close,
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** @throws when the port is taken or the database cannot be had, with a message for a person */
export async function startServer(
  wanted: Config,
  prepare: (services: Services) => Promise<void> = async () => {},
  clock: Clock = systemClock,
): Promise<Running> {
  const config = wanted.port === 0 ? await onFreePort(wanted) : wanted;
  const { services, close } = await openServices(config, clock);
  try {
    await prepare(services);
    const server = createServer(createApp(services));
    // A page's head must come at once; a body may be slow, as long as it comes (see `web/slow-body.ts`).
    server.headersTimeout = 15_000;
    server.requestTimeout = 0;
    // Load balancers keep a line open for a minute. One that we close first may just be carrying the next request.
    server.keepAliveTimeout = 75_000;
    await listen(server, config);
    const workers = startWorkers(services);
    return {
      services,
      url: config.publicUrl,
      async stop() {
        await drain(server);
        await workers.stop();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

export function startWorkers(services: Services): { stop(): Promise<void> } {
  const { config, log } = services;
  const transport = config.smtpUrl ? smtpTransport(config.smtpUrl, openDkim(config)) : null;
  const mail = mailWorker(services, transport);
  const planner = reminderPlanner(services);
  const chain = chainer(services);
  const columns = folder(services);
  const bounces = bounceReader(services);
  for (const warning of misalignments(config)) log.warn(warning);
  // Without a mail server mails are kept for the outbox page, which only a local address may show.
  if (transport || !config.publicUrl.startsWith('https:')) {
    mail.start();
    planner.start();
  } else log.warn('No SMTP_URL is set: mails wait in the outbox and are not sent.');
  chain.start();
  columns.start();
  bounces.start();
  return {
    async stop() {
      await planner.stop();
      await mail.stop();
      await bounces.stop();
      await columns.stop();
      await chain.stop();
      transport?.close();
    },
  };
}

/** Chosen before anything is made, since links in mail and on the terminal begin with the address. */
async function onFreePort(config: Config): Promise<Config> {
  const port = await freePort();
  return { ...config, port, publicUrl: config.publicUrl.replace(/:0$/, `:${port}`) };
}

function listen(server: Server, { port, host }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${port} of ${host} is taken. Set PORT to another one.`)
          : error,
      ),
    );
    server.listen(port, host, resolve);
  });
}

/** Answers what is under way; idle connections are closed at once, since keep-alive would hold the exit back. */
function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const idle = setInterval(() => server.closeIdleConnections(), 100);
    const hard = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(hard);
      resolve();
    });
  });
}

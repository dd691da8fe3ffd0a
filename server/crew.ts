/** Several processes of the server on one machine, on one port: they are started, replaced where one dies, and stopped in order. */
import cluster, { type Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import type { Config } from './config.ts';
import { freePort } from './db/port.ts';

/** A process that dies at once is not started again at once, or it would take the machine for itself. */
const PAUSES_MS = [0, 1000, 5000, 30_000];
/** Who lived so long did not die of the start. */
const SETTLED_MS = 60_000;

export type Crew = { url: string; stop(): Promise<void> };

/**
 * Each process runs the same program, which finds itself to be one of a crew. The processes know nothing of each other: what they
 * share lies in the database.
 * @throws when one of them ends before all are ready; it has said why
 */
export async function startCrew(config: Config): Promise<Crew> {
  const log = pino({ level: config.logLevel }, pino.destination(2));
  // All must come to the same one.
  const port = config.port === 0 ? await freePort() : config.port;
  const url = config.publicUrl.replace(/:0$/, `:${port}`);
  // Each takes its connections itself. Handed over by the leader, one that is under way to a process that dies would hang for ever.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  const alive = new Set<Worker>();
  let stopping = false;
  let early = 0;

  function start(): Worker {
    const worker = cluster.fork({ PORT: String(port) });
    const started = Date.now();
    alive.add(worker);
    worker.once('exit', (code, signal) => {
      alive.delete(worker);
      if (stopping) return;
      early = Date.now() - started < SETTLED_MS ? early + 1 : 0;
      log.error({ pid: worker.process.pid, code, signal }, 'a process of the server ended');
      void replace();
    });
    return worker;
  }
  async function replace(): Promise<void> {
    await sleep(PAUSES_MS[Math.min(early, PAUSES_MS.length) - 1] ?? 0);
    if (!stopping) start();
  }
  async function stop(): Promise<void> {
    stopping = true;
    const ended = [...alive].map((one) => new Promise((resolve) => one.once('exit', resolve)));
    for (const one of alive) one.process.kill('SIGTERM');
    await Promise.all(ended);
  }

  const ready = Array.from({ length: config.workers }, start).map(
    (worker) =>
      new Promise<void>((resolve, reject) => {
        worker.once('listening', () => resolve());
        worker.once('exit', () => reject(new Error('A process of the server did not start.')));
      }),
  );
  try {
    await Promise.all(ready);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

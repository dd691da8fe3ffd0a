/** A piece of work that comes back every so often, in whichever process holds its lease. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Leases } from './leases.ts';

export type LeasedLoop = {
  /** Takes the lease, or renews it; false when another process has it. */
  holdsLease(): Promise<boolean>;
  /** Aborted when the work is to end. */
  signal: AbortSignal;
  start(): void;
  /** Ends after the pass in hand, and gives the lease back. */
  stop(): Promise<void>;
};

/**
 * @param of `failed`: what the log says of a pass that threw; the next one comes all the same
 * @param pass asks for the lease by itself, as often as its work is long
 */
export function leasedLoop(
  { leases, clock, log }: { leases: Leases; clock: Clock; log: Logger },
  of: { name: string; pauseMs: number; leaseMs: number; failed: string },
  pass: () => Promise<unknown>,
): LeasedLoop {
  const owner = randomUUID();
  const stopping = new AbortController();
  const { signal } = stopping;
  let loop: Promise<void> = Promise.resolve();

  async function run(): Promise<void> {
    while (!signal.aborted) {
      await pass().catch((error: unknown) => log.error({ err: error }, of.failed));
      await sleep(of.pauseMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  return {
    signal,
    holdsLease() {
      const now = clock();
      return leases.take(of.name, owner, now, new Date(now.getTime() + of.leaseMs));
    },
    start() {
      loop = run();
    },
    async stop() {
      stopping.abort();
      await loop;
      await leases.release(of.name, owner);
    },
  };
}

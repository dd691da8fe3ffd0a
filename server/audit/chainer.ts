/** Puts new audit rows into the chain, a little behind the work, by whichever process holds the lease. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Services } from '../services.ts';

const PAUSE_MS = 2000;
const LEASE_MS = 15_000;

export type Chainer = {
  start(): void;
  stop(): Promise<void>;
  /** Chains all rows that are there now, unless another process is at it. */
  catchUp(): Promise<void>;
};

export function chainer({ audit, leases, clock, log }: Services): Chainer {
  const owner = randomUUID();
  const stopping = new AbortController();
  let loop: Promise<void> = Promise.resolve();

  /** Renewed before each batch: a long tail takes longer than one lease. */
  function holdsLease(): Promise<boolean> {
    const now = clock();
    return leases.take('audit-chain', owner, now, new Date(now.getTime() + LEASE_MS));
  }

  async function catchUp(): Promise<void> {
    while ((await holdsLease()) && (await audit.chain()) > 0);
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await catchUp().catch((error: unknown) =>
        log.error({ err: error }, 'the audit chain could not be written'),
      );
      await sleep(PAUSE_MS, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
    }
  }

  return {
    catchUp,
    start() {
      loop = run();
    },
    async stop() {
      stopping.abort();
      await loop;
      await leases.release('audit-chain', owner);
    },
  };
}

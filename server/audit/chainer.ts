/** Puts new audit rows into the chain, a little behind the work, by whichever process holds the lease. */
import { leasedLoop } from '../db/leased-loop.ts';
import type { Services } from '../services.ts';

const LOOP = {
  name: 'audit-chain',
  pauseMs: 2000,
  leaseMs: 15_000,
  failed: 'the audit chain could not be written',
};

const BATCH = 500;

export type Chainer = {
  start(): void;
  stop(): Promise<void>;
  /** Chains all rows that are there now, unless another process is at it. */
  catchUp(): Promise<void>;
};

export function chainer(services: Services): Chainer {
  const { start, stop, holdsLease } = leasedLoop(services, LOOP, catchUp);

  /**
   * The lease is renewed before each batch: a long tail takes longer than one lease. A batch that was not full was the last: the few
   * rows that came meanwhile wait for the next pass, since chaining them one by one costs as much as what they tell of.
   */
  async function catchUp(): Promise<void> {
    while ((await holdsLease()) && (await services.audit.chain(BATCH)) === BATCH);
  }

  return { start, stop, catchUp };
}

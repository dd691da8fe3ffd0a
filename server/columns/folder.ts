/** Folds answers into blocks of columns, a little behind the work, by whichever process holds the lease. */
import { leasedLoop } from '../db/leased-loop.ts';
import type { Services } from '../services.ts';
import { foldSome, MOST_ROWS } from './fold.ts';

const LOOP = {
  name: 'columns',
  // Each response is read by every page until it is folded; each block that moves is read once by every process.
  pauseMs: 5000,
  leaseMs: 30_000,
  failed: 'the columns could not be folded',
};

export type Folder = {
  start(): void;
  stop(): Promise<void>;
  /** Folds all that there is now, unless another process is at it. */
  catchUp(): Promise<void>;
};

export function folder(services: Services): Folder {
  const { start, stop, holdsLease, signal } = leasedLoop(services, LOOP, catchUp);

  /** The lease is renewed before each batch: many take longer than one lease. */
  async function catchUp(): Promise<void> {
    for (const id of await services.responses.unfoldedRounds()) {
      const round = await services.rounds.find(id);
      let folded = MOST_ROWS;
      // A batch that is not full is the last one: while answers come in there is always one more.
      while (round && folded === MOST_ROWS && !signal.aborted && (await holdsLease()))
        folded = await foldSome(services, round);
    }
  }

  return { start, stop, catchUp };
}

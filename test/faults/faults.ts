/** The faults of `npm run faults`, by name: what is done in the small size of CI and in the full one, and what must hold. */
import { CASES, converseAll } from '../support/conversations.ts';
import { heldFault } from './held.ts';
import { loadFault } from './load.ts';
import { figureOf, type MailFault, mailFault, passes } from './mail.ts';
import { replicaFault } from './replica.ts';
import { sendToAll } from './send-to-all.ts';

type Size = 'small' | 'full';
export type Result = { id: string; size: Size; figure: string; pass: boolean; seed: number };
type Fault = (size: Size, seed: number) => Promise<Pick<Result, 'figure' | 'pass'>>;

const mail =
  (sizes: Record<Size, Omit<MailFault, 'seed' | 'slots'>>): Fault =>
  async (size, seed) => {
    const fault = { ...sizes[size], slots: 5, seed };
    const outcome = await mailFault(fault);
    return { figure: figureOf(fault, outcome), pass: passes(fault, outcome) };
  };

const LEASE_MS = 5000;
const KILL = { what: 'kill worker', leaseMs: LEASE_MS } as const;
const MONGOD = { what: 'kill mongod', leaseMs: LEASE_MS } as const;
const PAUSE = { what: 'pause worker', leaseMs: 2000 } as const;

export const FAULTS: Record<string, Fault> = {
  'mail-kill': mail({
    small: { ...KILL, mails: 2000, times: 20, workers: 1 },
    full: { ...KILL, mails: 20_000, times: 200, workers: 1 },
  }),
  'mail-kill-two': mail({
    small: { ...KILL, mails: 600, times: 6, workers: 2 },
    full: { ...KILL, mails: 20_000, times: 200, workers: 2 },
  }),
  'mail-mongod': mail({
    small: { ...MONGOD, mails: 600, times: 10, workers: 2 },
    full: { ...MONGOD, mails: 5000, times: 50, workers: 2 },
  }),
  'mail-pause': mail({
    small: { ...PAUSE, mails: 300, times: 3, workers: 2 },
    full: { ...PAUSE, mails: 10_000, times: 100, workers: 2 },
  }),
  'mail-answers': async (size) => {
    const rounds = size === 'small' ? 1 : 50;
    let right = 0;
    for (let n = 0; n < rounds; n += 1) {
      const outcomes = await converseAll();
      right += CASES.filter(([says, , becomes]) => outcomes.get(says)?.verdict === becomes).length;
    }
    const all = rounds * CASES.length;
    return {
      figure: `${right} of ${all} conversations end as the table says`,
      pass: right === all,
    };
  },
  held: (size) =>
    heldFault(
      size === 'small'
        ? // The machines of CI are of any speed: there it is to be seen that nothing takes a multiple.
          { responses: 500, contacts: 5000, longestMs: 50 }
        : { responses: 10_000, contacts: 20_000, longestMs: 20 },
    ),
  load: (size, seed) =>
    loadFault(
      size === 'small'
        ? { people: 50, ms: 10_000, submissionsPerMinute: 100, p95Ms: null, seed }
        : { people: 1000, ms: 600_000, submissionsPerMinute: 100, p95Ms: 500, seed },
    ),
  replica: (size, seed) =>
    replicaFault(
      size === 'small'
        ? { people: 30, kills: 1, betweenMs: 3000, seed }
        : { people: 60, kills: 5, betweenMs: 10_000, seed },
    ),
  'mail-send-all': (size) => sendToAll(size === 'small' ? 3 : 50),
};

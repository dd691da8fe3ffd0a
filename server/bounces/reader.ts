/** Notes what was refused, and reads what came back into the mailbox and folder of the settings: one process at a time. */
import { leasedLoop } from '../db/leased-loop.ts';
import type { Services } from '../services.ts';
import type { Source } from './bounce.ts';
import { readFolder } from './folder.ts';
import { readImap } from './imap.ts';
import { type Outcome, receiveReport } from './receive.ts';
import { noteRefusals } from './refusals.ts';

const LOOP = {
  name: 'bounces',
  pauseMs: 60_000,
  /** Longer than one mail takes, the slowest line included. */
  leaseMs: 120_000,
  failed: 'what came back could not be taken in',
};

/** Takes in a mail. Null: another process reads now, so leave the mail where it is and stop. */
export type Take = (raw: Buffer) => Promise<Outcome | null>;

type Reading = Record<Outcome, number>;

export type BounceReader = {
  start(): void;
  stop(): Promise<void>;
  /** Reads all that is there now. Null when another process is at it. */
  readOnce(): Promise<{ read: Reading; failures: string[] } | null>;
};

export function bounceReader(services: Services): BounceReader {
  const { config, bounces, clock, log } = services;
  const { start, stop, signal, holdsLease } = leasedLoop(services, LOOP, readOnce);
  /** The lease is renewed before each mail. A server that is told to stop leaves the rest for later. */
  const mayRead = async (): Promise<boolean> => !signal.aborted && holdsLease();

  const sources: [Source, (take: Take) => Promise<void>][] = [];
  const { bounceImapUrl, bounceFolder } = config;
  if (bounceImapUrl) sources.push(['imap', (take) => readImap(bounceImapUrl, take, signal)]);
  if (bounceFolder) sources.push(['folder', (take) => readFolder(bounceFolder, take)]);

  async function readOnce() {
    if (!(await mayRead())) return null;
    await noteRefusals(services);
    const read: Reading = { noted: 0, odd: 0, seen: 0 };
    const failures: string[] = [];
    for (const [source, readAll] of sources) {
      const take: Take = async (raw) => {
        if (!(await mayRead())) return null;
        const outcome = await receiveReport(services, raw, source);
        read[outcome] += 1;
        return outcome;
      };
      try {
        await readAll(take);
        await bounces.noteRead(source, clock());
      } catch (error) {
        // We hung up ourselves.
        if (signal.aborted) break;
        const words = (error as Error).message;
        failures.push(`${source}: ${words}`);
        if (await bounces.noteFailure(source, words, clock()))
          log.warn({ source, err: error }, 'bounces cannot be read');
      }
    }
    return { read, failures };
  }

  return { start, stop, readOnce };
}

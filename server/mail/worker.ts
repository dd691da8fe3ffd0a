/**
 * Works the outbox: claim under a lease, prepare from live state, hand over, record the outcome. Any number of
 * workers may run; a worker that dies leaves either a mail that is claimed again or one whose outcome is unknown.
 */
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAway } from '../db/away.ts';
import type { Services } from '../services.ts';
import { outboxGuard } from './guard.ts';
import { afterRefusal } from './last-use.ts';
import type { Message } from './message.ts';
import { type Prepared, prepare } from './prepare.ts';
import { sharedReads } from './shared-reads.ts';
import { type InHand, mailStock } from './stock.ts';
import type { Delivery, Mail, Permit, Transport } from './transport.ts';
import type { Outcome } from './work-store.ts';

const LEASE_MS = 120_000;
const IDLE_MS = 1000;
/** A database that was away is asked again after this. */
const AWAY_MS = 250;
/** So many are claimed at once for each mail that can be under way. */
const CLAIMED_PER_SLOT = 2;

export type Worker = {
  /** Sends all that is due now, and returns how many mails were worked on. */
  drain(): Promise<number>;
  start(): void;
  /** Ends after the mails in hand have their outcome; those that were not begun go back. */
  stop(): Promise<void>;
};

export type WorkerOptions = {
  /** Mails under way at once; twice the connections to the mail server when it is not said. */
  slots?: number;
  /** How long a claimed mail is this worker's; a delivery ends before that. */
  leaseMs?: number;
  /** Ids of the mailings whose mails wait; asked once a second. */
  paused?: () => Promise<string[]>;
  /** How the history of a mail calls this worker. */
  name?: string;
};

/** @param transport null keeps mails under seal in the database, for the outbox page */
export function mailWorker(
  services: Services,
  transport: Transport | null,
  {
    // While some are on the line, others are prepared and written down.
    slots = 4 * (transport?.connections ?? 5),
    leaseMs = LEASE_MS,
    paused = services.mailings.paused,
    name = `${hostname()}/${process.pid}`,
  }: WorkerOptions = {},
): Worker {
  const { messages, clock, log } = services;
  const guard = outboxGuard(services);
  const reads = sharedReads(services);
  const stock = mailStock(services, {
    worker: name,
    leaseMs,
    most: slots * CLAIMED_PER_SLOT,
    paused,
    prepare: (message) => prepare(reads, message),
  });
  let stopping = new AbortController();
  let loops: Promise<void>[] = [];

  async function work({ message, prepared }: InHand): Promise<void> {
    const outcome = await send(message, prepared);
    if (!outcome) return;
    if (await conclude(message, outcome)) {
      if (outcome.status !== 'queued' && outcome.status !== 'cancelled')
        await guard.note(message, outcome.status);
    } else
      log.warn({ message: message._id }, 'an outcome came when the mail was not ours any more');
  }

  /** What became of it; null when it is not ours any more and nothing has gone out. */
  async function send(message: Message, preparing: Promise<Prepared>): Promise<Outcome | null> {
    let recordedAt: Date | null = null;
    let handedAt: Date | null = null;
    let kept: 'ours' | 'lost' | 'late' = 'ours';
    const permit: Permit = {
      async handOver() {
        const now = clock();
        kept = 'late';
        if (!(await messages.handOver(message, now))) {
          kept = 'lost';
          return false;
        }
        kept = 'ours';
        recordedAt = now;
        return true;
      },
      holds() {
        // The process may have been stopped since, and a person may have decided meanwhile.
        const late = message.leaseUntil !== null && clock() >= message.leaseUntil;
        if (late) kept = 'late';
        // Refused before this, it was not handed over after all.
        else handedAt = recordedAt;
        return !late;
      },
    };
    /** Back into the queue as if it had not been tried. */
    const returned = (reply: string | null): Outcome => ({
      status: 'queued',
      reply,
      nextAttemptAt: message.nextAttemptAt,
    });
    try {
      const prepared = await preparing;
      if (!prepared.ok) return { status: 'cancelled', reply: prepared.reason };
      const { verdict, reply } = await deliver(message, prepared.mail, permit);
      // TypeScript does not see that `permit` has been asked.
      if ((kept as string) === 'lost') return null;
      if ((kept as string) === 'late') return returned(reply);
      if (verdict === 'refused') {
        await guard.refused(reply);
        return returned(reply);
      }
      const outcome =
        verdict === 'soft'
          ? await afterRefusal(services, message, reply)
          : { status: verdict, reply };
      return { ...outcome, handedAt };
    } catch (error) {
      const reply = error instanceof Error ? error.message : String(error);
      if (handedAt) return { status: 'unknown', reply, handedAt };
      if (isAway(error)) return returned('the database was away');
      log.error({ err: error, message: message._id }, 'a mail could not be prepared');
      return afterRefusal(services, message, reply);
    }
  }

  async function deliver(message: Message, mail: Mail, permit: Permit): Promise<Delivery> {
    if (!transport) return seal(mail, message, permit);
    const left = (message.leaseUntil?.getTime() ?? 0) - clock().getTime();
    // The outcome is to be written down while the lease runs.
    return transport.deliver(mail, permit, Math.max(0, Math.floor(left * 0.9)));
  }

  /** No mail server is set: the mail lies in the outbox, readable only with the key that is outside the database. */
  async function seal(mail: Mail, message: Message, permit: Permit): Promise<Delivery> {
    if (!((await permit.handOver()) && permit.holds()))
      return { verdict: 'soft', reply: 'another worker holds this mail' };
    const sealed = services.secrets.seal('outbox', Buffer.from(JSON.stringify(mail)));
    await messages.keepSealed(message._id, sealed, clock());
    return { verdict: 'accepted', reply: 'kept in the outbox: no mail server is set' };
  }

  /** What the mail server said is worth waiting for a database that is away: without it the outcome is unknown. */
  async function conclude(message: Message, outcome: Outcome): Promise<boolean> {
    const end = performance.now() + leaseMs;
    for (;;) {
      try {
        return await messages.conclude(message, outcome, clock());
      } catch (error) {
        if (!isAway(error) || performance.now() > end) throw error;
        await sleep(AWAY_MS);
      }
    }
  }

  async function drain(): Promise<number> {
    let worked = 0;
    await messages.doubt(clock());
    const loop = async () => {
      for (;;) {
        const next = await stock.next();
        if ('message' in next) {
          await work(next);
          worked += 1;
        } else if (next.wait === null) return;
        else await sleep(next.wait);
      }
    };
    await Promise.all(Array.from({ length: slots }, loop));
    await guard.flush();
    return worked;
  }

  /** All slots sleep and wake together, so that an idle worker looks once a second and not once for each slot. */
  let nap: Promise<void> | null = null;
  const rest = (ms: number): Promise<void> => {
    nap ??= sleep(ms, undefined, { ref: false, signal: stopping.signal })
      .catch(() => {})
      .finally(() => {
        nap = null;
      });
    return nap;
  };

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const next = await stock.next();
        if ('message' in next) await work(next);
        else await rest(Math.min(next.wait ?? IDLE_MS, IDLE_MS));
      } catch (error) {
        log.error({ err: error }, 'the outbox could not be worked');
        await rest(IDLE_MS);
      }
    }
  }

  /** Mails of workers that died, and counts that wait to be written. */
  async function look(): Promise<void> {
    while (!stopping.signal.aborted) {
      await messages
        .doubt(clock())
        .catch((error: unknown) =>
          log.error({ err: error }, 'the outbox could not be looked over'),
        );
      await guard.flush();
      await sleep(IDLE_MS, undefined, { ref: false, signal: stopping.signal }).catch(() => {});
    }
  }

  return {
    drain,
    start() {
      stopping = new AbortController();
      loops = [look(), ...Array.from({ length: slots }, run)];
    },
    async stop() {
      stopping.abort();
      await Promise.all(loops);
      await stock.giveBack();
      await guard.flush();
    },
  };
}

/**
 * Works the outbox: claim under a lease, prepare from live state, hand over, record the outcome. Any number of
 * workers may run; a worker that dies leaves either a mail that is claimed again or one whose outcome is unknown.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Services } from '../services.ts';
import { type Message, MOST_ATTEMPTS, retryAt } from './message.ts';
import { prepare } from './prepare.ts';
import type { Mail, Outcome, Transport } from './transport.ts';

const LEASE_MS = 120_000;
const IDLE_MS = 1000;

export type Worker = {
  /** Sends all that is due now, and returns how many mails were worked on. */
  drain(): Promise<number>;
  start(): void;
  /** Ends after the mails in hand have their outcome. */
  stop(): Promise<void>;
};

/** @param transport null keeps mails under seal in the database, for the outbox page */
export function mailWorker(
  services: Services,
  transport: Transport | null,
  { slots = 3 }: { slots?: number } = {},
): Worker {
  const { messages, clock, log } = services;
  let running = false;
  let loops: Promise<void>[] = [];

  async function workOne(): Promise<boolean> {
    const now = clock();
    const paused = await services.mailings.paused();
    const message = await messages.claim(now, new Date(now.getTime() + LEASE_MS), paused);
    if (!message) return false;
    const outcome = await send(message);
    const recorded = await messages.conclude(message, outcome, clock());
    if (!recorded)
      log.warn({ message: message._id }, 'the lease on a mail ran out before its outcome');
    return true;
  }

  async function send(message: Message): Promise<Parameters<typeof messages.conclude>[1]> {
    let handed = false;
    try {
      const prepared = await prepare(services, message);
      if (!prepared.ok) return { status: 'cancelled', reply: prepared.reason };
      const handOver = async () => {
        handed = await messages.handOver(message, clock());
        return handed;
      };
      const outcome = transport
        ? await transport.deliver(prepared.mail, handOver)
        : await seal(prepared.mail, message, handOver);
      if (outcome.status !== 'soft') return outcome;
      if (message.attempt >= MOST_ATTEMPTS) return { ...outcome, status: 'hard' };
      return { ...outcome, nextAttemptAt: retryAt(message.attempt, clock(), Math.random) };
    } catch (error) {
      log.error({ err: error, message: message._id }, 'a mail could not be prepared');
      const reply = error instanceof Error ? error.message : String(error);
      if (handed) return { status: 'unknown', reply };
      return {
        status: 'soft',
        reply,
        nextAttemptAt: retryAt(message.attempt, clock(), Math.random),
      };
    }
  }

  /** No mail server is set: the mail lies in the outbox, readable only with the key that is outside the database. */
  async function seal(
    mail: Mail,
    message: Message,
    handOver: () => Promise<boolean>,
  ): Promise<Outcome> {
    if (!(await handOver())) return { status: 'soft', reply: 'another worker holds this mail' };
    const sealed = services.secrets.seal('outbox', Buffer.from(JSON.stringify(mail)));
    await messages.keepSealed(message._id, sealed, clock());
    return { status: 'accepted', reply: 'kept in the outbox: no mail server is set' };
  }

  async function drain(): Promise<number> {
    let worked = 0;
    await messages.doubt(clock());
    const loop = async () => {
      while (await workOne()) worked += 1;
    };
    await Promise.all(Array.from({ length: slots }, loop));
    return worked;
  }

  async function run(): Promise<void> {
    while (running) {
      try {
        await messages.doubt(clock());
        while (running && (await workOne()));
      } catch (error) {
        log.error({ err: error }, 'the outbox could not be worked');
      }
      if (running) await sleep(IDLE_MS, undefined, { ref: false });
    }
  }

  return {
    drain,
    start() {
      running = true;
      loops = Array.from({ length: slots }, run);
    },
    async stop() {
      running = false;
      await Promise.all(loops);
    },
  };
}

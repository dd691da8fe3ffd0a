/**
 * What a worker has claimed and not begun. It is filled some mails at a time, and these are prepared together, since both cost
 * about as much for many as for one; what may not go any more, or has waited too long, is given back.
 */
import type { Services } from '../services.ts';
import { type Claim, claimDue } from './claim.ts';
import { mayPass } from './control.ts';
import type { Message } from './message.ts';
import type { Prepared } from './prepare.ts';

export type InHand = { message: Message; prepared: Promise<Prepared> };
type Stock = {
  /** The next mail, or for how many milliseconds there is none; null when none is due. */
  next(): Promise<InHand | { wait: number | null }>;
  /** For others to take at once, and not only when the lease is over. */
  giveBack(): Promise<void>;
};

const LOOK_MS = 1000;
/** A mail tells how things stand when it goes out, so one that has waited longer is prepared anew. */
const FRESH_MS = 5000;

export function mailStock(
  services: Services,
  of: {
    worker: string;
    leaseMs: number;
    /** Mails that are claimed in one go; more are fetched when half of them are gone. */
    most: number;
    paused(): Promise<string[]>;
    prepare(message: Message): Promise<Prepared>;
  },
): Stock {
  const { messages, outbox, clock, log } = services;
  let stock: (InHand & { at: number })[] = [];
  let filling: Promise<Claim> | null = null;
  let skip: { mailings: Promise<string[]>; at: number } | null = null;

  /** At most a second old. */
  function paused(): Promise<string[]> {
    const at = performance.now();
    if (!skip || at - skip.at >= LOOK_MS) skip = { mailings: of.paused(), at };
    return skip.mailings;
  }

  function take(message: Message): InHand & { at: number } {
    const prepared = of.prepare(message);
    // It may be given back before anybody looks.
    prepared.catch(() => {});
    return { message, prepared, at: performance.now() };
  }

  function fill(): Promise<Claim> {
    filling ??= paused()
      .then((mailings) => claimDue(services, { ...of, skip: mailings }))
      .then((claim) => {
        stock.push(...claim.messages.map(take));
        return claim;
      })
      .finally(() => {
        filling = null;
      });
    return filling;
  }

  /** Half of the lease is for sending it. */
  async function mayGo({ leaseUntil, template, mailing }: Message): Promise<boolean> {
    const left = (leaseUntil?.getTime() ?? 0) - clock().getTime();
    if (left < of.leaseMs / 2) return false;
    const only = mayPass(await outbox.current());
    if (only && !only.includes(template)) return false;
    return !(mailing && (await paused()).includes(mailing));
  }

  async function giveBack(): Promise<void> {
    const back = stock.map(({ message }) => message);
    stock = [];
    await messages.giveBack(back).catch((error: unknown) => {
      // They are free again when their lease is over.
      log.warn({ err: error }, 'claimed mails could not be given back');
    });
  }

  return {
    giveBack,
    async next() {
      for (;;) {
        const one = stock.shift();
        if (stock.length < of.most / 2) {
          const claim = fill();
          if (one) claim.catch(() => {});
          else {
            const { messages: claimed, wait } = await claim;
            if (claimed.length === 0) return { wait };
          }
        }
        if (!one) continue;
        if (await mayGo(one.message))
          return performance.now() - one.at < FRESH_MS ? one : take(one.message);
        stock.push(one);
        await giveBack();
      }
    },
  };
}

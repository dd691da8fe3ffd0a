/**
 * What a worker has claimed and not begun. It is filled some mails at a time, since a claim costs as much for many as for
 * one; and what may not go any more, or has waited too long, is given back.
 */
import type { Services } from '../services.ts';
import { type Claim, claimDue } from './claim.ts';
import { mayPass } from './control.ts';
import type { Message } from './message.ts';

export type Stock = {
  /** The next mail, or for how many milliseconds there is none; null when none is due. */
  next(): Promise<{ message: Message } | { wait: number | null }>;
  /** For others to take at once, and not only when the lease is over. */
  giveBack(): Promise<void>;
};

const LOOK_MS = 1000;

export function mailStock(
  services: Services,
  of: { worker: string; leaseMs: number; most: number; paused(): Promise<string[]> },
): Stock {
  const { messages, outbox, clock, log } = services;
  let stock: Message[] = [];
  let filling: Promise<Claim> | null = null;
  let skip: { mailings: string[]; at: number } | null = null;

  /** At most a second old. */
  async function paused(): Promise<string[]> {
    const at = performance.now();
    if (!skip || at - skip.at >= LOOK_MS) skip = { mailings: await of.paused(), at };
    return skip.mailings;
  }

  async function fill(): Promise<Claim> {
    const claim = await claimDue(services, { ...of, skip: await paused() });
    stock.push(...claim.messages);
    return claim;
  }

  /** Half of the lease is for sending it. */
  async function mayGo({ leaseUntil, template, mailing }: Message): Promise<boolean> {
    const left = (leaseUntil?.getTime() ?? 0) - clock().getTime();
    const only = mayPass(await outbox.current());
    return (
      left >= of.leaseMs / 2 &&
      (only?.includes(template) ?? true) &&
      !(mailing && (await paused()).includes(mailing))
    );
  }

  async function giveBack(): Promise<void> {
    const back = stock;
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
        const message = stock.shift();
        if (message && (await mayGo(message))) return { message };
        if (message) {
          stock.push(message);
          await giveBack();
        }
        filling ??= fill().finally(() => {
          filling = null;
        });
        const claim = await filling;
        if (claim.messages.length === 0) return { wait: claim.wait };
      }
    },
  };
}

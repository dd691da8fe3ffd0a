/** Asks the DNS. The only file that does. */
import { Resolver } from 'node:dns/promises';

/** The records that are there, none included; or nobody could be asked. */
export type Answer<T> = { ok: true; records: T[] } | { ok: false };

export type DnsLookup = {
  /** Each record as the strings that it is made of. */
  txt(name: string): Promise<Answer<string[]>>;
  mx(name: string): Promise<Answer<{ exchange: string; priority: number }>>;
};

const PATIENCE_MS = 3000;
/** The DNS has answered, and there is nothing. */
const NOTHING = ['ENODATA', 'ENOTFOUND'];

/** @param server address of who is asked, with :PORT where it is not 53; null asks whom this machine asks */
export function dnsLookup(server: string | null): DnsLookup {
  async function ask<T>(question: (resolver: Resolver) => Promise<T[]>): Promise<Answer<T>> {
    const resolver = new Resolver({ timeout: PATIENCE_MS, tries: 1 });
    if (server) resolver.setServers([server]);
    // With several servers each would be given the whole time.
    const late = setTimeout(() => resolver.cancel(), PATIENCE_MS);
    try {
      return { ok: true, records: await question(resolver) };
    } catch (error) {
      return NOTHING.includes((error as NodeJS.ErrnoException).code ?? '')
        ? { ok: true, records: [] }
        : { ok: false };
    } finally {
      clearTimeout(late);
    }
  }
  return {
    txt: (name) => ask((resolver) => resolver.resolveTxt(name)),
    mx: (name) => ask((resolver) => resolver.resolveMx(name)),
  };
}

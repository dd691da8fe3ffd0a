import type { ClientSession } from 'mongodb';

/**
 * What was read less than a second ago need not be read again. For records that seldom change, and of which it harms nobody when a
 * page has them as they were a moment ago. Never for what decides who may read or write.
 *
 * What this process writes it forgets at once; another process sees it after a second at the latest.
 */
const FRESH_MS = 1000;
const MOST_KEPT = 1000;

export type Recent<T> = {
  /** Shared by all who ask: nobody may change it. */
  get(key: string): Promise<T>;
  forget(): void;
  /** Forgets when the transaction that writes is over. */
  forgetAfter(session: ClientSession): void;
};

export function recent<T>(read: (key: string) => Promise<T>, freshMs = FRESH_MS): Recent<T> {
  const kept = new Map<string, { value: Promise<T>; at: number }>();
  return {
    get(key) {
      const now = performance.now();
      const known = kept.get(key);
      if (known && now - known.at < freshMs) return known.value;
      if (kept.size >= MOST_KEPT) kept.clear();
      const made = { value: read(key), at: now };
      kept.set(key, made);
      // A failure is told to those who wait for it and to nobody after them.
      made.value.catch(() => kept.get(key) === made && kept.delete(key));
      return made.value;
    },
    forget: () => kept.clear(),
    forgetAfter: (session) => {
      session.once('ended', () => kept.clear());
    },
  };
}

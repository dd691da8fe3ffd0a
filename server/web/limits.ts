/** Counts failures by address, in the database so that all processes count together. A whole ministry can share one address, so success never counts. */
import type { Connection } from 'mongoose';
import { RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible';
import { Refusal } from './refusal.ts';

export type FailureLimit = {
  /** Whether the address has failed too often lately. */
  blocked(address: string): Promise<boolean>;
  failed(address: string): Promise<void>;
  /**
   * Counts an asking that must not tell whether it was right: all of one purpose count alike, and apart from the failures
   * with links, so that a respondent in the same network is not shut out.
   * @throws Refusal when there were too many
   */
  ask(purpose: string, address: string | undefined): Promise<void>;
};

const MOST_FAILURES = 30;
const WINDOW_SECONDS = 600;

export function failureLimit(connection: Connection): FailureLimit {
  const limiter = new RateLimiterMongo({
    storeClient: connection.getClient(),
    dbName: connection.name,
    tableName: 'limits',
    keyPrefix: 'failures',
    points: MOST_FAILURES,
    duration: WINDOW_SECONDS,
    disableIndexesCreation: true,
  });
  const blocked: FailureLimit['blocked'] = async (address) => {
    const count = await limiter.get(address);
    return count !== null && count.consumedPoints >= MOST_FAILURES;
  };
  const failed: FailureLimit['failed'] = async (address) => {
    await limiter.consume(address).catch((error: unknown) => {
      // Beyond the limit it rejects with the count, which is no error here.
      if (!(error instanceof RateLimiterRes)) throw error;
    });
  };
  return {
    blocked,
    failed,
    async ask(purpose, address = '') {
      const key = `${purpose} ${address}`;
      if (await blocked(key)) throw new Refusal('too-many');
      await failed(key);
    },
  };
}

/** Counts failures by address, in the database so that all processes count together. A whole ministry can share one address, so success never counts. */
import type { Connection } from 'mongoose';
import { RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible';

export type FailureLimit = {
  /** Whether the address has failed too often lately. */
  blocked(address: string): Promise<boolean>;
  failed(address: string): Promise<void>;
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
  return {
    async blocked(address) {
      const count = await limiter.get(address);
      return count !== null && count.consumedPoints >= MOST_FAILURES;
    },
    async failed(address) {
      await limiter.consume(address).catch((error: unknown) => {
        // Beyond the limit it rejects with the count, which is no error here.
        if (!(error instanceof RateLimiterRes)) throw error;
      });
    },
  };
}

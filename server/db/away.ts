const NAMES =
  /^Mongo(ServerSelection|Network|NetworkTimeout|NotConnected|PoolCleared|PoolClosed|TopologyClosed)Error$/;
/** MongoDB's own codes for a server that is ending, starting, or not primary. */
const CODES = [89, 91, 189, 10107, 11600, 11602, 13435, 13436];

/** Whether an operation failed because the database can't be reached just now, and not because of what was asked of it. */
export function isAway(error: unknown): boolean {
  const { name, code } = (error ?? {}) as { name?: string; code?: unknown };
  return (
    NAMES.test(name ?? '') ||
    name === 'MongooseServerSelectionError' ||
    name === 'TransactionExpired' ||
    CODES.includes(code as number)
  );
}

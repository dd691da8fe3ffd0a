const NAMES =
  /^Mongo(ServerSelection|Network|NetworkTimeout|NotConnected|PoolCleared|PoolClosed|TopologyClosed)Error$/;
/** MongoDB's own codes for a server that is ending, starting, not primary, or cannot have a majority. */
const CODES = [6, 7, 64, 89, 91, 100, 133, 189, 262, 10058, 10107, 11600, 11602, 13435, 13436];
/** What the driver puts on an error that a change of the primary brings with it. */
const LABELS = [
  'TransientTransactionError',
  'UnknownTransactionCommitResult',
  'RetryableWriteError',
];

/** Whether an operation failed because the database can't be reached just now, and not because of what was asked of it. */
export function isAway(error: unknown): boolean {
  const { name, code, hasErrorLabel } = (error ?? {}) as {
    name?: string;
    code?: unknown;
    hasErrorLabel?: unknown;
  };
  return (
    NAMES.test(name ?? '') ||
    name === 'MongooseServerSelectionError' ||
    name === 'TransactionExpired' ||
    CODES.includes(code as number) ||
    (typeof hasErrorLabel === 'function' &&
      LABELS.some((label) => hasErrorLabel.call(error, label)))
  );
}

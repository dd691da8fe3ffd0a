import type { ClientSession } from 'mongodb';
import mongoose, { type Connection } from 'mongoose';
import { databaseIn, withoutSecrets } from './address.ts';
import { isAffected } from './affected.ts';
import { openEmbedded } from './embedded.ts';
import { endCommandsWithTheirSocket } from './gone-sockets.ts';
import type { Log } from './log.ts';
import { DatabaseUnavailable } from './unavailable.ts';

// A filter or a field that is not in the schema is a mistake or an attack, never something to pass over in silence.
mongoose.set('sanitizeFilter', true);
mongoose.set('strictQuery', 'throw');
mongoose.set('strict', 'throw');
endCommandsWithTheirSocket();

const DATABASE = 'rapporteur';
const PATIENCE_MS = 5000;
const DEADLINE_MS = 10_000;
/** What "acknowledged" means here: on the disks of a majority. */
const writeConcern = { w: 'majority', journal: true } as const;

/**
 * Connects with everything that "nothing acknowledged is lost" rests on. The database is the one that the address
 * names, else `rapporteur`. Reads see only what a majority has, so that nothing seen is rolled back later.
 * While the server is away an operation fails after 5 s instead of waiting for it.
 * @throws DatabaseUnavailable when nobody answers within 5 s, or what answers has no transactions
 */
export async function connect(uri: string, patienceMs = PATIENCE_MS): Promise<Connection> {
  let connection: Connection | null = null;
  try {
    connection = mongoose.createConnection(uri, {
      dbName: databaseIn(uri) ?? DATABASE,
      appName: 'rapporteur',
      ...writeConcern,
      readConcern: { level: 'majority' },
      retryWrites: true,
      serverSelectionTimeoutMS: patienceMs,
      connectTimeoutMS: patienceMs,
      heartbeatFrequencyMS: 2000,
      bufferCommands: false,
      // Bytes come back as Buffers also from lean reads.
      promoteBuffers: true,
      autoIndex: false,
      autoCreate: false,
    });
    await connection.asPromise();
    await mustHaveTransactions(connection);
    return connection;
  } catch (error) {
    await connection?.close().catch(() => {});
    if (error instanceof DatabaseUnavailable) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatabaseUnavailable(`MongoDB at ${withoutSecrets(uri)}: ${reason}`);
  }
}

/**
 * Opens the database of the settings: MONGODB_URI when there is one, else the embedded server in `dataDir`. Says so
 * once when the server is one that CVE-2025-14847 affects.
 * @throws DatabaseUnavailable with one line for the person who started the program
 */
export async function openDatabase(options: {
  mongodbUri: string | null;
  dataDir: string;
  mongodBinary: string | null;
  log: Log;
}): Promise<{ connection: Connection; close(): Promise<void> }> {
  const { mongodbUri, log } = options;
  const embedded = mongodbUri ? null : await openEmbedded(options);
  try {
    const connection = await connect(embedded?.uri ?? (mongodbUri as string));
    await warnIfAffected(connection, log);
    return {
      connection,
      async close() {
        await connection.close().finally(() => embedded?.close());
      },
    };
  } catch (error) {
    await embedded?.close();
    throw error;
  }
}

/**
 * Warns when the server's version has CVE-2025-14847 and its flaw can be reached, that is, when the server accepts zlib.
 * Whether it does is asked in the handshake's own way: a `hello` that offers zlib alone is answered with zlib or with
 * nothing. That needs no rights on the server; the embedded one answers with nothing.
 * @returns the warning that was logged, or null
 */
export async function warnIfAffected(connection: Connection, log: Log): Promise<string | null> {
  const admin = connection.getClient().db('admin');
  const { version } = await admin.command({ buildInfo: 1 });
  if (!isAffected(version)) return null;
  const hello = await admin.command({ hello: 1, compression: ['zlib'] });
  if (!hello['compression']?.includes('zlib')) return null;
  const warning =
    `MongoDB ${version} is affected by CVE-2025-14847: whoever reaches its port can read parts of its memory. ` +
    'Update it, or start it with --networkMessageCompressors snappy,zstd.';
  log.warn(warning);
  return warning;
}

/**
 * Runs `work` in one transaction, on disk with a majority when this returns. Give `session` to every operation.
 *
 * `work` may run more than once, when another transaction was faster, so it must have no effect outside the database:
 * no mail, no file, no counter in memory. Its own error rolls back and comes out unchanged.
 * @throws TransactionExpired after 10 s
 */
export async function withTransaction<T>(
  connection: Connection,
  work: (session: ClientSession) => Promise<T>,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  let session: ClientSession | null = null;
  let late = false;
  const outcome = connection.transaction(
    async (opened) => {
      if (late) throw new TransactionExpired(deadlineMs);
      session = opened;
      return work(opened);
    },
    { writeConcern, readConcern: { level: 'snapshot' }, maxCommitTimeMS: deadlineMs },
  );
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      late = true;
      reject(new TransactionExpired(deadlineMs));
      // Ends the driver's own retries, which would go on for 120 s.
      session?.endSession().catch(() => {});
    }, deadlineMs);
  });
  try {
    return await Promise.race([outcome, expiry]);
  } finally {
    clearTimeout(timer);
  }
}

/** The transaction did not end in time. It may still have been committed: who tries again must look first. */
export class TransactionExpired extends Error {
  override name = 'TransactionExpired';

  constructor(deadlineMs: number) {
    super(`The transaction did not end within ${deadlineMs / 1000} s`);
  }
}

async function mustHaveTransactions(connection: Connection): Promise<void> {
  const hello = await connection.getClient().db('admin').command({ hello: 1 });
  if (hello['setName'] || hello['msg'] === 'isdbgrid') return;
  throw new DatabaseUnavailable(
    'MONGODB_URI names a single server. Transactions need a replica set, if only of one member: start it with --replSet and run rs.initiate() once.',
  );
}

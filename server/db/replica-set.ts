import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Db,
  type Document,
  MongoClient,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
} from 'mongodb';
import { isListening } from './port.ts';
import { DatabaseUnavailable } from './unavailable.ts';

const NAME = 'rapporteur';
const LONGEST_ELECTION_MS = 30_000;
/** MongoDB's error codes for what another process did a moment before. */
const ALREADY_INITIALIZED = 23;
const NOT_YET_INITIALIZED = 94;
const CONFIGURATION_IN_PROGRESS = [103, 109, 308];

/** Whether the mongod of this folder listens on a port. False for nobody, for a stranger and for one that hangs. */
export async function isOurs(port: number, dbPath: string): Promise<boolean> {
  if (!(await isListening(port))) return false;
  try {
    return await asAdmin(port, async (admin) => {
      const { parsed } = await admin.command({ getCmdLineOpts: 1 });
      return parsed?.storage?.dbPath === dbPath;
    });
  } catch {
    return false;
  }
}

/**
 * Makes the server on this port the primary of its one-member replica set: initiated when new, reconfigured by force
 * when its data was last served on another port. May run in two processes at once, and does nothing to a primary.
 * False when the server went away meanwhile.
 */
export async function makePrimary(port: number): Promise<boolean> {
  const host = `127.0.0.1:${port}`;
  try {
    return await asAdmin(port, async (admin) => {
      const deadline = Date.now() + LONGEST_ELECTION_MS;
      while (Date.now() < deadline) {
        const hello = await admin.command({ hello: 1 });
        if (hello['isWritablePrimary'] && hello['me'] === host) return true;
        if (hello['me'] !== host) await configure(admin, host);
        await sleep(20);
      }
      throw new DatabaseUnavailable(`The MongoDB server on ${host} did not become primary.`);
    });
  } catch (error) {
    if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError)
      return false;
    throw error;
  }
}

/** The address of the set for clients; it names no database. */
export function addressOf(port: number): string {
  return `mongodb://127.0.0.1:${port}/?replicaSet=${NAME}`;
}

/** Asks the server to end in order; it has taken the request when this returns. */
export async function shutDown(port: number): Promise<void> {
  // The server ends before it answers, so the command always fails on the network.
  await asAdmin(port, (admin) => admin.command({ shutdown: 1, force: true })).catch(() => {});
}

async function configure(admin: Db, host: string): Promise<void> {
  const member = { _id: 0, host };
  const config = await currentConfig(admin);
  if (config?.['members'][0].host === host) return;
  const command: Document = config
    ? {
        replSetReconfig: { ...config, version: config['version'] + 1, members: [member] },
        force: true,
      }
    : { replSetInitiate: { _id: NAME, members: [member] } };
  try {
    await admin.command(command);
  } catch (error) {
    if (!hasCode(error, ALREADY_INITIALIZED, ...CONFIGURATION_IN_PROGRESS)) throw error;
  }
}

async function currentConfig(admin: Db): Promise<Document | null> {
  try {
    return (await admin.command({ replSetGetConfig: 1 }))['config'];
  } catch (error) {
    if (hasCode(error, NOT_YET_INITIALIZED)) return null;
    throw error;
  }
}

function hasCode(error: unknown, ...codes: number[]): boolean {
  return error instanceof MongoServerError && codes.includes(error.code as number);
}

async function asAdmin<T>(port: number, work: (admin: Db) => Promise<T>): Promise<T> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: 1000,
    connectTimeoutMS: 1000,
    socketTimeoutMS: 10_000,
    maxPoolSize: 1,
  });
  try {
    return await work(client.db('admin'));
  } finally {
    await client.close();
  }
}

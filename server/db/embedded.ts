/**
 * A MongoDB server of the project's own, for a machine where nobody runs one: a replica set of one member whose data
 * lies in DATA_DIR. The first process that opens the folder starts it, others share it, the last one stops it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Folder, openFolder } from './folder.ts';
import { lockHolder, mongodOn } from './lock-holder.ts';
import type { Log } from './log.ts';
import { findMongod, mongodCache } from './mongod-binary.ts';
import { launch } from './mongod-process.ts';
import { freePort, isListening } from './port.ts';
import { addressOf, isOurs, makePrimary, shutDown } from './replica-set.ts';
import { DatabaseUnavailable } from './unavailable.ts';
import { isSomeoneLeaving, joinUsers } from './users.ts';

export type EmbeddedOptions = {
  dataDir: string;
  /** MONGOD_BINARY, or null to look for one. */
  mongodBinary: string | null;
  log: Log;
  /** Where downloaded servers are kept; by default the user's own cache. */
  cacheDir?: string;
  /** False does not look for a mongod on the PATH. */
  onPath?: boolean;
  /** False never touches the network. */
  downloads?: boolean;
};

export type Embedded = {
  /** Names no database. Stays the same while this user is one. */
  uri: string;
  /** Of the mongod; another one after the server had to be started again. The last one once it is stopped. */
  readonly pid: number;
  /** Stops the server if nobody else uses it, and returns when its files are closed. */
  close(): Promise<void>;
};

const LONGEST_WAIT_MS = 150_000;
const LONGEST_STOP_MS = 20_000;
const WATCH_MS = 1000;

/**
 * Opens the database in `dataDir`: shares the server that runs there, whoever started it and even if that process
 * died, or starts one. While it is open, a server that dies (out of memory, killed) is started again within about 3 s,
 * on the same port, with everything that it acknowledged.
 * @throws DatabaseUnavailable when there is no mongod, or it does not start
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const folder = openFolder(options.dataDir);
  const user = joinUsers(folder.users);
  let port: number;
  try {
    port = await findOrStart(folder, options);
  } catch (error) {
    await user.leave(async () => {});
    throw error;
  }
  const watch = watchOver(folder, port, options);
  let pid = folder.record()?.pid as number;
  let closed: Promise<void> | null = null;

  return {
    uri: addressOf(port),
    get pid() {
      pid = lockHolder(folder.dbPath)?.pid ?? pid;
      return pid;
    },
    close() {
      closed ??= watch.end().then(() => user.leave(() => stop(folder, port)));
      return closed;
    },
  };
}

/** Returns the port of this folder's server, which is primary by then. */
async function findOrStart(folder: Folder, options: EmbeddedOptions): Promise<number> {
  const deadline = Date.now() + LONGEST_WAIT_MS;
  let program: string | null = null;
  let taken = 0;
  while (Date.now() < deadline) {
    const holder = lockHolder(folder.dbPath);
    const port = holder?.port ?? folder.record()?.port;
    // Looked at before the server is: who starts to leave later than this sees that we have joined.
    const undisturbed = !isSomeoneLeaving(folder.users);
    if (port && (await isOurs(port, folder.dbPath))) {
      if (undisturbed && (await ready(folder, port))) return port;
    } else if (!holder?.port) {
      program ??= await findProgram(options);
      // A mongod that has just died may hold its port for a moment longer; only a stranger holds it for good.
      const free = port && taken < 3 && !(await isListening(port)) ? port : await freePort();
      const launched = await launch(program, folder, free);
      if (launched.outcome === 'failed') throw new DatabaseUnavailable(launched.message);
      if (launched.outcome === 'up' && (await ready(folder, free))) return free;
      if (launched.outcome === 'port taken') taken += 1;
    }
    // Otherwise a mongod is starting or ending, and its lock decides.
    await sleep(50);
  }
  const pid = lockHolder(folder.dbPath)?.pid;
  throw new DatabaseUnavailable(
    `The mongod${pid ? ` with pid ${pid}` : ''} that has ${folder.dbPath} open does not answer; see ${folder.log}`,
  );
}

/** False when the server ended meanwhile. */
async function ready(folder: Folder, port: number): Promise<boolean> {
  if (!(await makePrimary(port))) return false;
  const pid = lockHolder(folder.dbPath)?.pid ?? null;
  const kept = folder.record();
  if (kept?.port !== port || kept.pid !== pid) folder.keep({ port, pid });
  return true;
}

async function findProgram(options: EmbeddedOptions): Promise<string> {
  const found = await findMongod({
    explicit: options.mongodBinary,
    cacheDir: options.cacheDir ?? (await mongodCache(options.dataDir)),
    log: options.log,
    onPath: options.onPath,
    downloads: options.downloads,
  });
  if (!found.ok) throw new DatabaseUnavailable(found.message);
  return found.path;
}

/** Every user watches; when the server is gone, mongod's lock decides which one starts it again. */
function watchOver(folder: Folder, port: number, { log, ...options }: EmbeddedOptions) {
  let revival: Promise<void> | null = null;
  const timer = setInterval(() => {
    if (revival || lockHolder(folder.dbPath)) return;
    log.warn('The embedded MongoDB server is gone; starting it again.');
    revival = findOrStart(folder, { log, ...options })
      .then((now) => {
        if (now === port) log.info('The embedded MongoDB server runs again.');
        else
          log.warn('The embedded MongoDB server had to change its port: start this process again.');
      })
      .catch((error: Error) => log.warn(error.message))
      .finally(() => {
        revival = null;
      });
  }, WATCH_MS);
  timer.unref();
  return {
    async end() {
      clearInterval(timer);
      await revival;
    },
  };
}

async function stop(folder: Folder, port: number): Promise<void> {
  const holder = lockHolder(folder.dbPath);
  if (!holder || !(await isOurs(port, folder.dbPath))) return;
  await shutDown(port);
  const deadline = Date.now() + LONGEST_STOP_MS;
  const runs = async () => mongodOn(folder.dbPath, holder.pid) || (await isListening(port));
  while (Date.now() < deadline && (await runs())) await sleep(25);
}

import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Folder } from './folder.ts';
import { isOurs } from './replica-set.ts';

/**
 * `up`: it listens. `locked`: another mongod has the folder, which is how a race ends. `port taken`: by a stranger.
 * `failed`: with one line that says why.
 */
export type Launch =
  | { outcome: 'up' | 'locked' | 'port taken' }
  | { outcome: 'failed'; message: string };

const LOG_BYTES = 10_000_000;
/** Long, because a server that was killed in the middle of much writing reads its journal first. */
const LONGEST_START_MS = 120_000;

const ORPHAN_SECONDS = 10;

/**
 * Starts mongod on the folder, in a process group of its own, so that it outlives this process and the terminal's
 * Ctrl-C. zlib is left out of the compressors: CVE-2025-14847 is in it. No socket file in the system's temporary folder,
 * where another user's leftover could keep the server from starting. The oplog has no second member to feed.
 * A program that was killed leaves its open transactions behind, and what they have touched stays locked; MongoDB's own
 * limit of a minute would be long for somebody who wants to save.
 */
export async function launch(program: string, folder: Folder, port: number): Promise<Launch> {
  if (size(folder.log) > LOG_BYTES) renameSync(folder.log, `${folder.log}.1`);
  const start = size(folder.log);
  const log = openSync(folder.log, 'a', 0o600);
  const child = spawn(
    program,
    [
      ...['--dbpath', folder.dbPath, '--port', String(port), '--bind_ip', '127.0.0.1'],
      ...['--replSet', 'rapporteur', '--networkMessageCompressors', 'snappy,zstd'],
      ...['--setParameter', `transactionLifetimeLimitSeconds=${ORPHAN_SECONDS}`],
      ...['--wiredTigerCacheSizeGB', '0.5', '--oplogSize', '512', '--nounixsocket', '--quiet'],
    ],
    { detached: true, stdio: ['ignore', log, log] },
  );
  closeSync(log);
  child.unref();

  let ended: string | number | null = null;
  child.on('exit', (code, signal) => {
    ended = code ?? signal;
  });
  child.on('error', (error) => {
    ended = error.message;
  });

  const deadline = Date.now() + LONGEST_START_MS;
  while (Date.now() < deadline) {
    if (ended !== null) return afterEnd(ended, folder.log, start);
    if (await isOurs(port, folder.dbPath)) return { outcome: 'up' };
    await sleep(25);
  }
  return {
    outcome: 'failed',
    message: `mongod (pid ${child.pid}) has not finished starting; see ${folder.log}`,
  };
}

/** Exit codes are MongoDB's: 48 is the port, 62 files of another version, 100 anything about the folder. */
function afterEnd(code: string | number, log: string, start: number): Launch {
  const lines = readFileSync(log).subarray(start).toString('utf8').trimEnd().split('\n');
  // Others that lost a race write to the same log.
  const own = lines.filter((line) => !line.includes('DBPathInUse'));
  if (code === 48) return { outcome: 'port taken' };
  if (code === 100 && own.length < lines.length) return { outcome: 'locked' };
  const why = code === 62 ? 'the data was written by another version of MongoDB: ' : '';
  return {
    outcome: 'failed',
    message: `mongod ended at once (${code}): ${why}${firstError(own)}; see ${log}`,
  };
}

/** mongod logs a JSON document a line; the first of severity E or F is the cause, later ones its consequences. */
function firstError(lines: string[]): string {
  const line = lines.find((each) => /"s":"[EF]"/.test(each));
  if (!line) return lines.at(-1) || 'it gave no reason';
  try {
    const { msg, attr } = JSON.parse(line);
    const details = [attr?.message?.msg, attr?.error?.errmsg, attr?.error];
    const detail = details.find((each) => typeof each === 'string');
    return [msg, detail].filter(Boolean).join(': ').replace(/\s+/g, ' ');
  } catch {
    // Cut off, on a full disk for one.
    return line;
  }
}

function size(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

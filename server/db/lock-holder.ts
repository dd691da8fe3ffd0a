import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The mongod that has a folder open. `port` is null where the system doesn't show other programs' parameters. */
export type LockHolder = { pid: number; port: number | null };

/**
 * Reads who has the folder open from the lock file that mongod writes: at once, with no connection, and also while the
 * server is still starting. Null when nobody has it: never opened, closed in order, or left behind by a mongod that died.
 */
export function lockHolder(dbPath: string): LockHolder | null {
  const pid = Number(read(join(dbPath, 'mongod.lock')));
  return pid ? mongodOn(dbPath, pid) : null;
}

/** The mongod with this pid, if it runs and is one that was started on this folder; it may have left the lock already. */
export function mongodOn(dbPath: string, pid: number): LockHolder | null {
  if (!isAlive(pid) || isZombie(pid)) return null;
  const parameters = read(`/proc/${pid}/cmdline`);
  // Not Linux: the pid may be another program's by now, which the caller learns from a server that doesn't answer.
  if (parameters === null) return { pid, port: null };
  // It has ended as far as its memory goes; its port and files are about to be closed.
  if (parameters === '') return { pid, port: null };
  const words = parameters.split('\0');
  if (!words.includes(dbPath)) return null;
  return { pid, port: Number(words[words.indexOf('--port') + 1]) || null };
}

/** Whether a process with this id runs, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Ended, but its parent doesn't ask: in a container whose first process is no init this stays so. */
function isZombie(pid: number): boolean {
  return /^.*\) Z /s.test(read(`/proc/${pid}/stat`) ?? '');
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}

import { readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from './lock-holder.ts';

/** One who uses the embedded server. */
export type User = {
  /** Runs `stop` when no other live user is left, and resolves once this one is no longer a user. */
  leave(stop: () => Promise<void>): Promise<void>;
};

const LEAVING = '.leaving';
const LONGEST_LEAVE_MS = 30_000;
let joined = 0;

/**
 * Registers this process under `users/<pid>-<n>`, a file for each time that it opens the database.
 *
 * Nobody holds a lock. One who leaves first marks its file, then looks for others; one who joins first writes its
 * file, then looks for marks (`isSomeoneLeaving`) and waits. So of a joiner and a leaver that meet, at least one sees the other,
 * and the server is not stopped under somebody who was told that it runs.
 */
export function joinUsers(folder: string): User {
  joined += 1;
  const file = join(folder, `${process.pid}-${joined}`);
  writeFileSync(file, '');
  return {
    async leave(stop) {
      renameSync(file, `${file}${LEAVING}`);
      try {
        const others = live(folder).filter((name) => !name.endsWith(LEAVING));
        if (others.length === 0) await stop();
      } finally {
        rmSync(`${file}${LEAVING}`, { force: true });
      }
    },
  };
}

/** Whether a live user is just leaving and may stop the server. */
export function isSomeoneLeaving(folder: string): boolean {
  return live(folder).some((name) => name.endsWith(LEAVING) && isRecent(join(folder, name)));
}

/** The files of processes that live; those of the dead are removed. */
function live(folder: string): string[] {
  return readdirSync(folder).filter((name) => {
    const pid = Number.parseInt(name, 10);
    if (isAlive(pid)) return true;
    rmSync(join(folder, name), { force: true });
    return false;
  });
}

/** A mark that stays longer is of a process that died and whose pid another has now. */
function isRecent(file: string): boolean {
  const { ctimeMs } = statSync(file, { throwIfNoEntry: false }) ?? { ctimeMs: 0 };
  return Date.now() - ctimeMs < LONGEST_LEAVE_MS;
}

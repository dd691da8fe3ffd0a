import { mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the embedded server keeps its things within DATA_DIR. */
export type Folder = {
  /** MongoDB's own files, with every symbolic link resolved, as mongod reports it. */
  dbPath: string;
  log: string;
  users: string;
  /** The server that was started last, which may run or not; null before its first start. */
  record(): ServerRecord | null;
  keep(record: ServerRecord): void;
};

type ServerRecord = { port: number; pid: number | null };

/** Makes what is missing, for this user's eyes only: the server asks no password of who reaches it. */
export function openFolder(dataDir: string): Folder {
  const database = join(dataDir, 'database');
  const users = join(dataDir, 'users');
  for (const each of [database, users]) mkdirSync(each, { recursive: true, mode: 0o700 });
  const file = join(realpathSync(dataDir), 'mongod.json');

  return {
    dbPath: realpathSync(database),
    log: join(dataDir, 'mongod.log'),
    users,
    record() {
      try {
        const { port, pid } = JSON.parse(readFileSync(file, 'utf8'));
        return Number.isInteger(port) ? { port, pid } : null;
      } catch {
        return null;
      }
    },
    keep(record) {
      const draft = `${file}.${process.pid}`;
      writeFileSync(draft, `${JSON.stringify(record)}\n`);
      renameSync(draft, file);
    },
  };
}

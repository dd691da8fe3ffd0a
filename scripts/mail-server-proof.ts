/**
 * `npm run mail-server-proof`: a small round over a real Exim and Dovecot on this machine. Mails are delivered, one address
 * is refused when it is given, two are taken and come back later, one is answered by a machine; what comes back is read by
 * IMAP and understood. Ends within two minutes, and ends the servers that it started.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SYSTEM } from '../server/audit/event.ts';
import { bounceReader } from '../server/bounces/reader.ts';
import { readConfig } from '../server/config.ts';
import { invite, remind } from '../server/invitations/invite.ts';
import { makeDkimKey, openDkim } from '../server/mail/dkim.ts';
import { smtpTransport } from '../server/mail/transport.ts';
import { mailWorker } from '../server/mail/worker.ts';
import type { Round } from '../server/rounds/round.ts';
import type { Services } from '../server/services.ts';
import { openServices } from '../server/start.ts';
import { whyUnreachable } from '../server/states/state.ts';
import { checkDkim } from '../test/support/dkim.ts';
import { openedRound } from '../test/support/rounds.ts';
import { type MailServers, missingServers, startMailServers } from './mail-servers.ts';

const CONTACTS = `state,audience,name,post,email,language
KHM,affected,Alice Chan,Director,alice@ministry.example,en
IRQ,affected,Bob Haddad,Director,absent@ministry.example,ar
TCD,affected,Chantal Mbaye,Directrice,gone@ministry.example,fr
TUR,affected,Emine Demir,Director,late@elsewhere.example,en
NOR,donor,Dora Lund,Desk officer,full@elsewhere.example,en
`;
const DEADLINE_MS = 120_000;
const PATIENCE_MS = 40_000;

const missing = missingServers();
if (missing) {
  console.error(missing);
  process.exit(2);
}
const dataDir = await mkdtemp(join(tmpdir(), 'rapporteur-proof-'));
try {
  const servers = await startMailServers();
  try {
    await Promise.race([prove(servers), deadline()]);
  } catch (error) {
    console.error(await servers.logs());
    throw error;
  } finally {
    await servers.stop();
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  await rm(dataDir, { recursive: true, force: true });
}

/** Whatever hangs, the servers are ended. */
async function deadline(): Promise<never> {
  await sleep(DEADLINE_MS, undefined, { ref: false });
  throw new Error(`It did not end within ${DEADLINE_MS / 1000} s.`);
}

async function prove(servers: MailServers): Promise<void> {
  const config = readConfig({
    DATA_DIR: dataDir,
    LOG_LEVEL: 'error',
    SMTP_URL: servers.smtpUrl,
    MAIL_FROM: 'The Committee <questionnaire@secretariat.example>',
    BOUNCE_ADDRESS: 'bounces@secretariat.example',
    BOUNCE_IMAP_URL: servers.imapUrl,
    DKIM_DOMAIN: 'secretariat.example',
  });
  const { key } = makeDkimKey(config);
  const { services, close } = await openServices(config);
  try {
    const round = await openedRound(
      { services },
      { contacts: CONTACTS, invited: false, closes: '2030-06-30T18:00' },
    );
    await invite(services, round, { dryRun: false, actor: SYSTEM });
    await drain(services);
    const statuses = await statusesOf(services);
    must(
      'the mail server took four mails',
      statuses.filter((one) => one === 'accepted').length === 4,
    );
    must(
      'one address was refused when it was given',
      statuses.filter((one) => one === 'hard').length === 1,
    );
    const [delivered] = await until('a mail lies in a mailbox', () => servers.mailsOf('alice'));
    must('its DKIM signature holds', checkDkim(delivered ?? Buffer.alloc(0), key.publicKey).ok);
    await readBack(services, servers);
    await afterwards(services, round);
  } finally {
    await close();
  }
}

/** By the address that each mail comes back to, out of Dovecot's mailbox. */
async function readBack(services: Services, servers: MailServers): Promise<void> {
  const reader = bounceReader(services);
  let noted = 0;
  await until('three reports came back and were understood', async () => {
    const done = await reader.readOnce();
    if (done?.failures.length) throw new Error(done.failures.join('; '));
    noted += done?.read.noted ?? 0;
    return noted >= 3 ? [noted] : [];
  });
  await reader.stop();
  const kinds = (await services.bounces.list({ odd: false }, 10)).map(
    ({ kind, code, text }) => `${kind} ${code ?? '-'} ${text}`,
  );
  for (const kind of kinds.sort()) console.log(`  ${kind}`);
  const begins = (words: string) => kinds.some((one) => one.startsWith(words));
  must('the address that nobody has is refused for good', begins('hard 5.1.1'));
  must('the full mailbox is refused for now', begins('soft 5.2.2'));
  must('the absence notice is no refusal', begins('out-of-office'));
  must(
    'none is left that was not understood',
    (await services.bounces.list({ odd: true }, 1)).length === 0,
  );
  const putAway = await servers.mailsOf('bounces', '.Rapporteur-done');
  must('all lie in the folder of those that were read', putAway.length === 3);
}

async function afterwards(services: Services, round: Round): Promise<void> {
  const stopped = (await services.contacts.all()).filter(whyUnreachable).map(({ email }) => email);
  must(
    'mail stopped to the two addresses that are gone',
    stopped.sort().join() === 'gone@ministry.example,late@elsewhere.example',
  );
  must(
    'its mail counts as refused',
    (await statusesOf(services)).filter((one) => one === 'hard').length === 2,
  );
  const selection = await remind(services, round, { dryRun: true, actor: SYSTEM });
  must(
    'it is passed over by reminders',
    selection.skipped.some(
      ({ state, reason }) => state === 'TUR' && reason === 'mail cannot be delivered',
    ),
  );
}

async function drain(services: Services): Promise<void> {
  const { config } = services;
  const transport = smtpTransport(config.smtpUrl ?? '', openDkim(config));
  await mailWorker(services, transport).drain();
  transport.close();
}

async function statusesOf({ messages }: Services): Promise<string[]> {
  return (await messages.list({}, 100)).map(({ status }) => status);
}

function must(what: string, holds: boolean): void {
  if (!holds) throw new Error(`Not so: ${what}.`);
  console.log(`ok: ${what}`);
}

async function until<T>(what: string, look: () => Promise<T[]>): Promise<T[]> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found.length > 0) {
      console.log(`ok: ${what}`);
      return found;
    }
    if (Date.now() > end) throw new Error(`Not so within ${PATIENCE_MS / 1000} s: ${what}.`);
    await sleep(500);
  }
}

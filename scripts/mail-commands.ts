/** The commands about the outbox, about what comes back, and about whether our mail is believed. */
import { readFolder } from '../server/bounces/folder.ts';
import { bounceReader } from '../server/bounces/reader.ts';
import { receiveReport } from '../server/bounces/receive.ts';
import { noteRefusals } from '../server/bounces/refusals.ts';
import { checkDeliverability, isDnsReached } from '../server/mail/deliverability.ts';
import { dkimRecord, makeDkimKey, openDkim } from '../server/mail/dkim.ts';
import { pauseOutbox, resumeOutbox } from '../server/mail/pause.ts';
import { reminderPlanner } from '../server/mail/reminder-planner.ts';
import { smtpTransport } from '../server/mail/transport.ts';
import { mailWorker } from '../server/mail/worker.ts';
import type { Services } from '../server/services.ts';
import { voiceOf } from '../server/texts.ts';
import { Failure, print } from './command-line.ts';

export async function runOutbox(services: Services): Promise<void> {
  const { smtpUrl, publicUrl } = services.config;
  if (!smtpUrl && publicUrl.startsWith('https:'))
    throw new Failure('No SMTP_URL is set, and PUBLIC_URL is https: nothing can be sent.');
  // Where no server runs, the reminder plans are followed here.
  const planner = reminderPlanner(services);
  await planner.catchUp();
  await planner.stop();
  const transport = smtpUrl ? smtpTransport(smtpUrl, openDkim(services.config)) : null;
  const worked = await mailWorker(services, transport).drain();
  transport?.close();
  await noteRefusals(services);
  print({ worked, ...(await services.messages.counts()) }, `${worked} mails were worked on`);
}

export async function showOutbox(services: Services): Promise<void> {
  const counts = await services.messages.counts();
  print(
    counts,
    Object.entries(counts)
      .map(([status, n]) => `${status}\t${n}`)
      .join('\n'),
  );
}

/** For whoever sees from outside that something is wrong: the same as the button on the page. */
export async function pauseSending(services: Services): Promise<void> {
  const done = await pauseOutbox(services, { why: 'person', reply: null, by: null });
  print({ paused: true, changed: done }, done ? 'The outbox is paused.' : 'It was paused already.');
}

export async function resumeSending(services: Services): Promise<void> {
  const done = await resumeOutbox(services, null);
  print({ paused: false, changed: done }, done ? 'The outbox goes on.' : 'It was running already.');
}

export async function checkMail(services: Services): Promise<void> {
  const findings = await checkDeliverability(services.config, services.dns);
  const { t } = voiceOf('en');
  const told = findings.map((finding) => ({
    ...finding,
    text: t(`deliverability.${finding.check}.${finding.code}`, finding.params),
  }));
  print(
    told,
    told
      .map(({ check, level, text, publish }) =>
        [
          `${t(`deliverability.check.${check}`)}: ${t(`deliverability.level.${level}`)}. ${text}`,
          publish ? `  ${publish.name} ${publish.type} ${publish.value}` : '',
        ]
          .filter(Boolean)
          .join('\n'),
      )
      .join('\n'),
  );
  if (!isDnsReached(findings)) throw new Failure(t('deliverability.noDns'));
  const bad = findings.filter(({ level }) => level === 'bad').length;
  if (bad > 0) throw new Failure(`${bad} of ${findings.length} must be mended.`);
}

export async function makeKey(services: Services): Promise<void> {
  const { made, path, key } = makeDkimKey(services.config);
  const record = dkimRecord(key);
  const domain = services.config.dkimDomain ? '' : `\nThen set DKIM_DOMAIN=${key.domain}`;
  print(
    { made, path, record },
    [
      `${path} ${made ? 'was made; keep it as secret as a password' : 'was there already'}.`,
      `Publish in the DNS:\n  ${record.name} ${record.type} ${asStrings(record.value)}${domain}`,
    ].join('\n'),
  );
}

export async function readBounces(services: Services, folder: string): Promise<void> {
  const { bounceImapUrl, bounceFolder } = services.config;
  if (!folder && !bounceImapUrl && !bounceFolder)
    throw new Failure('Name a folder of .eml files, or set BOUNCE_IMAP_URL or BOUNCE_FOLDER.');
  const { read, failures } = folder
    ? await readNamed(services, folder)
    : await readSources(services);
  print(read, `${read.noted} noted, ${read.odd} not understood, ${read.seen} read before`);
  if (failures.length > 0) throw new Failure(failures.join('; '));
}

/** Strings of at most 255 characters, as a zone file wants a long record. */
const asStrings = (value: string): string =>
  (value.match(/.{1,255}/g) ?? []).map((part) => `"${part}"`).join(' ');

async function readNamed(services: Services, folder: string) {
  const read = { noted: 0, odd: 0, seen: 0 };
  const failures: string[] = [];
  await readFolder(folder, async (raw) => {
    const outcome = await receiveReport(services, raw, 'command');
    read[outcome] += 1;
    return outcome;
  }).catch((error: Error) => failures.push(error.message));
  return { read, failures };
}

async function readSources(services: Services) {
  const reader = bounceReader(services);
  const done = await reader.readOnce();
  await reader.stop();
  if (!done) throw new Failure('Another process is reading them now.');
  return done;
}

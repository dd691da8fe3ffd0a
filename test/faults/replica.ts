/**
 * Three servers on a replica set of three, respondents at work and mails going out, and the primary killed with -9 again and
 * again: what was acknowledged is there, nothing is there twice, and nobody is refused but while there is no primary.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { testApp } from '../support/app.ts';
import { type OwnServer, ownServer } from '../support/own-server.ts';
import { run } from '../support/process.ts';
import { random } from '../support/random.ts';
import { replicaSet } from '../support/replica-set.ts';
import { judgeAnswers, judgeMails, mailsSettled } from './judge.ts';
import { invitedStates } from './office.ts';
import { type Call, type Respondent, respondentAt } from './respondent.ts';

const SERVERS = 3;
const SETTLE_MS = 120_000;

/** @param betweenMs from when all is well to the next kill */
export async function replicaFault(of: {
  people: number;
  kills: number;
  betweenMs: number;
  seed: number;
}): Promise<{ figure: string; pass: boolean }> {
  const chance = random(of.seed);
  const folder = mkdtempSync(join(tmpdir(), 'rapporteur-replica-fault-'));
  const mailed = join(folder, 'ledger');
  const sink = run('test/support/smtp-sink.ts', [mailed], {}, { stdin: 'pipe' });
  const smtpUrl = `smtp://127.0.0.1:${/listening on (\d+)/.exec(await sink.says('listening on'))?.[1]}`;
  const set = await replicaSet();
  const on = await testApp({ logLevel: 'silent', mongodbUri: set.uri });
  const agent = new Agent({ keepAlive: true });
  let servers: OwnServer[] = [];
  try {
    on.setTime(new Date().toISOString());
    const { people } = await invitedStates(on, of.people);
    const settings = { SECRET: randomBytes(32).toString('hex'), SMTP_URL: smtpUrl };
    servers = await Promise.all(
      Array.from({ length: SERVERS }, () => ownServer(on, { ...settings, LOG_LEVEL: 'error' })),
    );
    const urlOf = () => chance.of(servers).url;
    const respondents = people.map((person) => respondentAt(urlOf, person, agent));
    await Promise.all(respondents.map((one) => one.arrive()));

    let over = false;
    const work = respondents.map((one, n) => atWork(one, n, () => over));
    const without: Window[] = [];
    for (let n = 0; n < of.kills; n += 1) {
      await sleep(of.betweenMs * (0.5 + chance.below(100) / 100));
      without.push(await set.killPrimary());
      await sleep(of.betweenMs / 2);
      await set.revive();
    }
    await sleep(of.betweenMs);
    over = true;
    await Promise.all(work);
    await mailsSettled(on, SETTLE_MS);

    const calls = respondents.flatMap((one) => one.calls);
    const answers = await judgeAnswers(
      on,
      respondents.map(({ ledger }) => ledger),
    );
    const mails = await judgeMails(on, readFileSync(mailed, 'utf8').trim().split('\n'));
    return verdict(calls, without, answers, mails);
  } finally {
    agent.destroy();
    await Promise.all(servers.map((one) => one.stop()));
    await on.close();
    await set.close();
    sink.child.stdin?.end();
    await sink.ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function atWork(one: Respondent, number: number, isOver: () => boolean): Promise<void> {
  for (let turn = 1; !isOver(); turn += 1) {
    const words = `Words ${turn} of respondent ${number},\nin two lines.`;
    if (turn % 3 === 0) await one.autosave(words);
    else await one.save(words);
    if (turn % 4 === 0) await one.submit();
    await sleep(300);
  }
}

/** When there was no primary. */
type Window = { from: number; to: number };

function verdict(
  calls: Call[],
  without: Window[],
  answers: { lost: number; twice: number },
  mails: Awaited<ReturnType<typeof judgeMails>>,
): { figure: string; pass: boolean } {
  const done = (what: Call['what']) =>
    calls.filter((call) => call.what === what && (call.status === 200 || call.status === 303));
  const again = calls.filter((call) => call.status === 503);
  const forms = again.filter(({ what }) => what !== 'page');
  const textGone = forms.filter(({ kept }) => !kept).length;
  const wrong = calls.filter(({ status }) => ![200, 303, 503].includes(status));
  const early = again.filter(
    (call) => !without.some(({ from, to }) => call.from < to && call.to > from),
  );
  const seconds = without.map(({ from, to }) => ((to - from) / 1000).toFixed(1)).join(', ');
  const longest = Math.max(...calls.map(({ from, to }) => to - from)) / 1000;
  const figure =
    `primary killed ${without.length} times, none for ${seconds} s; ${done('save').length} saves and ` +
    `${done('submit').length} submissions acknowledged, ${answers.lost} lost, ${answers.twice} twice; ` +
    `${mails.accepted} mails, ${mails.lost} lost, ${mails.twice} twice, ${mails.unknown} unknown; ` +
    `${again.length} requests told to try again, ${early.length} of them while there was a primary, ` +
    `${textGone} of ${forms.length} forms without the text; ${wrong.length} other errors` +
    `${wrong.length > 0 ? ` (${[...new Set(wrong.map(({ what, status }) => `${what} ${status}`))].join(', ')})` : ''}; ` +
    `longest ${longest.toFixed(1)} s`;
  const bad = [answers.lost, answers.twice, mails.lost, mails.twice, early.length, textGone];
  return {
    figure,
    pass: bad.every((n) => n === 0) && wrong.length === 0 && done('submit').length > 0,
  };
}

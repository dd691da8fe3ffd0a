/**
 * So many respondents at work at the same time on one machine, with results open and an export running: nothing fails, nothing
 * is lost, and nobody waits.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TestApp, testApp } from '../support/app.ts';
import { formTokenAt, ownServer, signedInAt } from '../support/own-server.ts';
import { run } from '../support/process.ts';
import { random } from '../support/random.ts';
import { judgeAnswers, judgeMails, mailsSettled } from './judge.ts';
import { invitedStates } from './office.ts';
import { type Call, type Respondent, respondentAt } from './respondent.ts';

/** Each saves so often. */
const PACE_MS = 10_000;
/** A page is left and another one opened after so many saves. */
const SAVES_A_PAGE = 6;
const ARRIVING = 20;
const LOOK_MS = 5000;
const SETTLE_MS = 300_000;

export type Load = {
  people: number;
  ms: number;
  submissionsPerMinute: number;
  /** How long 95 of 100 requests may take; null where the machine is anybody's. */
  p95Ms: number | null;
  seed: number;
};

export async function loadFault(of: Load): Promise<{ figure: string; pass: boolean }> {
  const folder = mkdtempSync(join(tmpdir(), 'rapporteur-load-'));
  const mailed = join(folder, 'ledger');
  const sink = run('test/support/smtp-sink.ts', [mailed], {}, { stdin: 'pipe' });
  const port = /listening on (\d+)/.exec(await sink.says('listening on'))?.[1];
  const on = await testApp({ logLevel: 'silent' });
  const agent = new Agent({ keepAlive: true });
  on.setTime(new Date().toISOString());
  const { round, people } = await invitedStates(on, of.people);
  const server = await ownServer(on, {
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    LOG_LEVEL: 'error',
  });
  try {
    const respondents = people.map((person) => respondentAt(() => server.url, person, agent));
    await arriving(respondents);
    for (const one of respondents) one.calls.length = 0;

    const end = performance.now() + of.ms;
    const office = Promise.all([
      lookAtResults(on, server.url, round, end),
      takeAway(on, server.url, round, of.people, end),
    ]);
    await Promise.all(respondents.map((one, n) => atWork(one, of, end, random(of.seed + n))));
    const [looks, exports] = await office;
    await mailsSettled(on, SETTLE_MS);

    const calls = respondents.flatMap((one) => one.calls);
    const answers = await judgeAnswers(
      on,
      respondents.map(({ ledger }) => ledger),
    );
    const mails = await judgeMails(on, readFileSync(mailed, 'utf8').trim().split('\n'));
    const wrong =
      calls.filter(({ status }) => status !== 200 && status !== 303).length +
      [...looks, ...exports].filter(({ ok }) => !ok).length;
    const done = (what: Call['what']) => calls.filter((call) => call.what === what).length;
    const [p95, results] = [percentile(calls.map(duration)), percentile(looks.map(({ ms }) => ms))];
    const figure =
      `${of.people} respondents for ${of.ms / 1000} s: ${done('save')} saves, ${done('page')} pages, ${done('submit')} submissions; ` +
      `${wrong} errors, ${answers.lost + mails.lost} lost, ${answers.twice + mails.twice} twice, ${mails.accepted} mails; ` +
      `p95 ${p95} ms (median ${percentile(calls.map(duration), 0.5)} ms, longest ${percentile(calls.map(duration), 1)} ms); ` +
      `${looks.length} looks at results, p95 ${results} ms; ${exports.length} exports`;
    const bad = wrong + answers.lost + answers.twice + mails.lost + mails.twice;
    const slow = of.p95Ms !== null && p95 > of.p95Ms;
    return { figure, pass: bad === 0 && !slow && done('submit') > 0 && exports.length > 0 };
  } finally {
    agent.destroy();
    await server.stop();
    await on.close();
    sink.child.stdin?.end();
    await sink.ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function arriving(respondents: Respondent[]): Promise<void> {
  const waiting = [...respondents];
  const lane = async () => {
    for (let one = waiting.pop(); one; one = waiting.pop()) await one.arrive();
  };
  await Promise.all(Array.from({ length: ARRIVING }, lane));
}

async function atWork(
  one: Respondent,
  { people, submissionsPerMinute }: Load,
  end: number,
  chance: ReturnType<typeof random>,
): Promise<void> {
  const savesPerMinute = (people * 60_000) / PACE_MS;
  const submits = () => chance.below(1_000_000) / 1_000_000 < submissionsPerMinute / savesPerMinute;
  // Nobody begins at the same moment as all others.
  await sleep(chance.below(PACE_MS));
  for (let turn = 1; performance.now() < end; turn += 1) {
    const began = performance.now();
    const words = `Words ${turn}, ${chance.below(2 ** 30)}.`;
    if (turn % SAVES_A_PAGE === 0) await one.save(words);
    else await one.autosave(words);
    if (submits()) await one.submit();
    await sleep(
      Math.max(0, PACE_MS * (0.5 + chance.below(1000) / 1000) - (performance.now() - began)),
    );
  }
}

/** A request of the office: how long it took, and whether it gave what was asked for. */
type Errand = { ms: number; ok: boolean };

async function errand(address: string, options: RequestInit, isWhole: (text: string) => boolean) {
  const began = performance.now();
  const ok = await fetch(address, options)
    .then(async (answer) => isWhole(await answer.text()) && answer.status === 200)
    .catch(() => false);
  return { ms: performance.now() - began, ok };
}

/** What the Committee has open, loaded anew again and again. */
async function lookAtResults(on: TestApp, url: string, round: string, end: number) {
  const headers = { cookie: await signedInAt(on, url, 'committee') };
  const looks: Errand[] = [];
  for (const path of cycle(['', '/actions/44', '/questions/a44_01'])) {
    if (performance.now() > end) break;
    looks.push(
      await errand(`${url}/results/${round}${path}`, { headers }, (page) =>
        page.includes('</html>'),
      ),
    );
    await sleep(LOOK_MS);
  }
  return looks;
}

async function takeAway(on: TestApp, url: string, round: string, rows: number, end: number) {
  const headers = { cookie: await signedInAt(on, url, 'admin') };
  const token = await formTokenAt(`${url}/admin/rounds`, headers.cookie);
  const taken: Errand[] = [];
  while (performance.now() < end) {
    const form = { method: 'POST', headers, body: new URLSearchParams({ token }) };
    // A header, a line for each, and nothing after the last.
    const isWhole = (file: string) => file.split('\r\n').length >= rows + 2;
    taken.push(await errand(`${url}/results/${round}/exports/csv`, form, isWhole));
    await sleep(LOOK_MS);
  }
  return taken;
}

function* cycle<T>(list: T[]): Generator<T> {
  for (;;) yield* list;
}

const duration = ({ from, to }: Call) => to - from;
const percentile = (numbers: number[], share = 0.95): number =>
  Math.round(numbers.toSorted((a, b) => a - b)[Math.ceil(numbers.length * share) - 1] ?? 0);

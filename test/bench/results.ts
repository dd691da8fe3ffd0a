/**
 * The Committee's pages at a million responses beside the same pages at a thousand, over HTTP: a server of its own for each round, asked
 * in turns. "Bare" is the small round, ours the large one, in milliseconds until the page is there.
 */
import { Agent, get } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { foldSome } from '../../server/columns/fold.ts';
import { REVIEWS } from '../../server/responses/response.ts';
import { REGIONS } from '../../server/states/state.ts';
import { type TestApp, testApp } from '../support/app.ts';
import {
  longestHeld,
  type OwnServer,
  ownServer,
  signedInAt,
  WATCHED,
} from '../support/own-server.ts';
import { random } from '../support/random.ts';
import { largeRound } from './large-round.ts';
import { type Figure, median, quantile } from './measure.ts';

const SIZES = {
  small: { few: 200, many: 1000, looks: 12, tries: 1 },
  full: { few: 1000, many: 1_000_000, looks: 300, tries: 5 },
};
type Size = keyof typeof SIZES;

/** Closed questions of either kind, of both audiences; among them those with the most choices, 14 and 44. */
const CLOSED = ['a42_01', 'a43_04', 'a44_01', 'a43_09', 'a45_07', 'a47_01'].concat([
  'd42_01',
  'd44_02',
  'd45_01',
  'd46_01',
  'd47_01',
]);
const GROUPS = ['allStatesParties', 'affectedStatesParties', 'donorStatesParties'];

type Round = { on: TestApp; server: OwnServer; cookie: string; agent: Agent; size: number };

/** Both rounds are made once for all rows that are measured in a run. */
const made = new Map<number, Promise<TestApp>>();

async function roundOf(size: number): Promise<TestApp> {
  const known = made.get(size) ?? seed(size);
  made.set(size, known);
  return known;
}

async function seed(size: number): Promise<TestApp> {
  const on = await testApp({ logLevel: 'silent' });
  const round = await largeRound(on, size, 20);
  while ((await foldSome(on.services, round)) > 0);
  return on;
}

/** Ends what the rows of results have started. */
export async function endResults(): Promise<void> {
  for (const round of opened.values()) await close(await round);
  for (const on of made.values()) await (await on).close();
  opened.clear();
  made.clear();
}

/** With a server each, warm from one row to the next. */
const opened = new Map<number, Promise<Round>>();

function warm(size: number): Promise<Round> {
  const known = opened.get(size) ?? open(size);
  opened.set(size, known);
  return known;
}

async function open(size: number, settings: Record<string, string> = {}): Promise<Round> {
  const on = await roundOf(size);
  on.setTime(new Date().toISOString());
  const server = await ownServer(on, settings);
  const cookie = await signedInAt(on, server.url, 'committee');
  return { on, server, cookie, agent: new Agent({ keepAlive: true }), size };
}

async function close({ server, agent }: Round): Promise<void> {
  agent.destroy();
  await server.stop();
}

/** In milliseconds, until the last byte is there. */
async function look({ server, cookie, agent }: Round, path: string): Promise<number> {
  const started = performance.now();
  const answer = await new Promise<{ status: number | undefined; body: Buffer }>(
    (resolve, reject) => {
      get(`${server.url}/results/large${path}`, { agent, headers: { cookie } }, (found) => {
        buffer(found).then((body) => resolve({ status: found.statusCode, body }), reject);
      }).once('error', reject);
    },
  );
  if (answer.status !== 200) throw new Error(`${path} was answered with ${answer.status}`);
  return performance.now() - started;
}

async function compared(row: string, size: Size, pathOf: (n: number) => string): Promise<Figure> {
  const { few, many, looks } = SIZES[size];
  const [small, large] = [await warm(few), await warm(many)];
  const took: [number, number][] = [];
  // What is counted for the first time is another row; so is a program that has just started.
  const before = Math.ceil(looks / 5);
  for (let n = -before; n < looks; n += 1) {
    const path = pathOf(Math.abs(n));
    // In turns, so that what else the machine does meets both.
    const one: [number, number] = [0, 0];
    for (const side of n % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const))
      one[side] = await look(side === 0 ? small : large, path);
    if (n >= 0) took.push(one);
  }
  const [bare, ours] = [took.map(([one]) => one), took.map(([, other]) => other)];
  const ratios = took.map(([one, other]) => one / other);
  const round2 = (number: number) => Math.round(number * 100) / 100;
  return {
    row,
    size,
    scale: `${few} beside ${many} responses, ${looks} looks`,
    unit: 'ms',
    bare: round2(median(bare)),
    ours: round2(median(ours)),
    p99: round2(quantile(ours, 0.99)),
    ratio: round2(median(bare) / median(ours)),
    spread: [round2(quantile(ratios, 0.01)), round2(quantile(ratios, 0.99))],
  };
}

export const overviewRow = (size: Size): Promise<Figure> => compared('overview', size, () => '');

/** The overview and the page of a question under any of the filters. */
export const viewsRow = (size: Size): Promise<Figure> =>
  compared('views', size, (n) => {
    const chance = random(n);
    const query = new URLSearchParams({
      region: chance.of(['', ...REGIONS]),
      group: chance.of(['', ...GROUPS]),
      review: chance.of(['', ...REVIEWS]),
    });
    return `${chance.of(['', `/questions/${chance.of(CLOSED)}`])}?${query}`;
  });

/** Any two questions under any of the filters. */
export const crossRow = (size: Size): Promise<Figure> =>
  compared('cross', size, (n) => {
    const chance = random(n);
    const of = chance.of(CLOSED);
    const query = new URLSearchParams({
      of,
      by: chance.of(CLOSED.filter((one) => one !== of)),
      region: chance.of(['', ...REGIONS]),
      review: chance.of(['', '', ...REVIEWS]),
    });
    return `/cross?${query}`;
  });

/** The two questions with the most choices, with everybody in view. */
export const wideRow = (size: Size): Promise<Figure> =>
  compared('cross-wide', size, () => '/cross?of=d44_02&by=d45_01');

/** The first overview of a process that has just started, and for how long that holds up all others. */
export async function coldRow(size: Size): Promise<Figure> {
  const { few, many, tries } = SIZES[size];
  const took: [number, number][] = [];
  let held = 0;
  for (let n = 0; n < tries; n += 1) {
    const one: number[] = [];
    for (const responses of [few, many]) {
      const round = await open(responses, WATCHED);
      try {
        await longestHeld(round.server);
        one.push(await look(round, ''));
        held = Math.max(held, await longestHeld(round.server));
      } finally {
        await close(round);
      }
    }
    took.push(one as [number, number]);
  }
  const [bare, ours] = [took.map(([one]) => one), took.map(([, other]) => other)];
  const ratios = took.map(([one, other]) => Math.round((100 * one) / other) / 100);
  return {
    row: 'cold',
    size,
    scale: `${few} beside ${many} responses, ${tries} processes, nothing at work for more than ${Math.round(held)} ms at once`,
    unit: 'ms',
    bare: Math.round(median(bare)),
    ours: Math.round(median(ours)),
    p99: Math.round(Math.max(...ours)),
    ratio: Math.round((100 * median(bare)) / median(ours)) / 100,
    spread: [Math.min(...ratios), Math.max(...ratios)],
  };
}

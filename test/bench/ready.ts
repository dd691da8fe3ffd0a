/** How long a server takes to be ready on a database that is there already, and what it holds in memory once it is. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type TestApp, testApp } from '../support/app.ts';
import { ownServer, residentMegabytes } from '../support/own-server.ts';
import { run } from '../support/process.ts';
import { openedRound } from '../support/rounds.ts';
import { type Figure, inTurns } from './measure.ts';

const SIZES = { small: { rounds: 2, idleMs: 500 }, full: { rounds: 9, idleMs: 60_000 } };
type Size = keyof typeof SIZES;

/** From the start of the process to the line that says where it is; the aim is 2 s, whatever the bare side takes. */
export const readyRow = (size: Size): Promise<Figure> =>
  compared('ready', size, [SIZES[size].rounds, 1], 'ms', async (start) => {
    const started = performance.now();
    const { stop } = await start();
    const took = performance.now() - started;
    await stop();
    return took;
  });

/** A while after the start; the aim is 200 MB. */
export const idleMemoryRow = (size: Size): Promise<Figure> =>
  compared('idle-memory', size, [1, 0], 'MB', async (start) => {
    const { pid, stop } = await start();
    await sleep(SIZES[size].idleMs);
    const { now } = await residentMegabytes(pid);
    await stop();
    return now;
  });

type Started = { pid: number; stop(): Promise<unknown> };

async function compared(
  row: string,
  size: Size,
  [rounds, before]: [rounds: number, before: number],
  unit: string,
  measure: (start: () => Promise<Started>) => Promise<number>,
): Promise<Figure> {
  const on = await testApp({ logLevel: 'silent' });
  try {
    await openedRound(on);
    const sides = {
      bare: () => measure(() => bareServer(on)),
      ours: () => measure(() => ourServer(on)),
    };
    const scale = `a process on an existing database, ${rounds} times`;
    return { row, size, scale, unit, ...(await inTurns(sides, rounds, 'less', before)) };
  } finally {
    await on.close();
  }
}

async function ourServer(on: TestApp): Promise<Started> {
  const { program, stop } = await ownServer(on);
  return { pid: program.child.pid as number, stop };
}

async function bareServer({ databaseUri }: TestApp): Promise<Started> {
  const environment = { MONGODB_URI: databaseUri, NODE_ENV: 'production' };
  const program = run('test/bench/bare-start.mjs', [], environment, { stdin: 'pipe' });
  await program.says('listening on');
  return {
    pid: program.child.pid as number,
    stop: () => {
      program.child.stdin?.end();
      return program.ended;
    },
  };
}

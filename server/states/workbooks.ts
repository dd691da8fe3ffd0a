/**
 * Workbooks (XLSX), read and written in a thread of their own that may take so much memory and so much time: a hostile
 * file ends the thread, never the server. One job at a time; the thread ends after an idle minute.
 */
import { Worker } from 'node:worker_threads';
import { bootOf } from '../job-thread.ts';
import { archiveProblem } from './archive.ts';
import type { Sheet, SheetRead } from './workbook-cells.ts';

export type Job = { bytes: ArrayBuffer } | { name: string; rows: string[][] };
export type Answer = { read: SheetRead } | { written: Uint8Array } | { error: string };
/** Said once, when the thread has loaded what it needs: from then on its time counts. */
export const READY = 'ready';

type Refused = {
  ok: false;
  problem:
    | Exclude<Awaited<ReturnType<typeof archiveProblem>>, null>
    | Extract<SheetRead, string>
    | Ending;
};
/** How a thread ends that took too much. */
type Ending = 'memory' | 'slow';

export type Workbooks = {
  read(bytes: Buffer): Promise<{ ok: true; sheet: Sheet } | Refused>;
  /** @param name of the sheet. @param rows the first is the header */
  write(name: string, rows: string[][]): Promise<Buffer>;
};

const IDLE_MS = 60_000;
/** What is written is ours, so it may take its time. */
const PATIENCE_MS = { read: 10_000, write: 60_000 };
const LIMITS = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16 };

const BOOT = bootOf(new URL('./workbook-thread.ts', import.meta.url).href);

export function workbooks(): Workbooks {
  let thread: Worker | null = null;
  let current: { job: Job; settle(outcome: Answer | Ending | Error): void } | null = null;
  let late: NodeJS.Timeout | undefined;
  let idle: NodeJS.Timeout | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  function start(): Worker {
    const started = new Worker(BOOT, { eval: true, resourceLimits: LIMITS });
    started.on('message', (answer: Answer | typeof READY) => {
      if (thread !== started) return;
      if (answer === READY) return watch();
      started.unref();
      idle = setTimeout(() => over(started, new Error('idle')), IDLE_MS).unref();
      return settle(answer);
    });
    started.on('error', (error: NodeJS.ErrnoException) =>
      over(started, error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : error),
    );
    started.on('exit', () => over(started, new Error('the thread for workbooks ended')));
    return started;
  }

  function watch(): void {
    const on = thread;
    const { job } = current ?? {};
    if (!on || !job) return;
    const patience = 'bytes' in job ? PATIENCE_MS.read : PATIENCE_MS.write;
    late = setTimeout(() => over(on, 'slow'), patience);
  }

  function settle(outcome: Answer | Ending | Error): void {
    clearTimeout(late);
    const waiting = current;
    current = null;
    waiting?.settle(outcome);
  }

  /** Whatever ended this thread, the next job gets another. */
  function over(ended: Worker, outcome: Ending | Error): void {
    if (thread !== ended) return;
    thread = null;
    void ended.terminate();
    settle(outcome);
  }

  /** In its turn, on the thread that is there or a new one. */
  function work(job: Job): Promise<Answer | Ending> {
    const turn = queue.then(
      () =>
        new Promise<Answer | Ending>((resolve, reject) => {
          clearTimeout(idle);
          const isNew = thread === null;
          thread ??= start();
          current = {
            job,
            settle: (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)),
          };
          thread.ref();
          thread.postMessage(job, 'bytes' in job ? [job.bytes] : []);
          if (!isNew) watch();
        }),
    );
    queue = turn.catch(() => {});
    return turn;
  }

  return {
    async read(file) {
      const problem = await archiveProblem(file);
      if (problem) return { ok: false, problem };
      // A copy of its own, which the thread takes over.
      const bytes = new Uint8Array(file).buffer;
      const answer = await work({ bytes });
      if (typeof answer === 'string') return { ok: false, problem: answer };
      // The library says what is wrong with a file in words for programmers.
      if (!('read' in answer)) return { ok: false, problem: 'damaged' };
      const { read } = answer;
      return typeof read === 'string' ? { ok: false, problem: read } : { ok: true, sheet: read };
    },
    async write(name, rows) {
      const answer = await work({ name, rows });
      if (typeof answer === 'string' || !('written' in answer))
        throw new Error(`no workbook: ${JSON.stringify(answer)}`);
      return Buffer.from(answer.written);
    },
  };
}

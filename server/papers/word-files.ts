/**
 * Word files, made in a thread of their own: one takes the processor for a tenth of a second, for which nobody
 * else's save may wait. The thread starts with the first file and ends after an idle minute; idle, it keeps no program alive.
 */
import { Worker } from 'node:worker_threads';
import type { Paper } from './paper.ts';
import type { DrawnReport } from './report-file.ts';

const IDLE_MS = 60_000;

/** A thread of Node 20 does not get the program's loader for TypeScript, so it takes one itself. */
const BOOT = `import(${JSON.stringify(import.meta.resolve('tsx/esm/api'))})
  .then(({ register }) => { register(); return import(${JSON.stringify(new URL('./word-thread.ts', import.meta.url).href)}); });`;

type Answer = { job: number; file?: Uint8Array; error?: string };
type Waiting = { resolve: (file: Buffer) => void; reject: (error: Error) => void };

/** What a file is made of. */
export type Written = Paper | DrawnReport;
export type WordFiles = (paper: Written) => Promise<Buffer>;

export function wordFiles(): WordFiles {
  const waiting = new Map<number, Waiting>();
  let thread: Worker | null = null;
  let idle: NodeJS.Timeout | undefined;
  let jobs = 0;

  function start(): Worker {
    const started = new Worker(BOOT, { eval: true });
    started.on('message', ({ job, file, error }: Answer) => {
      const asker = waiting.get(job);
      waiting.delete(job);
      if (file) asker?.resolve(Buffer.from(file));
      else asker?.reject(new Error(`no Word file: ${error}`));
      if (waiting.size > 0) return;
      started.unref();
      idle = setTimeout(() => void started.terminate(), IDLE_MS).unref();
    });
    started.on('error', (error) => over(started, error));
    started.on('exit', () => over(started, new Error('the thread for Word files ended')));
    return started;
  }

  /** Whoever waits is told; the next file starts a new thread. */
  function over(ended: Worker, error: Error): void {
    if (thread !== ended) return;
    thread = null;
    for (const asker of waiting.values()) asker.reject(error);
    waiting.clear();
  }

  return (paper) =>
    new Promise((resolve, reject) => {
      clearTimeout(idle);
      thread ??= start();
      jobs += 1;
      waiting.set(jobs, { resolve, reject });
      thread.ref();
      thread.postMessage({ job: jobs, paper });
    });
}

/**
 * A thread of its own for work that takes the processor for long, for which nobody's save may wait. It starts with the first job and ends
 * after an idle minute; idle, it keeps no program alive.
 */
import { Worker } from 'node:worker_threads';

const IDLE_MS = 60_000;

/** What the thread sends back, for the job of this number. */
export type Answer<Done> = { job: number; done?: Done; error?: string };
type Waiting<Done> = { resolve(done: Done): void; reject(error: Error): void };

/** A thread of Node 20 does not get the program's loader for TypeScript, so it takes one itself. */
export const bootOf = (module: string): string =>
  `import(${JSON.stringify(import.meta.resolve('tsx/esm/api'))})
  .then(({ register }) => { register(); return import(${JSON.stringify(module)}); });`;

/**
 * @param module address of the TypeScript file that the thread runs, which answers each job by `answerJobs`
 * @param name of what it makes, for its errors
 */
export function jobThread<Job, Done>(module: string, name: string): (job: Job) => Promise<Done> {
  const waiting = new Map<number, Waiting<Done>>();
  let thread: Worker | null = null;
  let idle: NodeJS.Timeout | undefined;
  let jobs = 0;

  function start(): Worker {
    const started = new Worker(bootOf(module), { eval: true });
    started.on('message', ({ job, done, error }: Answer<Done>) => {
      const asker = waiting.get(job);
      waiting.delete(job);
      if (done === undefined) asker?.reject(new Error(`no ${name}: ${error}`));
      else asker?.resolve(done);
      if (waiting.size > 0) return;
      started.unref();
      idle = setTimeout(() => void started.terminate(), IDLE_MS).unref();
    });
    started.on('error', (error) => over(started, error));
    started.on('exit', () => over(started, new Error(`the thread for ${name} ended`)));
    return started;
  }

  /** Whoever waits is told; the next job starts a new thread. */
  function over(ended: Worker, error: Error): void {
    if (thread !== ended) return;
    thread = null;
    for (const asker of waiting.values()) asker.reject(error);
    waiting.clear();
  }

  return (content) =>
    new Promise((resolve, reject) => {
      clearTimeout(idle);
      thread ??= start();
      jobs += 1;
      waiting.set(jobs, { resolve, reject });
      thread.ref();
      thread.postMessage({ job: jobs, content });
    });
}

/** The side of a job thread that does the work; `job-thread.ts` is the other. */
import { parentPort } from 'node:worker_threads';
import type { Answer } from './job-thread.ts';

export function answerJobs<Job, Done>(work: (job: Job) => Promise<Done>): void {
  parentPort?.on('message', async ({ job, content }: { job: number; content: Job }) => {
    let answer: Answer<Done>;
    try {
      answer = { job, done: await work(content) };
    } catch (error) {
      answer = { job, error: (error instanceof Error && error.stack) || String(error) };
    }
    parentPort?.postMessage(answer);
  });
}

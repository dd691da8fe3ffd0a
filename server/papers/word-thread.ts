/** The thread in which Word files are made; `word-files.ts` starts it. */
import { parentPort } from 'node:worker_threads';
import { wordFile } from './word.ts';
import type { Written } from './word-files.ts';
import { wordReport } from './word-report.ts';

parentPort?.on('message', async ({ job, paper }: { job: number; paper: Written }) => {
  try {
    const file = await ('annexes' in paper ? wordReport(paper) : wordFile(paper));
    parentPort?.postMessage({ job, file });
  } catch (error) {
    parentPort?.postMessage({ job, error: error instanceof Error ? error.stack : String(error) });
  }
});

/** The thread in which Word files are made; `word-files.ts` starts it. */
import { parentPort } from 'node:worker_threads';
import type { Paper } from './paper.ts';
import { wordFile } from './word.ts';

parentPort?.on('message', async ({ job, paper }: { job: number; paper: Paper }) => {
  try {
    parentPort?.postMessage({ job, file: await wordFile(paper) });
  } catch (error) {
    parentPort?.postMessage({ job, error: error instanceof Error ? error.stack : String(error) });
  }
});

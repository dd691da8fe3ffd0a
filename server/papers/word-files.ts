/** Word files, made in a thread of their own: one takes the processor for a tenth of a second. */
import { jobThread } from '../job-thread.ts';
import type { Paper } from './paper.ts';
import type { DrawnReport } from './report-file.ts';

/** What a file is made of. */
export type Written = Paper | DrawnReport;
export type WordFiles = (paper: Written) => Promise<Buffer>;

export function wordFiles(): WordFiles {
  const make = jobThread<Written, Uint8Array>(
    new URL('./word-thread.ts', import.meta.url).href,
    'Word file',
  );
  return async (paper) => Buffer.from(await make(paper));
}

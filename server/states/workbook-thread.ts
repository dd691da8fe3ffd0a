/** The thread in which workbooks are read and written; `workbooks.ts` starts it. */
import { parentPort } from 'node:worker_threads';
import readWorkbook from 'read-excel-file/universal';
import writeWorkbook from 'write-excel-file/node';
import { type Cell, escaped, sheetToRead } from './workbook-cells.ts';
import { type Answer, type Job, READY } from './workbooks.ts';

// The reader for Node goes by the headers between the parts of an archive, this one by the list at its end: the same
// that was looked at before.
async function read(bytes: ArrayBuffer): Promise<Answer> {
  const sheets = await readWorkbook(bytes);
  return { read: sheetToRead(sheets as { sheet: string; data: Cell[][] }[]) };
}

async function write(name: string, rows: string[][]): Promise<Answer> {
  const cells = rows.map((row, at) =>
    row.map((text) => ({
      value: escaped(text),
      type: String,
      ...(at === 0 ? { fontWeight: 'bold' as const } : {}),
    })),
  );
  const columns = (rows[0] ?? []).map((_, at) => ({
    width: Math.min(50, Math.max(10, ...rows.slice(0, 500).map((row) => row[at]?.length ?? 0)) + 2),
  }));
  const options = { sheet: name, columns, stickyRowsCount: 1 };
  return { written: await writeWorkbook(cells, options).toBuffer() };
}

parentPort?.on('message', async (job: Job) => {
  let answer: Answer;
  try {
    answer = 'bytes' in job ? await read(job.bytes) : await write(job.name, job.rows);
  } catch (error) {
    answer = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  parentPort?.postMessage(answer);
});
parentPort?.postMessage(READY);

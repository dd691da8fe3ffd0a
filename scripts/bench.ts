/**
 * `npm run bench -- [ROW…] [--row ROW]… [--size small|full] [--json]`: how fast we are beside the bare stack that does the same work in
 * the same run. All rows without a name. A table on standard error; with --json one document on standard output.
 */
import { parseArgs } from 'node:util';
import { csvMemoryRow, csvRow } from '../test/bench/csv.ts';
import { mailRow } from '../test/bench/mail.ts';
import type { Figure } from '../test/bench/measure.ts';
import { formRow } from '../test/bench/pages.ts';
import { idleMemoryRow, readyRow } from '../test/bench/ready.ts';
import { endStacks } from '../test/bench/respondents.ts';
import {
  coldRow,
  crossRow,
  endResults,
  overviewRow,
  viewsRow,
  wideRow,
} from '../test/bench/results.ts';
import { saveRow, submitRow } from '../test/bench/saves.ts';
import startMongod from '../test/support/mongod-setup.ts';

type Size = 'small' | 'full';
const ROWS: Record<string, (size: Size) => Promise<Figure>> = {
  'form-10': formRow(10),
  'form-50': formRow(50),
  save: saveRow,
  submit: submitRow,
  mail: mailRow,
  overview: overviewRow,
  views: viewsRow,
  cross: crossRow,
  'cross-wide': wideRow,
  cold: coldRow,
  csv: csvRow,
  'csv-memory': csvMemoryRow,
  ready: readyRow,
  'idle-memory': idleMemoryRow,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    row: { type: 'string', multiple: true, default: [] },
    size: { type: 'string', default: 'small' },
    json: { type: 'boolean', default: false },
  },
});
const size = values.size;
if (size !== 'small' && size !== 'full') throw new Error('--size is small or full.');
const named = [...positionals, ...values.row];
const wanted = named.length > 0 ? named : Object.keys(ROWS);
const unknown = wanted.find((name) => !ROWS[name]);
if (unknown)
  throw new Error(`There is no row ${unknown}; there are ${Object.keys(ROWS).join(', ')}.`);

const WIDTHS = [12, 10, 10, 8, 6, 14];
const print = (...cells: (string | number)[]) =>
  console.error(cells.map((cell, at) => String(cell).padEnd(WIDTHS[at] ?? 0)).join(' '));

await startMongod();
try {
  const figures: Figure[] = [];
  print('row', 'bare', 'ours', 'unit', 'ratio', 'spread', `size (${size})`);
  for (const name of wanted) {
    const figure = await ROWS[name]?.(size);
    if (!figure) continue;
    figures.push(figure);
    const { row, bare, ours, unit, ratio, spread, scale, p99 } = figure;
    const more = p99 === undefined ? scale : `${scale}; p99 ${p99} ${unit}`;
    print(row, bare, ours, unit, ratio, spread.join(' to '), more);
  }
  if (values.json) console.log(JSON.stringify(figures));
} finally {
  await endStacks();
  await endResults();
  await globalThis.stopTestServer();
}

/**
 * `npm run bench -- [ROW] [--size small|full] [--json]`: how fast we are beside the bare stack that does the same work in the
 * same run. All rows without a name. A table on standard error; with --json one document on standard output.
 */
import { parseArgs } from 'node:util';
import { mailRow } from '../test/bench/mail.ts';
import type { Figure } from '../test/bench/measure.ts';
import { formRow } from '../test/bench/pages.ts';
import { saveRow, submitRow } from '../test/bench/saves.ts';
import startMongod from '../test/support/mongod-setup.ts';

type Size = 'small' | 'full';
const ROWS: Record<string, (size: Size) => Promise<Figure>> = {
  'form-10': formRow(10),
  'form-50': formRow(50),
  save: saveRow,
  submit: submitRow,
  mail: mailRow,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: 'small' },
    json: { type: 'boolean', default: false },
  },
});
const size = values.size;
if (size !== 'small' && size !== 'full') throw new Error('--size is small or full.');
const wanted = positionals.length > 0 ? positionals : Object.keys(ROWS);

await startMongod();
try {
  const figures: Figure[] = [];
  for (const name of wanted) {
    const row = ROWS[name];
    if (!row)
      throw new Error(`There is no row ${name}; there are ${Object.keys(ROWS).join(', ')}.`);
    const figure = await row(size);
    figures.push(figure);
    const { bare, ours, unit, ratio, spread } = figure;
    console.error(
      `${name} (${size}): bare ${bare}, ours ${ours} ${unit}; ratio ${ratio} (${spread.join(' to ')})`,
    );
  }
  if (values.json) console.log(JSON.stringify(figures));
} finally {
  await globalThis.stopTestServer();
}

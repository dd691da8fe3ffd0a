/**
 * `npm run faults -- [ID…] [--size small|full] [--seed N] [--json]`: breaks things on purpose and counts what is lost. All faults
 * without a name. One line each on standard error; with --json one document on standard output. Exits with 1 when one fails.
 */
import { parseArgs } from 'node:util';
import { FAULTS, type Result } from '../test/faults/faults.ts';
import startMongod from '../test/support/mongod-setup.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: 'small' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const { size } = values;
if (size !== 'small' && size !== 'full') throw new Error('--size is small or full.');
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 30));
if (!Number.isInteger(seed)) throw new Error('--seed is a whole number.');
const ids = positionals.length > 0 ? positionals : Object.keys(FAULTS);
const unknown = ids.find((id) => !FAULTS[id]);
if (unknown)
  throw new Error(`There is no fault ${unknown}; there are ${Object.keys(FAULTS).join(', ')}.`);

await startMongod();
try {
  const results: Result[] = [];
  for (const id of ids) {
    const outcome = await FAULTS[id]?.(size, seed);
    if (!outcome) continue;
    results.push({ id, size, ...outcome, seed });
    console.error(`${outcome.pass ? 'pass' : 'FAIL'} ${id} (seed ${seed}): ${outcome.figure}`);
  }
  if (values.json) console.log(JSON.stringify(results));
  if (results.some(({ pass }) => !pass)) process.exitCode = 1;
} finally {
  await globalThis.stopTestServer();
}

/**
 * `npm run schedules -- [COUNT] [SEED] [pages]`: plays schedules of two or three editors of one response, by default 20,000,
 * on a database of its own; with "pages" through HTTP, slowly. Prints one JSON document; a failure comes with its seed and its
 * smallest schedule, and exits with 1.
 */
import { testApp } from '../test/support/app.ts';
import { playMany } from '../test/support/editors/lanes.ts';
import startMongod from '../test/support/mongod-setup.ts';

const given = process.argv.slice(2);
const way = given.includes('pages') ? 'pages' : 'functions';
const numbers = given.filter((one) => one !== 'pages').map(Number);
const [count = 20_000, seed = Math.floor(Math.random() * 2 ** 30)] = numbers;
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed))
  throw new Error('Give the number of schedules and, for the same ones again, the seed.');

const started = Date.now();
await startMongod();
const on = await testApp({ logLevel: 'silent' });
try {
  const played = await playMany(on, way, count, seed, (done) => {
    if (done % 500 === 0) console.error(`${done} of ${count}`);
  });
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(JSON.stringify({ way, ...played, seconds }, null, 2));
  if (played.failure) process.exitCode = 1;
} finally {
  await on.close();
  await globalThis.stopTestServer();
}

/**
 * Loaded before the server (`--import`), it watches how long anything holds the event loop. For each line on standard input it says the
 * longest time since the last one, in milliseconds, and ends with its parent. Linux only.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { isMainThread } from 'node:worker_threads';

/** What this thread has run on a processor, in milliseconds: what the machine does meanwhile does not count. */
const ran = () =>
  Number(/^\d+/.exec(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8'))?.[0]) / 1e6;

if (isMainThread) {
  let [before, longest] = [ran(), 0];
  // Whatever holds the loop holds this up, and then shows as one long piece of work between two of its turns.
  setInterval(() => {
    const now = ran();
    longest = Math.max(longest, now - before);
    before = now;
  }, 1);
  const told = createInterface({ input: process.stdin });
  told.on('line', () => {
    console.log(`held ${longest}`);
    longest = 0;
  });
  told.once('close', () => process.exit(0));
}

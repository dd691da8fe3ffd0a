import { setTimeout as sleep } from 'node:timers/promises';

/**
 * One piece of work for many that ask at about the same time: while the database is busy with some, the next ones gather
 * and go together. A single one goes at once; an error is everybody's who went along.
 * @param work answers in the order that it is asked
 * @param restMs after a piece of work the next one gathers this long: later answers, but far fewer pieces of work
 */
export function gathered<In, Out>(
  work: (all: In[]) => Promise<Out[]>,
  { restMs = 0, most = 100 }: { restMs?: number; most?: number } = {},
): (one: In) => Promise<Out> {
  type Waiting = { one: In; resolve(out: Out): void; reject(error: unknown): void };
  let waiting: Waiting[] = [];
  let running = false;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const going = waiting.slice(0, most);
      waiting = waiting.slice(most);
      try {
        const answers = await work(going.map(({ one }) => one));
        for (const [place, { resolve }] of going.entries()) resolve(answers[place] as Out);
      } catch (error) {
        for (const { reject } of going) reject(error);
      }
      if (restMs > 0 && waiting.length < most) await sleep(restMs);
    }
    running = false;
  }

  return (one) =>
    new Promise((resolve, reject) => {
      waiting.push({ one, resolve, reject });
      if (running) return;
      running = true;
      // Whoever asks in the same turn of the event loop comes along.
      setImmediate(run);
    });
}

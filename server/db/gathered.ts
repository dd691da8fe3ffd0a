/**
 * One piece of work for many that ask at about the same time: while the database is busy with some, the next ones gather
 * and go together. Nobody waits for company, so a single one is as fast as without; an error is everybody's who went along.
 * @param work answers in the order that it is asked
 */
export function gathered<In, Out>(
  work: (all: In[]) => Promise<Out[]>,
  most = 100,
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

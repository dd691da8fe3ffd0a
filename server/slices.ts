/** Long work on many things in slices of a few milliseconds: between two of them the program does what waits meanwhile. */
import { setImmediate } from 'node:timers/promises';

const SLICE_MS = 5;

export async function inSlices<T>(things: Iterable<T>, work: (thing: T) => unknown): Promise<void> {
  let until = performance.now() + SLICE_MS;
  for (const thing of things) {
    work(thing);
    if (performance.now() < until) continue;
    await setImmediate();
    until = performance.now() + SLICE_MS;
  }
}

/** What `work` makes of each, in their order. */
export async function mapInSlices<T, R>(things: Iterable<T>, work: (thing: T) => R): Promise<R[]> {
  const made: R[] = [];
  await inSlices(things, (thing) => made.push(work(thing)));
  return made;
}

/** Long work on many things in slices of a few milliseconds: between two of them the program does what waits meanwhile. */
import { setImmediate } from 'node:timers/promises';

const SLICE_MS = 5;

/** For a loop of one's own. It begins with the first slice. */
export function slices() {
  let until = performance.now() + SLICE_MS;
  return {
    isOver: (): boolean => performance.now() >= until,
    /** Resolves when it is one's turn again. */
    async next(): Promise<void> {
      await setImmediate();
      until = performance.now() + SLICE_MS;
    },
  };
}

export async function inSlices<T>(things: Iterable<T>, work: (thing: T) => unknown): Promise<void> {
  const slice = slices();
  for (const thing of things) {
    work(thing);
    if (slice.isOver()) await slice.next();
  }
}

/** What `work` makes of each, in their order. */
export async function mapInSlices<T, R>(things: Iterable<T>, work: (thing: T) => R): Promise<R[]> {
  const made: R[] = [];
  await inSlices(things, (thing) => made.push(work(thing)));
  return made;
}

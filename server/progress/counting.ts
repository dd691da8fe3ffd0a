/**
 * Counters of a round of very many, made in slices: to go over a million places takes some 20 ms for each, and the first page needs fifty
 * of them. Nobody else has to wait for that.
 */
import { type Counter, isLarge, type RoundColumns, STRIDE } from '../columns/round-columns.ts';
import { slices } from '../slices.ts';
import { onTrial } from './lens.ts';

/** Who counts for these columns now: whoever comes meanwhile would count the same again. */
const counting = new WeakMap<RoundColumns, Promise<void>>();

/**
 * What `work` makes of the columns; null where counters were lacking, which are there now: then the round is to be read anew, since it may
 * have been brought up to date meanwhile, and the work to be done again.
 *
 * @param work changes nothing. Counters that it lacks after its first pause are made at once
 */
export async function withCounters<T>(
  columns: RoundColumns,
  work: () => T | Promise<T>,
): Promise<T | null> {
  if (!isLarge(columns)) return work();
  let lacking: ReturnType<typeof onTrial>['lacking'] = new Map();
  try {
    const trial = onTrial(columns, () => attempt(work));
    lacking = trial.lacking;
    const made = await trial.made();
    if (lacking.size === 0) return made;
  } catch (error) {
    // Without its counters it may well fail.
    if (lacking.size === 0) throw error;
  }
  const before = counting.get(columns) ?? Promise.resolve();
  const own = before.catch(() => {}).then(() => countAll(columns, lacking));
  counting.set(columns, own);
  await own;
  return null;
}

/** What it throws is thrown when its result is asked for. */
function attempt<T>(work: () => T): () => T {
  try {
    const made = work();
    return () => made;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

async function countAll(columns: RoundColumns, lacking: Map<string, () => Counter>): Promise<void> {
  const slice = slices();
  for (const [name, make] of lacking) {
    if (columns.counters.has(name)) continue;
    const counter = make();
    const unfinished = `unfinished ${name}`;
    let upTo = 0;
    // What changes while it counts is told to all counters: this one has to know only of places that it has counted.
    columns.counters.set(unfinished, {
      count: (from, to, by) => {
        if (from < upTo) counter.count(from, Math.min(to, upTo), by);
      },
    });
    while (upTo < columns.length) {
      const from = upTo;
      upTo = Math.min(from + STRIDE, columns.length);
      counter.count(from, upTo, 1);
      if (slice.isOver()) await slice.next();
    }
    columns.counters.delete(unfinished);
    columns.counters.set(name, counter);
  }
}

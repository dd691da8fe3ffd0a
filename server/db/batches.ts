/** What a query finds, some at a time; while one batch is worked on, the database gets the next one ready. */
import type { FindCursor } from 'mongodb';

export async function* inBatches<T>(found: FindCursor<T>): AsyncGenerator<T[]> {
  // Asked of an empty buffer only, this is what fetches the next batch.
  const fetched = () => found.hasNext().then((more) => (more ? found.readBufferedDocuments() : []));
  try {
    for (let next = fetched(); ; ) {
      const batch = await next;
      if (batch.length === 0) return;
      next = fetched();
      // A failure is thrown when its turn comes, not as one that nobody waits for.
      next.catch(() => {});
      yield batch;
    }
  } finally {
    await found.close();
  }
}

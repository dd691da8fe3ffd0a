/** What a query finds, some at a time; while one batch is worked on, the database gets the next one ready. */
import { BSON, type FindCursor } from 'mongodb';

/**
 * @param found with the option `raw`: a batch that waits for its turn waits as bytes, since thousands of objects that live a moment too long
 * make a server grow that reads a million of them
 */
export async function* inBatches<T>(found: FindCursor): AsyncGenerator<T[]> {
  // Asked of an empty buffer only, this is what fetches the next batch.
  const fetched = async (): Promise<Uint8Array[]> =>
    (await found.hasNext()) ? (found.readBufferedDocuments() as Uint8Array[]) : [];
  try {
    for (let next = fetched(); ; ) {
      const batch = await next;
      if (batch.length === 0) return;
      next = fetched();
      // A failure is thrown when its turn comes, not as one that nobody waits for.
      next.catch(() => {});
      yield batch.map((bytes) => BSON.deserialize(bytes, { promoteBuffers: true }) as T);
    }
  } finally {
    await found.close();
  }
}

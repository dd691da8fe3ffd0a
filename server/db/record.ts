/** How records are identified: a string id that sorts by time and is safe in an address. */
import { type ClientSession, type Collection, Types } from 'mongoose';

export const newId = (): string => new Types.ObjectId().toHexString();

/** What every schema of ours shares: unknown fields are refused, no version key, indexes are made in `indexes.ts`. */
export const schemaOptions = {
  strict: 'throw',
  versionKey: false,
  autoIndex: false,
  autoCreate: false,
  minimize: false,
  id: false,
} as const;

/**
 * Writes a record as our own code has made it. That mongoose builds a document of it first and looks at each field takes longer
 * than to write it; here the types are what keeps it in shape.
 */
export async function insertRecord<T extends { _id: string }>(
  collection: Collection,
  record: T,
  session?: ClientSession,
): Promise<void> {
  await collection.insertOne(record as never, {
    ignoreUndefined: true,
    ...(session ? { session } : {}),
  });
}

/** MongoDB's answer to a second record with a key that must be unique. */
export const isDuplicate = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 11000;

/**
 * Runs `work`, and says whether it was done: false when it met a record with the same key. In a transaction that is over
 * then, so `work` must be the whole of it.
 */
export async function unlessTaken(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

/** As many documents are read or written at a time where there may be tens of thousands: all at once would hold up everybody. */
export const AT_ONCE = 500;

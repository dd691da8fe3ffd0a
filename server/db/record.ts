/** How records are identified: a string id that sorts by time and is safe in an address. */
import { Types } from 'mongoose';

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

/** MongoDB's answer to a second record with a key that must be unique. */
export const isDuplicate = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 11000;

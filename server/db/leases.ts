/** One holder at a time for a recurring piece of work, whatever number of processes run. */
import { type Connection, Schema, trusted } from 'mongoose';
import { schemaOptions, unlessTaken } from './record.ts';

type Lease = { _id: string; owner: string; until: Date };

const schema = new Schema<Lease>({ _id: String, owner: String, until: Date }, schemaOptions);

export type Leases = ReturnType<typeof leases>;

export function leases(connection: Connection) {
  const model = connection.model('Lease', schema, 'leases');
  return {
    /** True when `owner` holds the lease until `until`; it takes a free or expired one and renews its own. */
    take(name: string, owner: string, now: Date, until: Date): Promise<boolean> {
      // Where another holds it, the upsert meets that record.
      return unlessTaken(() =>
        model.updateOne(
          { _id: name, $or: [{ owner }, { until: trusted({ $lt: now }) }] },
          { $set: { owner, until } },
          { upsert: true },
        ),
      );
    },
    async release(name: string, owner: string): Promise<void> {
      await model.deleteOne({ _id: name, owner });
    },
  };
}

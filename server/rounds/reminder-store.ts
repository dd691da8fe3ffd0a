import { type ClientSession, type Connection, Schema } from 'mongoose';
import { schemaOptions } from '../db/record.ts';
import type { ReminderPlan } from './reminder-plan.ts';

const schema = new Schema<ReminderPlan>(
  {
    _id: String,
    on: Boolean,
    steps: [{ _id: false, days: Number, kind: String }],
    gapHours: Number,
    most: Number,
    time: String,
    clock: String,
    changedBy: { kind: String, id: String },
    changedAt: Date,
  },
  schemaOptions,
);

export function reminderStore(connection: Connection) {
  const model = connection.model('ReminderPlan', schema, 'reminderPlans');
  return {
    /** Null when nobody has made one. */
    async find(round: string): Promise<ReminderPlan | null> {
      return model.findOne({ _id: round }).lean<ReminderPlan>();
    },
    /** Those that are on. */
    async running(): Promise<ReminderPlan[]> {
      return model.find({ on: true }).sort({ _id: 1 }).lean<ReminderPlan[]>();
    },
    async save(plan: ReminderPlan, session: ClientSession): Promise<void> {
      await model.replaceOne({ _id: plan._id }, plan, { upsert: true, session });
    },
  };
}

import { type ClientSession, type Connection, Schema } from 'mongoose';
import { schemaOptions, unlessTaken } from '../db/record.ts';
import { mayPass, NEVER_PAUSED, OUTCOMES_KEPT, type OutboxControl } from './control.ts';
import type { MessageStatus } from './message.ts';

type Stored = OutboxControl & {
  _id: 'outbox';
  /** Grows with each claim under a limit, so that of two that claim at once one sees the other. */
  turn: number;
};

const schema = new Schema<Stored>(
  {
    _id: String,
    state: String,
    why: String,
    reply: String,
    since: Date,
    by: String,
    rate: Number,
    concurrency: Number,
    paidUntil: Date,
    outcomes: [String],
    turn: Number,
  },
  schemaOptions,
);

const KEY = { _id: 'outbox' } as const;
/** A worker looks at the record at each claim, and at the database not more often than this. */
const FRESH_MS = 1000;

export function controlStore(connection: Connection) {
  const model = connection.model('OutboxControl', schema, 'outboxControl');
  let seen: { control: Promise<OutboxControl>; at: number } | null = null;

  async function read(session: ClientSession | null = null): Promise<OutboxControl> {
    const stored = await model.findOne(KEY).session(session).lean();
    return { ...NEVER_PAUSED, ...stored };
  }

  /** Null when the record is not as `filter` wants it. */
  async function change(
    filter: Partial<Pick<Stored, 'state' | 'since'>>,
    update: object,
    session: ClientSession | null,
  ): Promise<OutboxControl | null> {
    seen = null;
    const stored = await model
      .findOneAndUpdate({ ...KEY, ...filter }, update, { returnDocument: 'after', session })
      .lean();
    return stored && { ...NEVER_PAUSED, ...stored };
  }

  /** Makes the record where there is none. A transaction would not see one that is made while it runs, so before it. */
  async function open(): Promise<void> {
    if (await model.exists(KEY)) return;
    await unlessTaken(() => model.create({ ...NEVER_PAUSED, ...KEY, turn: 0 }));
  }

  return {
    read,
    open,

    /** At most a second old, for those who ask before every mail. */
    current(): Promise<OutboxControl> {
      const now = performance.now();
      if (seen && now - seen.at < FRESH_MS) return seen.control;
      const control = read();
      seen = { control, at: now };
      control.catch(() => {
        seen = null;
      });
      return control;
    },

    /** Whether all mail waits, or all but what passes a pause; null while the outbox runs. */
    async heldBack(): Promise<'all' | 'some' | null> {
      const passing = mayPass(await read());
      return passing && (passing.length > 0 ? 'some' : 'all');
    },

    /** Null when it was paused already. */
    pause(
      set: Pick<OutboxControl, 'why' | 'reply' | 'by' | 'since'>,
      session: ClientSession,
    ): Promise<OutboxControl | null> {
      return change({ state: 'running' }, { $set: { state: 'paused', ...set } }, session);
    },

    /** Begins to count errors anew. Null when it was running already. */
    resume(
      set: Pick<OutboxControl, 'by' | 'since'>,
      session: ClientSession,
    ): Promise<OutboxControl | null> {
      const running = { state: 'running', why: null, reply: null, outcomes: [] };
      return change({ state: 'paused' }, { $set: { ...running, ...set } }, session);
    },

    async setPace(
      pace: Pick<OutboxControl, 'rate' | 'concurrency'>,
      session: ClientSession,
    ): Promise<void> {
      await change({}, { $set: { ...pace, paidUntil: null } }, session);
    },

    /** What a claim under a limit has used up. Of two transactions that do this at once, one starts anew. */
    async spend(paidUntil: Date | null, session: ClientSession): Promise<void> {
      await model.updateOne(KEY, { $set: { paidUntil }, $inc: { turn: 1 } }, { session });
    },

    /** Adds outcomes to those since the outbox was last resumed, and returns the record with the last ones. */
    async note(outcomes: MessageStatus[], since: Date): Promise<OutboxControl> {
      const push = { $push: { outcomes: { $each: outcomes, $slice: -OUTCOMES_KEPT } } };
      await open();
      const control = (await change({ since }, push, null)) ?? (await read());
      seen = { control: Promise.resolve(control), at: performance.now() };
      return control;
    },
  };
}

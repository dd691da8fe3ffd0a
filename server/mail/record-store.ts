/** A message as a record: its schema, and what every change of one must write. */
import { type Connection, Schema } from 'mongoose';
import { schemaOptions } from '../db/record.ts';
import { ATTEMPTS_KEPT, type Attempt, type Message, type MessageStatus } from './message.ts';

/** A message as it lies in the database: `claim` tells those that one claim has taken. */
export type Stored = Message & { claim: string | null };

const schema = new Schema<Stored>(
  {
    _id: String,
    key: String,
    template: String,
    round: String,
    invitation: String,
    contact: String,
    account: String,
    mailing: String,
    about: Schema.Types.Mixed,
    status: String,
    priority: Number,
    nextAttemptAt: Date,
    attempt: Number,
    fence: Number,
    leaseUntil: Date,
    worker: String,
    claim: String,
    handedAt: Date,
    reply: String,
    endedAt: Date,
    createdAt: Date,
    attempts: [
      {
        _id: false,
        at: Date,
        outcome: String,
        handedAt: Date,
        worker: String,
        reply: String,
        by: String,
      },
    ],
  },
  schemaOptions,
);

export const messageModel = (connection: Connection) =>
  connection.model('Message', schema, 'messages');
export type MessageModel = ReturnType<typeof messageModel>;

/** They wait for their time. */
export const WAITING: MessageStatus[] = ['queued', 'soft'];
const REPLY_KEPT = 500;
export const shortReply = (reply: string): string => reply.slice(0, REPLY_KEPT);

/** The end of a mail's history grows by one. */
export const remember = (attempt: Partial<Attempt> & Pick<Attempt, 'at' | 'outcome'>) => ({
  attempts: {
    $each: [{ handedAt: null, worker: null, reply: null, by: null, ...attempt }],
    $slice: -ATTEMPTS_KEPT,
  },
});

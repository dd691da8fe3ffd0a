/** A State that reported on cooperation but not on gender and diversity, and what was done about it. Pure. */
import type { Clarification } from './clarification.ts';

/** That a member needs no more of it, and why. Without one it is as its letter says. */
export type FollowUpClosing = {
  /** "response action" */
  _id: string;
  round: string;
  /** Id of invitation and response. */
  response: string;
  action: number;
  note: string;
  at: Date;
  /** Id of an account. */
  by: string;
};

export const followUpId = (response: string, action: number): string => `${response} ${action}`;

/** `late`: the day by which an answer was hoped for is over. */
export const FOLLOW_UP_STATES = ['open', 'sent', 'late', 'answered', 'closed'] as const;
export type FollowUpState = (typeof FOLLOW_UP_STATES)[number];

/** @param letter the newest that was not withdrawn @param today ISO day */
export function followUpState(
  letter: Pick<Clarification, 'status' | 'due'> | null,
  closing: FollowUpClosing | null,
  today: string,
): FollowUpState {
  if (closing) return 'closed';
  if (!letter) return 'open';
  if (letter.status !== 'asked') return 'answered';
  return letter.due !== null && letter.due < today ? 'late' : 'sent';
}

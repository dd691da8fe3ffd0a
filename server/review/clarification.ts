/** A question from the Committee on one answer of a State, answered through the same link; also a letter of follow-up. */
import type { Answers } from '../questionnaire/answers.ts';
import type { Submitter, Use } from '../responses/response.ts';

/** `answered`: the State has spoken and the Committee has not. The last two are ends. */
export const CLARIFICATION_STATES = ['asked', 'answered', 'confirmed', 'withdrawn'] as const;
export type ClarificationState = (typeof CLARIFICATION_STATES)[number];

/** The answers asked about as a submission held them; a question without an answer is not a key. */
export type Said = {
  revision: number;
  answers: Answers;
  other: Record<string, string>;
  /** Of the amounts in a matrix. */
  currency: string;
  /** The closest that the State said of any of them: who may read the clarification at all. */
  use: Use;
};

export type ClarificationAnswer = {
  /** Of the form: sent twice, it is one answer. */
  key: string;
  at: Date;
  by: Submitter;
  link: string;
  remark: string;
  /** False when the State confirmed its answer as it stands: then there is no new submission. */
  changed: boolean;
  /** Of the submission that was made; "" when nothing changed. */
  reference: string;
  said: Said;
};

export type Clarification = {
  _id: string;
  /** Of the form that was confirmed: sent twice, it is one clarification. */
  key: string;
  round: string;
  /** The id of invitation and response. */
  response: string;
  state: string;
  audience: string;
  /** One, or the questions on gender and diversity that a follow-up is about. */
  questions: string[];
  /** The action of a follow-up on gender and diversity; null for a question on one answer. */
  followUp: number | null;
  /** The subject of a letter; "" where the template's stands. */
  title: string;
  words: string;
  /** That `words` are written in. */
  language: string;
  /** The day by which an answer is hoped for, YYYY-MM-DD; null for none. Answers are taken after it too. */
  due: string | null;
  before: Said;
  status: ClarificationState;
  askedAt: Date;
  /** Id of an account. */
  askedBy: string;
  /** Null while it is asked, and for one that was withdrawn before. */
  answer: ClarificationAnswer | null;
  /** Who confirmed or withdrew it. */
  ended: { at: Date; by: string; note: string } | null;
};

/** Open: somebody has still to do something about it. */
export const isOpen = ({ status }: Pick<Clarification, 'status'>): boolean =>
  status === 'asked' || status === 'answered';

export const LONGEST_TITLE = 200;
export const LONGEST_WORDS = 6000;
export const LONGEST_REMARK = 2000;

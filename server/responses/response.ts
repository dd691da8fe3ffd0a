/** What was answered: the one response of an invitation, a draft that may be ahead of what was last submitted. */
import type { Answers } from '../questionnaire/answers.ts';

export type Draft = {
  answers: Answers;
  /** The words beside "Other", by question. */
  other: Record<string, string>;
  /** What was typed into fields that could not be read, by field, so that it can be mended. */
  unparsed: Record<string, string>;
};

/** `revision` grows with each save of the section; a save that carries an older one is a conflict. */
export type SectionState = { revision: number; savedAt: Date; savedBy: string };

/** How the State's answers may be used. */
export type Use = 'attributed' | 'aggregate';
/** What the Committee says of a submission. */
export type Review = 'received' | 'clarification' | 'confirmed';
export const REVIEWS: Review[] = ['received', 'clarification', 'confirmed'];

export type Submitter = { name: string; post: string; email: string };

/** A submission: the answers that count, as they were then. */
export type Submission = {
  revision: number;
  /** Random, not counted: it says nothing about how many came before. */
  reference: string;
  submittedAt: Date;
  by: Submitter;
  link: string;
  answers: Answers;
  other: Record<string, string>;
  use: Use;
  /** The closed answers as one row of codes; see `questionnaire/columns.ts`. */
  row: Buffer;
};

export type Response = {
  /** The id of the invitation: one State, one response per audience and round. */
  _id: string;
  round: string;
  state: string;
  audience: string;
  startedAt: Date | null;
  draft: Draft;
  sections: Record<string, SectionState>;
  /** Whether the draft was saved after the last submission. */
  ahead: boolean;
  /** The last submission; what results count until a newer one comes. */
  submitted: Submission | null;
  review: Review;
};

export type ResponseStatus = 'not_started' | 'draft' | 'submitted' | 'reopened';

export const statusOf = (
  response: Pick<Response, 'startedAt' | 'submitted' | 'ahead'>,
): ResponseStatus => {
  if (response.submitted) return response.ahead ? 'reopened' : 'submitted';
  return response.startedAt ? 'draft' : 'not_started';
};

export const useOf = (answers: Answers): Use =>
  answers['r_use'] === 'attributed' ? 'attributed' : 'aggregate';

/** `a42_02.2020.stockpile` as a key of one level in the draft, and back. */
export const fieldKey = (field: string): string => field.replaceAll('.', '|');
export const fieldOf = (key: string): string => key.replaceAll('|', '.');

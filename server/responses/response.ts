/** What was answered: the one response of an invitation, a draft that may be ahead of what was last submitted. */
import type { Answers } from '../questionnaire/answers.ts';
import type { NoteCited } from './note-verbale.ts';
import type { Receipt } from './receipt-text.ts';

export type Draft = {
  answers: Answers;
  /** The words beside "Other", by question. */
  other: Record<string, string>;
  /** What was typed into fields that could not be read, by field, so that it can be mended. */
  unparsed: Record<string, string>;
  /** What the respondent said of single answers, by question; a question that is not a key is as the State's use says. */
  uses?: Uses;
};

/** `revision` grows with each save of the section; a save that carries an older one is a conflict. */
export type SectionState = {
  revision: number;
  savedAt: Date;
  /** The link that saved it. */
  savedBy: string;
  /** Of the page that saved it last; its next save goes on from its own, whatever revision it believes to have. */
  key: string | null;
  /** How many saves that page had sent: a late one must not undo a later one. */
  turn: number;
  /** The latest saves, oldest first. */
  saves: { at: Date; by: string }[];
};

export type SaveBy = { link: string; at: Date; key: string | null; turn: number };

/**
 * How answers may be used. `attributed`: with the State's name. `committee`: with its name, by the Committee and
 * administrators only. `aggregate`: counted, and the name is shown to administrators only.
 */
export const USES = ['attributed', 'committee', 'aggregate'] as const;
export type Use = (typeof USES)[number];
/** By question; only what is closer than the State's own use has an effect. */
export type Uses = Record<string, Exclude<Use, 'attributed'>>;
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
  /** Single answers that are for closer use; none in submissions of before this could be said. */
  uses?: Uses;
  /** None in submissions of before receipts were signed. */
  receipt?: Receipt;
  /** Set where the secretariat entered it from a Note Verbale. */
  note?: NoteCited;
  /** The revision of each section that it was made of, 0 for one that nobody had saved. */
  sections?: Record<string, number>;
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
  /** When it was submitted for the first time; absent before, and on submissions of before this was kept. */
  firstSubmittedAt?: Date;
  /** The last submission; what results count until a newer one comes. */
  submitted: Submission | null;
  review: Review;
};

/** A response as results and exports read it: what was submitted, and nothing of the draft. */
export type Submitted = Omit<Response, 'draft' | 'sections'>;

export type ResponseStatus = 'not_started' | 'draft' | 'submitted' | 'reopened';

export const statusOf = (
  response: Pick<Response, 'startedAt' | 'submitted' | 'ahead'>,
): ResponseStatus => {
  if (response.submitted) return response.ahead ? 'reopened' : 'submitted';
  return response.startedAt ? 'draft' : 'not_started';
};

export const useOf = (answers: Answers): Use =>
  USES.find((use) => use === answers['r_use']) ?? 'aggregate';

/** `a42_02.2020.stockpile` as a key of one level in the draft, and back. */
export const fieldKey = (field: string): string => field.replaceAll('.', '|');
export const fieldOf = (key: string): string => key.replaceAll('|', '.');

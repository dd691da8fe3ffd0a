/** The Committee's own reading of what a State reported elsewhere: an internal questionnaire, filled in by members per State. */
import type { Answers } from '../questionnaire/answers.ts';
import { holds } from '../questionnaire/condition.ts';
import { countedAnswers } from '../questionnaire/path.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import type { Draft } from '../responses/response.ts';

export type StateReview = {
  /** "round State" */
  _id: string;
  round: string;
  state: string;
  questionnaire: { key: string; version: number };
  /** Grows with each save; a save that carries an older one is a conflict. */
  revision: number;
  answers: Answers;
  other: Record<string, string>;
  savedAt: Date;
  /** Id of an account. */
  savedBy: string;
  /** What stood before, oldest first. */
  history: Pick<StateReview, 'revision' | 'answers' | 'other' | 'savedAt' | 'savedBy'>[];
};

export const reviewId = (round: string, state: string): string => `${round} ${state}`;

/** What the review says beside the State's own answers; null where it cannot be told. */
export type Finding = 'mentioned' | 'absent' | null;

export function findingOf(
  questionnaire: Questionnaire,
  review: Pick<StateReview, 'answers'>,
): Finding {
  const { definition } = questionnaire;
  const answers = countedAnswers(questionnaire, audienceOf(questionnaire), review.answers);
  if (!definition.internal) return null;
  if (holds(definition.internal.mentioned, answers)) return 'mentioned';
  return holds(definition.internal.absent, answers) ? 'absent' : null;
}

/** The one audience of an internal questionnaire: the members who fill it in. */
export const audienceOf = (questionnaire: Questionnaire): string =>
  questionnaire.definition.audiences[0]?.id ?? '';

const BLANK = { answers: {}, other: {} };
/** As its form begins. @param review null before anybody wrote it */
export const draftOf = (review: StateReview | null): Draft => {
  const { answers, other } = review ?? BLANK;
  return { answers, other, unparsed: {} };
};

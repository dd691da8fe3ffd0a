/** Keeps what a member read in a State's report, with who and when; nobody's words are overwritten unseen. */
import { unlessTaken } from '../db/record.ts';
import type { Fields, Problem } from '../questionnaire/answers.ts';
import { isAnswered, shownQuestions } from '../questionnaire/path.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import type { Draft } from '../responses/response.ts';
import { readSection } from '../responses/section-form.ts';
import type { Services } from '../services.ts';
import { audienceOf, draftOf, reviewId, type StateReview } from './state-review.ts';

/** The form as answers. @param stored what stands, for "take the other one" */
export function readReview(
  questionnaire: Questionnaire,
  stored: StateReview | null,
  posted: Fields,
  language: string,
): { draft: Draft; problems: Problem[] } {
  const audience = audienceOf(questionnaire);
  let draft = draftOf(stored);
  const problems: Problem[] = [];
  for (const { id } of questionnaire.sections(audience)) {
    const of = { audience, section: id, seen: 0 };
    const read = readSection(questionnaire, of, draft, posted, language);
    draft = read.draft;
    problems.push(...read.problems);
  }
  const shown = shownQuestions(questionnaire, audience, draft.answers);
  for (const question of questionnaire.asked(audience))
    if (question.required && shown.has(question.id) && !isAnswered(question, draft.answers))
      problems.push({ question: question.id, field: question.id, code: 'required' });
  return { draft, problems };
}

/** @returns false when somebody else saved first */
export async function saveReview(
  services: Services,
  of: { round: string; state: string; questionnaire: Questionnaire; account: string },
  before: StateReview | null,
  { answers, other }: Pick<Draft, 'answers' | 'other'>,
): Promise<boolean> {
  const { round, state, questionnaire, account } = of;
  const { key, version } = questionnaire.definition;
  const now = services.clock();
  const review = {
    _id: reviewId(round, state),
    round,
    state,
    questionnaire: { key, version },
    revision: (before?.revision ?? 0) + 1,
    answers,
    other,
    savedAt: now,
    savedBy: account,
  };
  let saved = true;
  const made = await unlessTaken(() =>
    services.transaction(async (session) => {
      saved = await services.stateReviews.save(review, before, session);
      if (!saved) return;
      await services.audit.record(
        {
          actor: { kind: 'account', id: account },
          event: 'stateReview.saved',
          subject: { kind: 'stateReview', id: review._id },
          details: { revision: review.revision },
        },
        now,
        session,
      );
    }),
  );
  return made && saved;
}

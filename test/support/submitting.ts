/** A submission as the database holds it, without the pages that lead to it: for tests of what comes after. */
import type { Answers } from '../../server/questionnaire/answers.ts';
import { encodeRow, layoutOf } from '../../server/questionnaire/columns.ts';
import type { Questionnaire } from '../../server/questionnaire/questionnaire.ts';
import { type Uses, useOf } from '../../server/responses/response.ts';
import type { TestApp } from './app.ts';

/** What a State says is submitted as it stands, whether it is complete or not; what it said before stays as a revision. */
export async function submitted(
  { services }: TestApp,
  questionnaire: Questionnaire,
  of: { round: string; state: string; audience: string },
  answers: Answers,
  other: Record<string, string> = {},
  uses: Uses = {},
): Promise<{ invitation: string; reference: string }> {
  const { round, state, audience } = of;
  const invitation = await services.invitations.ofState(round, state, audience);
  if (!invitation) throw new Error(`${state} was not invited as ${audience}`);
  const before = await services.responses.find(invitation._id);
  const revision = (before?.submitted?.revision ?? 0) + 1;
  const submission = {
    revision,
    reference: `R-${state}-${audience}${revision > 1 ? `-${revision}` : ''}`,
    submittedAt: services.clock(),
    by: { name: 'Name', post: 'Post', email: 'a@example.org' },
    link: 'none',
    answers,
    other,
    use: useOf(answers),
    uses,
    row: encodeRow(layoutOf(questionnaire, audience), questionnaire, audience, answers),
  };
  const done = await services.transaction((session) =>
    services.responses.submit(invitation._id, submission, {}, session),
  );
  if (!done) throw new Error(`${state} could not submit as ${audience}`);
  return { invitation: invitation._id, reference: submission.reference };
}

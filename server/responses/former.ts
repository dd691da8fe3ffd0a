/** What the State answered when it was last asked the same. */
import type { Edition } from '../questionnaire/catalogue.ts';
import type { Services } from '../services.ts';
import type { Submission } from './response.ts';
import type { Seat } from './seat.ts';

export type Former = { edition: Edition; submission: Submission };

/**
 * The State's last submission in the newest former round that asked the same questions: of the same questionnaire, or
 * of one that it says it follows. Null when there is none. Invented answers never stand beside real ones.
 */
export async function findFormer(
  { responses, catalogue }: Services,
  {
    round,
    rounds,
    edition,
    response: { state, audience },
  }: Pick<Seat, 'round' | 'rounds' | 'edition' | 'response'>,
): Promise<Former | null> {
  const { key, follows = [] } = edition.source.definition;
  const before = rounds.filter(
    (one) =>
      one.opensAt < round.opensAt &&
      one.demonstration === round.demonstration &&
      (one.questionnaire.key === key || follows.includes(one.questionnaire.key)),
  );
  for (const { _id, questionnaire } of before) {
    const submission = await responses.submissionOf(_id, state, audience);
    const then = submission && (await catalogue.find(questionnaire));
    if (submission && then) return { edition: then, submission };
  }
  return null;
}

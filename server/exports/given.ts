/** What one State submitted, for its text by action, and that somebody took it. */
import type { Actor } from '../audit/event.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import type { Given } from './state-text.ts';

/** In the order of the audiences; empty where it submitted nothing; null where it was not asked. */
export async function givenBy(
  services: Pick<Services, 'invitations' | 'responses'>,
  round: Round,
  questionnaire: Questionnaire,
  state: string,
): Promise<Given[] | null> {
  const audiences = questionnaire.definition.audiences.map(({ id }) => id);
  const found = await Promise.all(
    audiences.map(async (audience) => ({
      audience,
      invitation: await services.invitations.ofState(round._id, state, audience),
      submission: await services.responses.submissionOf(round._id, state, audience),
    })),
  );
  if (found.every(({ invitation }) => invitation === null)) return null;
  return found.flatMap(({ audience, submission }) =>
    submission ? [{ audience, submission }] : [],
  );
}

export const recordStateText = (
  services: Pick<Services, 'audit' | 'clock'>,
  actor: Actor,
  round: Round,
  state: string,
) =>
  services.audit.record(
    {
      actor,
      event: 'round.exported',
      subject: { kind: 'round', id: round._id },
      details: { format: 'text', state, cutOff: services.clock().toISOString(), rows: 1 },
    },
    services.clock(),
  );

/** What one State submitted, for its text by action. */
import type { CutOff } from '../progress/cut-off.ts';
import { readDataset } from '../progress/read.ts';
import { responseOf } from '../progress/read-cut-off.ts';
import { membersOf } from '../progress/read-members.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import type { State } from '../states/state.ts';
import type { Voice } from '../texts.ts';
import type { Given } from './state-text.ts';

/**
 * In the order of the audiences; `given` is empty where it submitted nothing. Null where it was not asked.
 * @param snapshot the cut-off to read it at; null for now
 */
export async function givenBy(
  services: Services,
  round: Round,
  key: string,
  snapshot: CutOff | null,
  voice: Voice,
): Promise<{ state: State; questionnaire: Questionnaire; given: Given[] } | null> {
  const data = await readDataset(services, round, voice.language, snapshot);
  const members = data ? await membersOf(services, data, key) : [];
  const [first] = members;
  if (!data || !first) return null;
  const given: Given[] = [];
  for (const member of members) {
    const submission = (await responseOf(services, data, member))?.submitted;
    if (submission) given.push({ audience: member.audience, submission });
  }
  return { state: first.state, questionnaire: data.questionnaire, given };
}

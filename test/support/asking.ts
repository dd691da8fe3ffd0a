/** Questions of the Committee without the pages that lead to them: asked and settled by the functions that the pages call. */

import { newId } from '../../server/db/record.ts';
import { submittedOf } from '../../server/review/answer.ts';
import { ask } from '../../server/review/ask.ts';
import { askingOf } from '../../server/review/asking.ts';
import type { Clarification } from '../../server/review/clarification.ts';
import type { Round } from '../../server/rounds/round.ts';
import type { TestApp } from './app.ts';

/** A member asks an affected State about one answer, or writes to it about several as a letter. */
export async function askedAbout(
  { services }: TestApp,
  round: Round,
  state: string,
  of: { questions: string[]; words: string; title?: string; followUp?: number; due?: string },
): Promise<Clarification> {
  const { questions, words, title = '', followUp = null, due = '' } = of;
  const [edition, invitation, found] = await Promise.all([
    services.catalogue.find(round.questionnaire),
    services.invitations.ofState(round._id, state, 'affected'),
    services.states.find(state),
  ]);
  const stored = invitation && (await services.responses.find(invitation._id));
  const response = stored && submittedOf(stored);
  if (!edition || !found || !response) throw new Error(`${state} has not submitted`);
  const place = { round, edition, state: found, response, questions, followUp };
  const form = { key: newId(), title, words, language: 'en', due };
  const asking = await askingOf(services, place, form, ['en']);
  const done = await ask(services, place, form, asking, 'a-member');
  if (!done.ok) throw new Error(`${state} could not be asked: ${done.reason}`);
  return done.clarification;
}

/** Questions of the Committee: asked and settled on the pages as a member would, or by the functions that the pages call. */

import { newId } from '../../server/db/record.ts';
import { submittedOf } from '../../server/review/answer.ts';
import { ask } from '../../server/review/ask.ts';
import { askingOf } from '../../server/review/asking.ts';
import type { Clarification } from '../../server/review/clarification.ts';
import { followUpId } from '../../server/review/follow-up.ts';
import type { Round } from '../../server/rounds/round.ts';
import type { TestApp } from './app.ts';
import { SLUG } from './rounds.ts';
import type { Fields, SeenPage, Visitor } from './visitor.ts';

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

export const askPath = (question: string, state = 'KHM'): string =>
  `/results/${SLUG}/states/${state}/affected/ask/${question}`;

/** What a reply needs besides. */
export const SIGNED = { confirm: 'yes' };

/** Looks at the mail first, then sends. @returns the page of the clarification */
export async function asks(
  member: Visitor,
  path: string,
  fields: Fields = { words: 'Could you say more?' },
): Promise<SeenPage> {
  const look = await member.submit(await member.get(path), '#ask', fields, 'look');
  const sent = await member.submit(look, '#ask', {}, 'send');
  if (!sent.path.startsWith(`/results/${SLUG}/clarifications/`) || sent.status !== 200)
    throw new Error(`${path} was not asked: ${sent.status} ${sent.text('.summary')}`);
  return sent;
}

/** Of the page of a clarification. */
export const idOf = (page: SeenPage): string => page.path.split('/').at(-1) ?? '';

export const settles = async (
  member: Visitor,
  page: SeenPage,
  to: 'confirmed' | 'withdrawn',
): Promise<SeenPage> => member.submit(await member.get(page.path), '#settle', { to });

/** The response of an affected State that has submitted. */
export async function submittedBy({ services }: Pick<TestApp, 'services'>, state: string) {
  const invitation = await services.invitations.ofState(SLUG, state, 'affected');
  const found = await services.responses.find(invitation?._id ?? '');
  const response = found && submittedOf(found);
  if (!response) throw new Error(`${state} has not submitted`);
  return response;
}

/** As the page does it, for States that may not be named too. */
export async function closeFollowUpIn(
  { services }: TestApp,
  state: string,
  action: number,
  note: string,
): Promise<void> {
  const { _id: response } = await submittedBy({ services }, state);
  const closing = { _id: followUpId(response, action), round: SLUG, response, action, note };
  await services.transaction((session) =>
    services.followUps.close({ ...closing, at: services.clock(), by: 'a-member' }, session),
  );
}

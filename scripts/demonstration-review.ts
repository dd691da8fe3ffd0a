/** What is asked back in the demonstration: questions in each state, a letter, and what the Committee read in some reports. */
import { createHash } from 'node:crypto';
import type { Invitation } from '../server/invitations/invitation.ts';
import type { Edition } from '../server/questionnaire/catalogue.ts';
import { NO_FILES } from '../server/responses/uploads.ts';
import { answerClarification, submittedOf } from '../server/review/answer.ts';
import { ask } from '../server/review/ask.ts';
import { type AskForm, type AskPlace, askingOf } from '../server/review/asking.ts';
import type { Clarification } from '../server/review/clarification.ts';
import { draftLetter, questionsToFollowUp } from '../server/review/letter.ts';
import { saveReview } from '../server/review/save-review.ts';
import { settle } from '../server/review/settle.ts';
import type { Round } from '../server/rounds/round.ts';
import type { Services } from '../server/services.ts';
import { seededRandom } from './invented-answers.ts';

const REPORTS = 15;
const LETTER_ACTION = 47;
const DAY_MS = 86_400_000;

/** Done again after a load that was cut short it adds nothing. */
export async function reviewSome(
  services: Services,
  round: Round,
  edition: Edition,
  member: string,
): Promise<void> {
  const invitations = (await services.invitations.ofRound(round._id)).filter(
    ({ audience }) => audience === 'affected',
  );
  await readReports(services, round, invitations, member);
  const places: AskPlace[] = [];
  for (const invitation of invitations) {
    const place = await placeOf(services, round, edition, invitation);
    if (place) places.push(place);
  }
  const about = (question: string, after = 0) => {
    const place = places
      .slice(after)
      .find(({ response }) => question in response.submitted.answers);
    return place && { ...place, questions: [question] };
  };
  const platform = about('a44_01');
  const words =
    'Your last Article 7 report mentions a meeting of ministries and donors each quarter. Is that the platform that you mean?';
  if (platform) await send(services, platform, { words }, member);
  const change = about('a46_03', 3);
  if (change) {
    const asked = await send(
      services,
      change,
      { words: 'Which donors do you have in mind?' },
      member,
    );
    if (asked) await reply(services, change, asked, member);
  }
  for (const place of places) {
    const questions = questionsToFollowUp(edition, place.response, LETTER_ACTION);
    if (questions.length === 0) continue;
    const letter = { ...place, questions, followUp: LETTER_ACTION };
    const due = new Date(services.clock().getTime() + 14 * DAY_MS).toISOString().slice(0, 10);
    await send(services, letter, { ...(await draftLetter(services, letter, 'en')), due }, member);
    break;
  }
}

/** A State that reads English and answers with its name; null for others. */
async function placeOf(
  services: Services,
  round: Round,
  edition: Edition,
  { _id, state: key, audience }: Invitation,
): Promise<AskPlace | null> {
  const [found, state, contacts] = await Promise.all([
    services.responses.find(_id),
    services.states.find(key),
    services.contacts.of(key, audience),
  ]);
  const response = found && submittedOf(found);
  if (!response || !state || response.submitted.use !== 'attributed') return null;
  if (contacts[0]?.language !== 'en') return null;
  return { round, edition, state, response, questions: [], followUp: null };
}

/** The same form at each load, so that it is one question. */
async function send(
  services: Services,
  place: AskPlace,
  of: Partial<AskForm>,
  member: string,
): Promise<Clarification | null> {
  const name = `${place.response._id} ${place.questions.join(' ')}`;
  const key = createHash('sha256').update(name).digest('hex').slice(0, 24);
  const form = { key, title: '', words: '', language: 'en', due: '', ...of };
  const asking = await askingOf(services, place, form, ['en']);
  const result = await ask(services, place, form, asking, member);
  return result.ok ? result.clarification : null;
}

async function reply(
  services: Services,
  { round, edition, response, questions }: AskPlace,
  clarification: Clarification,
  member: string,
): Promise<void> {
  const invitation = await services.invitations.find(response._id);
  if (!invitation || clarification.status !== 'asked') return;
  const of = { invitation: invitation._id, contact: null, message: null };
  const { link } = await services.links.mint(of, services.clock());
  const [question = ''] = questions;
  const answer = `${response.submitted.answers[question]} We think of those that give to both provinces.`;
  const done = await answerClarification(
    services,
    { clarification, invitation, response, round, link, edition },
    {
      key: clarification.key,
      fields: { shown: question, [question]: answer },
      language: 'en',
      by: response.submitted.by,
      remark: 'Agreed with the ministry.',
      revision: response.submitted.revision,
      files: NO_FILES,
      isReady: true,
    },
  );
  if (done.ok) await settle(services, done.clarification, 'confirmed', '', member);
}

async function readReports(
  services: Services,
  round: Round,
  invitations: Invitation[],
  member: string,
): Promise<void> {
  const internal = await services.catalogue.internalOf(round.questionnaire.key);
  const review = internal && (await services.catalogue.find(internal));
  if (!review) return;
  const random = seededRandom(7);
  for (const { state } of invitations.slice(0, REPORTS)) {
    const chance = random();
    const mentions =
      chance < 0.4 ? 'yes' : chance < 0.65 ? 'partly' : chance < 0.9 ? 'no' : 'dont_know';
    const of = { round: round._id, state, questionnaire: review.source, account: member };
    const answers = { v_mentions: mentions, v_report: '2022' };
    if (await services.stateReviews.find(round._id, state)) continue;
    await saveReview(services, of, null, { answers, other: {} });
  }
}

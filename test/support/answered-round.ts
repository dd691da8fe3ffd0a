/** A round with answers from a seed, submitted straight into the database: for tests of what is counted from them. */
import { inventAnswers, seededRandom } from '../../scripts/invented-answers.ts';
import type { Answers } from '../../server/questionnaire/answers.ts';
import { encodeRow, layoutOf } from '../../server/questionnaire/columns.ts';
import type { Questionnaire } from '../../server/questionnaire/questionnaire.ts';
import type { Submission, Use } from '../../server/responses/response.ts';
import type { Round } from '../../server/rounds/round.ts';
import type { TestApp } from './app.ts';
import { bundledQuestionnaire, openedRound, SLUG } from './rounds.ts';

/** Eight African, six Asian and four other States that are affected; four donors. */
export const AFFECTED =
  'AGO TCD COD ETH SEN SSD ZWE NER KHM IRQ JOR LKA THA YEM COL PER BIH TUR'.split(' ');
export const DONORS = 'NOR DEU JPN TUR'.split(' ');

type Cast = {
  /** Of an audience; the States that are asked. */
  affected?: string[];
  donor?: string[];
  /** Asked, without an answer. */
  silent?: string[];
  /** How a State's answers may be used; attributed unless said. */
  uses?: Record<string, Use>;
  /** In place of what the seed gives. */
  answers?: (state: string, audience: string) => Answers;
};

export async function answeredRound(on: TestApp, cast: Cast = {}): Promise<Round> {
  const { affected = AFFECTED, donor = DONORS, silent = [] } = cast;
  const row = (audience: string) => (state: string) =>
    `${state},${audience},Name ${state},Post,${audience}-${state.toLowerCase()}@example.org,en`;
  const rows = [...affected.map(row('affected')), ...donor.map(row('donor'))];
  const round = await openedRound(on, {
    contacts: ['state,audience,name,post,email,language', ...rows].join('\n'),
  });
  const questionnaire = bundledQuestionnaire();
  for (const [place, one] of (await on.services.invitations.ofRound(SLUG)).entries()) {
    if (silent.includes(one.state)) continue;
    const invented = inventAnswers(questionnaire, one.audience, seededRandom(700 + place), [
      'Words',
    ]);
    const answers = { ...invented.answers, ...cast.answers?.(one.state, one.audience) };
    await submitAnswers(on, one, answers, { use: cast.uses?.[one.state] ?? 'attributed' });
  }
  return round;
}

/** One more submission of a response, valid or not. */
export async function submitAnswers(
  { services }: TestApp,
  { _id, audience }: { _id: string; audience: string },
  answers: Answers,
  more: Partial<Submission> = {},
  questionnaire: Questionnaire = bundledQuestionnaire(),
): Promise<void> {
  const before = await services.responses.find(_id);
  const revision = (before?.submitted?.revision ?? 0) + 1;
  const submission: Submission = {
    revision,
    reference: `R-${_id}-${revision}`,
    submittedAt: services.clock(),
    by: { name: 'Name', post: 'Post', email: 'a@example.org' },
    link: 'none',
    answers,
    other: {},
    use: 'attributed',
    row: encodeRow(layoutOf(questionnaire, audience), questionnaire, audience, answers),
    ...more,
  };
  await services.transaction((session) => services.responses.submit(_id, submission, {}, session));
}

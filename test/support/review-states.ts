/** Pages of what is asked back, of the State and of the Committee, in each state. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settle } from '../../server/review/settle.ts';
import type { Round } from '../../server/rounds/round.ts';
import { answered } from './answering.ts';
import type { TestApp } from './app.ts';
import { askedAbout } from './asking.ts';
import type { Stage } from './respondent-states.ts';
import { linkFor, respondent, SLUG } from './rounds.ts';

/** Divine is asked about several answers; Sofia's State is asked nothing. */
export const REVIEW_CAST = `COD,affected,Divine Kabongo,Directrice,divine@example.org,fr
SEN,affected,Sofia Diop,Directrice,sofia@example.org,fr
`;
const STATE = 'COD';
const WORDS = `Thank you.\n\nCould you say more? ${'Wolfeschlegelsteinhausenbergerdorff'.repeat(2)}\nشكراً لكم.`;
const SHARES = { a47_01: 'shared', a47_02: ['regional'], a47_05: 'no' };

const internal = () =>
  JSON.parse(
    readFileSync(
      join(import.meta.dirname, '..', '..', 'questionnaires', 'article7-gender-2023.json'),
      'utf8',
    ),
  );

/** Once, before the first stage. */
export async function prepareReview(on: TestApp, round: Round): Promise<void> {
  const loaded = await on.services.catalogue.load(internal(), on.services.clock());
  if (!loaded.ok) throw new Error('the internal questionnaire is refused');
  const answers = { r_use: 'attributed', a44_01: 'no', ...SHARES };
  await answered(on, round, STATE, { answers, seed: 5 });
  await answered(on, round, 'SEN', { answers, seed: 6 });
  const about = (question: string) => ({ questions: [question], words: WORDS });
  await askedAbout(on, round, STATE, { ...about('a44_01'), due: '2023-06-19' });
  await askedAbout(on, round, STATE, { ...about('a45_01') });
  await askedAbout(on, round, STATE, {
    ...about('a47_05'),
    title: 'Genre et diversité',
    followUp: 47,
  });
  const changed = await askedAbout(on, round, STATE, about('a46_03'));
  const withdrawn = await askedAbout(on, round, STATE, about('a42_01'));
  await settle(on.services, withdrawn, 'withdrawn', WORDS, 'a-member');
  const divine = await respondent(on, round, STATE);
  const page = await divine.visitor.get(`${divine.base}/clarifications/${changed._id}`);
  const fields = { a46_03: WORDS, remark: WORDS, confirm: 'yes' };
  const receipt = await divine.visitor.submit(page, '#answer', fields);
  if (receipt.status !== 200) throw new Error(`not answered: ${receipt.text('.summary')}`);
}

const asked = async ({ services }: TestApp) =>
  (await services.clarifications.ofRound(SLUG)).filter(({ state }) => state === STATE);

/** The State's side. */
export async function askedBackStage(on: TestApp, round: Round): Promise<Stage> {
  const link = await linkFor(on, round, STATE, 'affected');
  const { base } = await respondent(on, round, STATE);
  const all = await asked(on);
  const [open] = all.filter(({ status }) => status === 'asked');
  return {
    state: 'askedBack',
    links: [link],
    pages: [
      { name: 'landing', path: base },
      ...all.map(({ _id, status, questions }) => ({
        name: `${status} ${questions.join(' ')}`,
        path: `${base}/clarifications/${_id}`,
      })),
      {
        name: 'a reply that is refused',
        path: `${base}/clarifications/${open?._id}`,
        press: {
          button: '#answer .actions .button',
          fields: { name: '', remark: 'x'.repeat(2001) },
        },
      },
    ],
  };
}

/** Addresses of the Committee's side. */
export async function reviewPages(on: TestApp): Promise<string[]> {
  const all = await asked(on);
  const one = (status: string) => all.find((each) => each.status === status)?._id;
  return [
    '/clarifications',
    '/clarifications?status=confirmed',
    `/clarifications/${one('asked')}`,
    `/clarifications/${one('answered')}`,
    `/clarifications/${one('withdrawn')}`,
    `/states/${STATE}/affected`,
    `/states/${STATE}/affected/ask/a46_01`,
    '/gender',
    '/gender?rule=affected-47&part=missing',
    '/gender/47/SEN/affected/letter',
    '/gender/reviews',
    '/gender/reviews/SEN',
  ].map((page) => `/results/${SLUG}${page}`);
}

/** An export at a cut-off is what it was then, whatever came later; and the clarifications beside the answers. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SYSTEM } from '../../server/audit/event.ts';
import { takeCutOff } from '../../server/progress/read-cut-off.ts';
import type { Answers } from '../../server/questionnaire/answers.ts';
import type { Questionnaire } from '../../server/questionnaire/questionnaire.ts';
import type { Round } from '../../server/rounds/round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { bundledQuestionnaire, openedRound, SLUG, signedIn } from '../support/rounds.ts';
import { submitted } from '../support/submitting.ts';
import { COMMITTEE, sheetsIn, takenFile } from '../support/taken.ts';

let on: TestApp;
let round: Round;
let questionnaire: Questionnaire;

beforeAll(async () => {
  on = await testApp();
  round = await openedRound(on);
  questionnaire = bundledQuestionnaire();
  await say('NOR', 'donor', { r_use: 'attributed', d46_01: 3 });
  await say('KHM', 'affected', { r_use: 'attributed', a46_03: 'Words of before' });
  await say('TCD', 'affected', { r_use: 'aggregate', a46_03: 'Secret words' });
  await ask('KHM', 'What did you mean?', 'attributed');
  await ask('TCD', 'About secret words', 'aggregate');
  const wish = { name: 'For the meeting', slug: 'meeting' };
  const taken = await takeCutOff(on.services, round, wish, SYSTEM);
  if (!taken.ok) throw new Error(JSON.stringify(taken.problems));
  on.setTime('2023-06-01T08:00:00Z');
  await say('IRQ', 'affected', { r_use: 'attributed', a46_03: 'Came later' });
  await ask('NOR', 'Asked later', 'attributed', 'donor');
});
afterAll(() => on.close());

const say = (state: string, audience: string, answers: Answers) =>
  submitted(on, questionnaire, { round: SLUG, state, audience }, answers);

async function ask(state: string, words: string, use: string, audience = 'affected') {
  const invitation = await on.services.invitations.ofState(SLUG, state, audience);
  const before = { revision: 1, answers: { a46_03: 'Quoted' }, other: {}, currency: '', use };
  await on.services.connection.collection('clarifications').insertOne({
    _id: `clarification-${state}`,
    ...{ key: state, round: SLUG, response: invitation?._id, state, audience },
    ...{ questions: ['a46_03'], followUp: null, title: '', words, language: 'en', due: null },
    ...{ before, status: 'asked', askedAt: on.services.clock(), askedBy: 'x' },
    ...{ answer: null, ended: null },
  } as never);
}

type Json = {
  cutOff: string;
  snapshot: object | null;
  responses: { state: string; status: string }[];
};
const json = async (cutoff = ''): Promise<Json> =>
  JSON.parse((await takenFile(on, round, 'json', { cutoff })).toString());

describe('an export at a cut-off', () => {
  it('has what counted then, and says so', async () => {
    const then = await json('meeting');
    expect(then).toMatchObject({
      cutOff: '2023-05-02T08:00:00.000Z',
      snapshot: { slug: 'meeting', name: 'For the meeting' },
    });
    const statusOf = ({ responses }: Json, state: string) =>
      responses.find((one) => one.state === state)?.status;
    expect([statusOf(then, 'KHM'), statusOf(then, 'IRQ')]).toEqual(['submitted', 'not_started']);
    const now = await json();
    expect(now.snapshot).toBeNull();
    expect(statusOf(now, 'IRQ')).toBe('submitted');
  });

  it.each(['csv', 'csv-long', 'xlsx'] as const)(
    'as %s has nothing that came later',
    async (format) => {
      const text = async (cutoff: string) => {
        const file = await takenFile(on, round, format, { cutoff });
        return format === 'xlsx' ? JSON.stringify([...(await sheetsIn(file))]) : file.toString();
      };
      expect(await text('meeting')).toContain('Words of before');
      expect(await text('meeting')).not.toMatch(/Came later|Asked later/);
      expect(await text('')).toContain('Came later');
    },
  );

  it('is taken from the page of the cut-off, with its name in file and audit', async () => {
    const admin = await signedIn(on, 'admin');
    const page = await admin.get(`/results/${SLUG}?cutoff=meeting&region=asia_pacific`);
    const file = await admin.submit(page, 'form[action$="/exports/json"]');
    expect(file.headers['content-disposition']).toContain(`${SLUG}-meeting-answers.json`);
    expect(JSON.parse(file.html).responses.map((one: { state: string }) => one.state)).toEqual(
      expect.arrayContaining(['KHM', 'IRQ']),
    );
    const [row] = await on.services.audit.list(1);
    expect(row?.details).toEqual({
      format: 'json',
      filter: { region: 'asia_pacific', group: null, review: null },
      cutOff: '2023-05-02T08:00:00.000Z',
      snapshot: 'meeting',
      rows: JSON.parse(file.html).responses.length,
    });
  });

  it('counts its rows as they are in the file, also by review state', async () => {
    const admin = await signedIn(on, 'admin');
    for (const query of ['?cutoff=meeting&review=received', '?review=received']) {
      const page = await admin.get(`/results/${SLUG}${query}`);
      const file = await admin.submit(page, 'form[action$="/exports/json"]');
      const { responses } = JSON.parse(file.html);
      const [row] = await on.services.audit.list(1);
      expect([query, row?.details?.['rows']]).toEqual([query, responses.length]);
      expect(responses).toHaveLength(query.includes('cutoff') ? 3 : 4);
    }
  });

  it('that there is not is no export', async () => {
    const admin = await signedIn(on, 'admin');
    const page = await admin.get(`/results/${SLUG}`);
    const refused = await admin.submit(page, 'form[action$="/exports/json"]', { cutoff: 'none' });
    expect(refused.status).toBe(404);
  });

  it('gives the text of a State as it was then', async () => {
    const admin = await signedIn(on, 'admin');
    const page = await admin.get(`/results/${SLUG}/states/KHM/affected?cutoff=meeting`);
    expect((await admin.submit(page, 'form[action$="/text"]')).html).toContain('Words of before');
    const [row] = await on.services.audit.list(1);
    expect(row?.details).toMatchObject({ format: 'text', state: 'KHM', snapshot: 'meeting' });
  });
});

describe('the sheet of clarifications', () => {
  const states = async (options: Parameters<typeof takenFile>[3]) => {
    const sheets = await sheetsIn(await takenFile(on, round, 'xlsx', options));
    const [, ...rows] = sheets.get('clarifications') ?? [];
    return rows.map((row) => row[0]);
  };

  it('has a row for each that the taker may read', async () => {
    expect(new Set(await states({}))).toEqual(new Set(['KHM', 'TCD', 'NOR']));
    expect(new Set(await states({ taker: COMMITTEE }))).toEqual(new Set(['KHM', 'NOR']));
  });

  it('has those of the States in the file, and of the time of a cut-off', async () => {
    const filter = { region: 'african', group: null, review: null };
    expect(await states({ filter })).toEqual(['TCD']);
    expect(new Set(await states({ cutoff: 'meeting' }))).toEqual(new Set(['KHM', 'TCD']));
  });
});

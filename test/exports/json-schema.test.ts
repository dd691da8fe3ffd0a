/** The published schema of the JSON export holds for every export, and says no when something is not as it says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { inventAnswers, seededRandom } from '../../scripts/invented-answers.ts';
import type { Round } from '../../server/rounds/round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { bundledQuestionnaire, openedRound, SLUG } from '../support/rounds.ts';
import { submitted } from '../support/submitting.ts';
import { ADMIN, COMMITTEE, takenFile } from '../support/taken.ts';

const file = join(import.meta.dirname, '..', '..', 'docs', 'export.schema.json');
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, formats: { 'date-time': true } });
const isExport = ajv.compile(JSON.parse(readFileSync(file, 'utf8')));

let on: TestApp;
let round: Round;
beforeAll(async () => {
  on = await testApp();
  round = await openedRound(on);
  const questionnaire = bundledQuestionnaire();
  const random = seededRandom(11);
  for (const [state, audience, use] of [
    ['KHM', 'affected', 'attributed'],
    ['TCD', 'affected', 'committee'],
    ['TUR', 'affected', 'aggregate'],
    ['NOR', 'donor', 'attributed'],
  ] as const) {
    const { answers, other } = inventAnswers(questionnaire, audience, random, ['Words']);
    const scan = { name: 'plan.pdf', size: 10, sha256: 'a'.repeat(64) };
    Object.assign(answers, { r_use: use, r_currency: 'USD' });
    if (state === 'KHM')
      answers['a43_03'] = {
        files: [{ ...scan, id: 'f', type: 'application/pdf' }],
        url: 'https://example.org',
      };
    await submitted(on, questionnaire, { round: SLUG, state, audience }, answers, other);
  }
});
afterAll(() => on.close());

describe('the JSON export', () => {
  it.each([
    ['an administrator', ADMIN],
    ['a Committee member', COMMITTEE],
  ])('of %s is as the schema says, with and without a filter', async (_name, taker) => {
    for (const region of [null, 'african'] as const) {
      const filter = { region, group: null, review: null };
      const text = (await takenFile(on, round, 'json', { taker, filter })).toString('utf8');
      expect([isExport(JSON.parse(text)), isExport.errors]).toEqual([true, null]);
    }
  });

  it.each([
    ['another format', { format: 2 }],
    ['no responses', { responses: undefined }],
    ['a status that there is not', { responses: [{ status: 'lost' }] }],
  ])('with %s is none', async (_name, wrong) => {
    const right = JSON.parse((await takenFile(on, round, 'json')).toString('utf8'));
    expect(isExport({ ...right, ...wrong })).toBe(false);
  });

  it('with an id of a file of ours in an answer is none', async () => {
    const right = JSON.parse((await takenFile(on, round, 'json')).toString('utf8'));
    const answered = right.responses.find((one: { state: string }) => one.state === 'KHM');
    answered.answers.a43_03.files[0].id = 'ours';
    expect(isExport(right)).toBe(false);
  });
});

/** Needs, given and received, experience: each number is the rows behind it, and nobody is named who asked not to be. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answers } from '../../server/questionnaire/answers.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { bundledQuestionnaire, openedRound, SLUG, signedIn } from '../support/rounds.ts';
import { submitted } from '../support/submitting.ts';
import type { SeenPage, Visitor } from '../support/visitor.ts';

let on: TestApp;
let committee: Visitor;

const AFFECTED = ['KHM', 'IRQ', 'TCD', 'SEN', 'TUR', 'AGO', 'ETH', 'COD', 'THA'];
const DONORS = ['NOR', 'TUR', 'USA'];
const CONTACTS = [
  ...AFFECTED.map((state) => `${state},affected,Name,Post,${state}@example.org,en`),
  ...DONORS.map((state) => `${state},donor,Name,Post,d-${state}@example.org,en`),
];
const named = { r_use: 'attributed' };
const totals = { r_use: 'aggregate' };
const needs = (survey: string, education: string) => ({
  a43_01: 'yes',
  a43_05: { survey_clearance: survey, risk_education: education },
});
const SAID: [string, string, Answers][] = [
  [
    'KHM',
    'affected',
    {
      ...named,
      ...needs('uncovered', 'covered'),
      a45_03: 'all',
      a47_07: { im: ['offered', 'sought'] },
    },
  ],
  ['IRQ', 'affected', { ...named, ...needs('dont_know', 'covered'), a45_03: 'no_support' }],
  ['SEN', 'affected', { ...named, ...needs('partly', 'not_applicable'), a45_03: 'some' }],
  [
    'TUR',
    'affected',
    { ...named, a43_01: 'no', a47_07: { im: ['sought'], improvised: ['offered'] } },
  ],
  [
    'AGO',
    'affected',
    { ...totals, ...needs('uncovered', 'partly'), a45_03: 'all', a47_07: { im: ['offered'] } },
  ],
  ['ETH', 'affected', { ...totals, a43_01: 'no', a45_03: 'none', a47_07: { im: ['sought'] } }],
  [
    'COD',
    'affected',
    { ...totals, ...needs('uncovered', 'covered'), a45_03: 'all', a47_07: { im: ['offered'] } },
  ],
  ['TUR', 'donor', { ...named, d42_01: 'financial', d45_04: 'all', d47_07: { im: ['sought'] } }],
  ['NOR', 'donor', { ...named, d42_01: 'financial', d45_04: 'none' }],
  ['USA', 'donor', { ...named, d42_01: 'no' }],
];

beforeAll(async () => {
  on = await testApp({ logLevel: 'silent' });
  await openedRound(on, {
    contacts: ['state,audience,name,post,email,language', ...CONTACTS].join('\n'),
  });
  for (const [state, audience, answers] of SAID)
    await submitted(on, bundledQuestionnaire(), { round: SLUG, state, audience }, answers);
  committee = await signedIn(on, 'committee');
});
afterAll(() => on.close());

const at = (path: string) => committee.get(`/results/${SLUG}/${path}`);
const words = (text: string | undefined) => (text ?? '').replace(/\s+/g, ' ').trim();
const HIDDEN = ['Angola', 'Ethiopia', 'Democratic Republic of the Congo'];
/** The rows of lists: one for each named State, and as many as are said to be in totals only. */
const rowsIn = (page: SeenPage, list: string) =>
  page
    .all(`${list} li`)
    .map((one) => (one.getAttribute('class') === 'pooled' ? Number(/^\d+/.exec(one.text)?.[0]) : 1))
    .reduce((sum, count) => sum + count, 0);

describe('needs', () => {
  it('are counted by area and region, of those that answered', async () => {
    const page = await at('needs');
    const row = (label: string) =>
      page
        .all('.heat tbody tr')
        .find((one) => one.querySelector('th')?.text === label)
        ?.querySelectorAll('td')
        .map((one) => words(one.querySelector('b')?.text ?? one.text));
    // Of five that were asked and answered four have an open need in survey and clearance.
    expect(row('All in this selection')?.slice(0, 3)).toEqual([
      '4 of 5',
      '1 of 5',
      'No answers yet',
    ]);
    expect(row('Asia-Pacific States')?.slice(0, 2)).toEqual(['1 of 2', '0 of 2']);
    expect(row('Western European and other States')?.[0]).toBe('No answers yet');
  });

  it('lead from each cell to the States behind it', async () => {
    for (const link of (await at('needs')).all('.heat td a')) {
      const page = await committee.get(link.getAttribute('href') ?? '');
      const count = Number(/^\d+/.exec(words(link.text))?.[0]);
      expect([link.getAttribute('href'), rowsIn(page, 'ul.states')]).toEqual([
        link.getAttribute('href'),
        count,
      ]);
      for (const state of HIDDEN) expect(page.text('#states')).not.toContain(state);
    }
  });

  it('stand State by State, without those that are in totals only', async () => {
    const page = await at('needs?by=state');
    const row = (state: string) =>
      page
        .all('.heat tbody tr')
        .find((one) => one.querySelector('th')?.text === state)
        ?.querySelectorAll('td')
        .map((one) => words(one.text));
    expect(row('Cambodia')?.slice(0, 2)).toEqual(['Largely uncovered', 'Covered']);
    expect(row('Türkiye')?.[0]).toBe('Not applicable');
    expect(row('Thailand')?.[0]).toBe('No answer');
    for (const state of HIDDEN) expect(new Set(row(state))).toEqual(new Set(['In totals only']));
  });
});

describe('given and received', () => {
  it('stand side by side on one scale, each number with its share of those that answered', async () => {
    const page = await at('given-and-received');
    const pair = page.root.querySelector('#pair-multi_year');
    const cells = pair
      ?.querySelectorAll('tbody tr')
      .map((row) => row.querySelectorAll('th, td').map((one) => words(one.text)));
    expect(cells).toEqual([
      ['All or nearly all', '1 (50%)', '3 (50%)'],
      ['More than half', '0 (0%)', '0 (0%)'],
      ['Less than half', '0 (0%)', '1 (17%)'],
      ['None', '1 (50%)', '1 (17%)'],
      ['No support received', '–', '1 (17%)'],
      ['Do not know', '0 (0%)', '0 (0%)'],
      ['Prefer not to say', '0 (0%)', '0 (0%)'],
      ['Not applicable', '1', '–'],
      ['No answer', '0', '3'],
    ]);
    const { rows, max } = JSON.parse(
      pair?.querySelector('ul.bars')?.getAttribute('data-picture') ?? '{}',
    );
    expect(max).toBe(1);
    const drawn = rows.map((row: { label: string; cells: { text: string }[] }) => [
      row.label,
      ...row.cells.map(({ text }) => text),
    ]);
    expect(drawn).toEqual(cells?.slice(0, 7));
  });

  it('lead from each number to its States, and to the chart as a file', async () => {
    const page = await at('given-and-received');
    for (const link of page.all('#pair-multi_year tbody a')) {
      const list = await committee.get(link.getAttribute('href') ?? '');
      expect([link.getAttribute('href'), rowsIn(list, 'ul.states')]).toEqual([
        link.getAttribute('href'),
        Number(/^\d+/.exec(link.text)?.[0]),
      ]);
    }
    const file = await at('given-and-received/multi_year/chart.csv');
    expect(file.html).toContain('All or nearly all');
    expect((await at('given-and-received/ghost/chart.csv')).status).toBe(404);
  });
});

describe('experience', () => {
  it('is brought together by subject, a State once on each side', async () => {
    const page = await at('experience?subject=im');
    expect(page.text('#subject h2')).toBe('Information management');
    const side = (name: string) =>
      page
        .all(`#subject .${name} li`)
        .map((one) => words(one.querySelector('a')?.text ?? one.text));
    expect(side('offered')).toEqual(['Cambodia', '2 States, in totals only']);
    // Türkiye said so in both audiences.
    expect(side('sought')).toEqual(['Cambodia', 'Türkiye', '1 State, in totals only']);
    for (const state of HIDDEN) expect(page.text('#subject')).not.toContain(state);
  });

  it('has a number for each list, which is its length', async () => {
    const page = await at('experience');
    for (const row of page.all('main table tbody tr')) {
      const numbers = row.querySelectorAll('td.num a');
      const list = await committee.get(numbers[0]?.getAttribute('href') ?? '');
      if (numbers.every((one) => words(one.text).startsWith('0'))) continue;
      expect(numbers.map((one) => Number(/^\d+/.exec(one.text)?.[0]))).toEqual(
        ['offered', 'sought'].map((side) => rowsIn(list, `#subject .${side}`)),
      );
    }
    expect(page.all('main table tbody tr')[0]?.text).toContain('Offered and sought');
  });
});

describe('a question', () => {
  it.each([
    ['a46_03', 'texts?question=a46_03'],
    ['a42_02', 'money?question=a42_02'],
    ['a43_05', 'needs'],
    ['d47_07', 'experience'],
  ])('%s leads to where its answers are shown in their own way', async (id, way) => {
    const links = (await at(`questions/${id}`))
      .all('main p > a')
      .map((one) => one.getAttribute('href'));
    expect(links).toContain(`/results/${SLUG}/${way}`);
    expect((await at(way)).status).toBe(200);
  });
});

/** Money by year and area: sums that equal their rows, currencies kept apart, stated rates, and no amount of one State alone. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answers } from '../../server/questionnaire/answers.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { bundledQuestionnaire, openedRound, SLUG, signedIn } from '../support/rounds.ts';
import { submitted } from '../support/submitting.ts';
import type { SeenPage, Visitor } from '../support/visitor.ts';

let on: TestApp;
let committee: Visitor;

const CONTACTS = ['KHM', 'IRQ', 'AGO', 'ETH', 'COD', 'SEN', 'JOR', 'LKA', 'THA', 'TJK'].map(
  (state) => `${state},affected,Name,Post,${state}@example.org,en`,
);
const gives = (currency: string, of: Record<string, Record<string, number>>): Answers => ({
  r_use: 'attributed',
  r_currency: currency,
  a42_01: 'financial',
  a42_02: of,
});
const inTotals = (answers: Answers): Answers => ({ ...answers, r_use: 'aggregate' });

const SAID: [string, Answers][] = [
  [
    'KHM',
    {
      ...gives('USD', {
        2020: { survey_clearance: 100.1, stockpile: 0 },
        2021: { survey_clearance: 0.2 },
      }),
      a42_05: { amount: 7, currency: 'EUR' },
    },
  ],
  ['IRQ', gives('EUR', { 2020: { survey_clearance: 1000 }, 2022: { coordination: 500.55 } })],
  ['LKA', gives('USD', { 2020: { survey_clearance: 200 } })],
  // Africa: three gave dollars, one gave nothing.
  ['AGO', inTotals(gives('USD', { 2020: { survey_clearance: 11 } }))],
  ['ETH', inTotals(gives('USD', { 2021: { stockpile: 20 } }))],
  ['COD', inTotals(gives('USD', { 2022: { coordination: 300 } }))],
  ['SEN', { r_use: 'aggregate', a42_01: 'no' }],
  // Asia: two gave dollars, one gave francs, one gave nothing.
  ['JOR', inTotals(gives('USD', { 2020: { survey_clearance: 4_001 } }))],
  ['THA', inTotals(gives('USD', { 2020: { survey_clearance: 5_002 } }))],
  ['TJK', inTotals(gives('CHF', { 2021: { survey_clearance: 6_003 } }))],
];

beforeAll(async () => {
  on = await testApp({ logLevel: 'silent' });
  await openedRound(on, {
    contacts: ['state,audience,name,post,email,language', ...CONTACTS].join('\n'),
  });
  for (const [state, answers] of SAID)
    await submitted(
      on,
      bundledQuestionnaire(),
      { round: SLUG, state, audience: 'affected' },
      answers,
    );
  committee = await signedIn(on, 'committee');
});
afterAll(() => on.close());

const at = (query = '', who: Visitor = committee) => who.get(`/results/${SLUG}/money${query}`);
const number = (text: string | undefined) => Number((text ?? '').replace(/[^\d.]/g, ''));
const sum = (list: number[]) => Math.round(list.reduce((a, b) => a + b, 0) * 100) / 100;
const tableIn = (page: SeenPage, currency: string) =>
  page.all('table.money').find((one) => one.querySelector('caption')?.text === currency);
const behind = (page: SeenPage) =>
  page.all('#states tbody tr').map((row) => ({
    state: row.querySelector('th')?.text ?? '',
    amount: number(row.querySelector('td')?.text),
  }));

describe('money', () => {
  it('is added up in each currency for itself', async () => {
    const page = await at();
    expect(page.all('table.money caption').map((one) => one.text)).toEqual(['USD', 'EUR']);
    const row = (currency: string) =>
      tableIn(page, currency)
        ?.querySelectorAll('tbody tr')[0]
        ?.querySelectorAll('td')
        .map((one) => one.text);
    expect(row('USD')).toEqual(['300.1', '0.2', '0', '300.3']);
    expect(row('EUR')).toEqual(['1,000', '0', '0', '1,000']);
  });

  it('leads from every sum to the States behind it, whose amounts make it', async () => {
    for (const currency of ['USD', 'EUR'])
      for (const link of tableIn(await at(), currency)?.querySelectorAll('a') ?? []) {
        const page = await committee.get(link.getAttribute('href') ?? '');
        const isAll = link.closest('tfoot') !== null;
        const rows = behind(page).filter(({ state }) => !isAll || !state.includes('totals'));
        expect([link.text, sum(rows.map(({ amount }) => amount))]).toEqual([
          link.text,
          number(link.text),
        ]);
      }
  });

  it('shows a total that is the sum of the rows that are shown', async () => {
    const page = await at();
    const foot = tableIn(page, 'USD')
      ?.querySelectorAll('tfoot tr')
      .map((row) => number(row.querySelectorAll('td').at(-1)?.text));
    // 300.3 with names, 9,334 of five States without, and their sum. The francs of one State stand nowhere.
    expect(foot).toEqual([300.3, 9334, 9634.3]);
    expect(sum(behind(page).map(({ amount }) => amount))).toBe(9634.3);
    expect(page.text('#states tfoot')).toContain('9,634.3');
  });

  it('tells of no State in totals only what it gave', async () => {
    for (const query of [
      '',
      '?region=african',
      '?region=asia_pacific',
      '?group=affectedStatesParties',
    ]) {
      const page = await at(query);
      for (const state of ['Angola', 'Ethiopia', 'Jordan', 'Thailand', 'Tajikistan'])
        expect([query, page.text('#states').includes(state)]).toEqual([query, false]);
      for (const amount of ['4,001', '5,002', '6,003', 'CHF'])
        expect([query, page.text('#states').includes(amount)]).toEqual([query, false]);
      expect(
        page
          .all('table.money')
          .map((one) => one.text)
          .join(),
      ).not.toMatch(/9,003|\b331\b|6,003/);
    }
    // The seven are one block, since all of Asia were asked: it is counted as a whole or not at all.
    for (const [region, count] of [
      ['asia_pacific', 3],
      ['african', 4],
    ])
      expect((await at(`?region=${region}`)).text('main')).toContain(
        `${count} in totals only, not counted here`,
      );
    const admin = await signedIn(on, 'admin');
    expect((await admin.get(`/results/${SLUG}/money`)).text('#states')).toContain('Thailand');
  });

  it('says zero where nothing was given, and "no answers yet" where nobody answered', async () => {
    expect(tableIn(await at(), 'USD')?.querySelectorAll('tbody tr')[3]?.text).toMatch(
      /0\s*0\s*0\s*0/,
    );
    const none = await at('?question=d42_02');
    expect(none.text('.note')).toBe('No answers yet');
    expect(none.all('table.money')).toEqual([]);
    expect((await at('?question=a44_01')).status).toBe(404);
  });

  it('that is one amount has one column', async () => {
    const page = await at('?question=a42_05');
    expect(tableIn(page, 'EUR')?.querySelectorAll('thead th')).toHaveLength(2);
    expect(behind(page)).toEqual([{ state: 'Cambodia', amount: 7 }]);
  });
});

describe('a rate of conversion', () => {
  const FORM = 'form[action$="/rates"]';
  const good = {
    to: 'USD',
    currency: 'EUR',
    year: '',
    rate: '1.1',
    date: '2023-05-01',
    source: 'A bank',
  };

  it.each([
    ['currency', { currency: '' }, 'Choose a currency.'],
    ['currency', { currency: 'USD' }, 'Choose another currency'],
    ['year', { year: '20' }, 'four digits'],
    ['rate', { rate: 'about one' }, 'above zero'],
    ['rate', { rate: '0' }, 'above zero'],
    ['rate', { rate: '-1' }, 'above zero'],
    ['date', { date: '2023-02-30' }, 'day of the calendar'],
    ['source', { source: ' ' }, 'where the rate comes from'],
  ])('is refused at its field: %s %j', async (field, changed, why) => {
    const typed = { ...good, ...changed };
    const page = await committee.submit(await at(), FORM, typed);
    expect([page.status, page.text(`#error-${field}`)]).toEqual([
      422,
      expect.stringContaining(why),
    ]);
    expect(page.root.querySelector('#rate')?.getAttribute('value')).toBe(typed.rate.trim());
    expect(await on.services.rates.ofRound(SLUG)).toEqual([]);
  });

  it('converts all, to whole units that add up, and says from where', async () => {
    const page = await committee.submit(await at(), FORM, good);
    expect(page.path).toContain('converted=yes');
    expect(page.all('table.money caption').map((one) => one.text)).toEqual(['USD']);
    // 100 + 0 + 200, 1,100 and 551 of Iraq, 9,334 in totals only.
    expect(page.text('table.money tfoot tr:last-child')).toContain('11,285');
    expect(sum(behind(page).map(({ amount }) => amount))).toBe(11_285);
    expect(behind(page).find(({ state }) => state === 'Iraq')?.amount).toBe(1651);
    expect(page.text('#states')).toContain('1,500.55 EUR');
    expect(page.text('#rates table')).toContain('A bank');
    expect(page.text('#rates table')).toContain('1 May 2023');
    const [event] = await on.services.audit.list(1);
    expect(event).toMatchObject({ event: 'rate.set', details: { currency: 'EUR', rate: 1.1 } });
  });

  it('of a year stands above the one of every year, and what has none is said, not added', async () => {
    const set = await committee.submit(await at(), FORM, { ...good, year: '2020', rate: '2,0' });
    expect(behind(set).find(({ state }) => state === 'Iraq')?.amount).toBe(2551);
    const removed = await committee.submit(set, 'form[action$="/rates/removed"]');
    const page = await committee.get(`${removed.path.split('#')[0]}?converted=yes`);
    expect(behind(page).find(({ state }) => state === 'Iraq')?.amount).toBe(2000);
    expect(page.text('.note')).toBe('Not in the total, since no rate is entered: 500.55 EUR');
  });

  it('is entered by those who review, not by those who only read', async () => {
    const viewer = await signedIn(on, 'viewer');
    const page = await at('', viewer);
    expect(page.all(FORM)).toEqual([]);
    const token = page.root.querySelector('input[name="token"]')?.getAttribute('value') ?? '';
    for (const path of ['rates', 'rates/removed'])
      expect((await viewer.post(`/results/${SLUG}/${path}`, { token, ...good })).status).toBe(403);
  });
});

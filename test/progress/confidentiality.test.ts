/** "In totals only" is kept on every page and in every export, and every number still leads to its rows. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inventAnswers, seededRandom } from '../../scripts/invented-answers.ts';
import { NO_FILTER } from '../../server/progress/dataset.ts';
import { readDataset } from '../../server/progress/read.ts';
import { summaryOf } from '../../server/progress/summary.ts';
import { encodeRow, layoutOf } from '../../server/questionnaire/columns.ts';
import type { Round } from '../../server/rounds/round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { bundledQuestionnaire, openedRound, SLUG, signedIn } from '../support/rounds.ts';
import type { SeenPage, Visitor } from '../support/visitor.ts';

let on: TestApp;
let round: Round;
let committee: Visitor;
let admin: Visitor;

/** Five African and five Asian States; which of them answer in totals only. */
const ASKED = ['AGO', 'TCD', 'COD', 'ETH', 'SEN', 'KHM', 'IRQ', 'JOR', 'LKA', 'THA'];
const TOTALS = ['TCD', 'COD', 'ETH', 'SEN', 'IRQ'];
const SILENT = 'THA';

beforeAll(async () => {
  on = await testApp();
  const contacts = ASKED.map(
    (state) => `${state},affected,Name ${state},Director,${state.toLowerCase()}@example.org,en`,
  );
  round = await openedRound(on, {
    contacts: ['state,audience,name,post,email,language', ...contacts].join('\n'),
  });
  const questionnaire = bundledQuestionnaire();
  for (const [place, invitation] of (await on.services.invitations.ofRound(SLUG)).entries()) {
    if (invitation.state === SILENT) continue;
    const { answers, other } = inventAnswers(questionnaire, 'affected', seededRandom(900 + place), [
      `Words of ${invitation.state}`,
    ]);
    const use = TOTALS.includes(invitation.state)
      ? ('aggregate' as const)
      : ('attributed' as const);
    answers['r_use'] = use;
    answers['a46_03'] = `Words of ${invitation.state}`;
    const submission = {
      revision: 1,
      reference: `R-${invitation.state}`,
      submittedAt: on.services.clock(),
      by: { name: 'Name', post: 'Post', email: 'a@example.org' },
      link: 'none',
      answers,
      other,
      use,
      row: encodeRow(layoutOf(questionnaire, 'affected'), questionnaire, 'affected', answers),
    };
    await on.services.transaction((session) =>
      on.services.responses.submit(invitation._id, submission, {}, session),
    );
  }
  committee = await signedIn(on, 'committee');
  admin = await signedIn(on, 'admin');
});
afterAll(() => on.close());

const names = (page: SeenPage) =>
  page
    .all('ul.states li:not(.pooled)')
    .map((one) => one.querySelector('a')?.getAttribute('href')?.split('/')[4] ?? '');
const pooled = (page: SeenPage) => Number(/^(\d+)/.exec(page.text('ul.states .pooled'))?.[1] ?? 0);
const barsOf = (page: SeenPage) =>
  page.all('ul.bars a').map((bar) => ({
    href: bar.getAttribute('href') ?? '',
    count: Number(bar.querySelector('b')?.text),
  }));

describe('a State that answered in totals only', () => {
  it.each([
    [42, ''],
    [44, '?region=african'],
    [44, '?region=asia_pacific'],
    [46, '?group=affectedStatesParties'],
    [47, '?review=received'],
  ])('is counted in each bar of action %i and never named behind one %s', async (action, query) => {
    const page = await committee.get(`/results/${SLUG}/actions/${action}${query}`);
    expect(page.status).toBe(200);
    const bars = barsOf(page);
    expect(bars.length).toBeGreaterThan(10);
    for (const { href, count } of bars) {
      const list = await committee.get(href);
      expect([href, names(list).length + pooled(list)]).toEqual([href, count]);
      expect([href, names(list).filter((state) => TOTALS.includes(state))]).toEqual([href, []]);
    }
  });

  it('is not told apart where so few are in view that a number would tell what it said', async () => {
    // Asia: Iraq alone is in totals only.
    const asia = await committee.get(`/results/${SLUG}/questions/a44_01?region=asia_pacific`);
    const withheld = barsOf(asia).find((bar) => bar.href.includes('_withheld'));
    expect(withheld?.count).toBe(1);
    // Africa has four, but the difference to the whole would tell about Iraq.
    const africa = await committee.get(`/results/${SLUG}/questions/a44_01?region=african`);
    expect(barsOf(africa).find((bar) => bar.href.includes('_withheld'))?.count).toBe(4);
    // All five together are enough.
    const all = await committee.get(`/results/${SLUG}/questions/a44_01`);
    expect(barsOf(all).some((bar) => bar.href.includes('_withheld'))).toBe(false);
  });

  it('has no page of answers, no file and no row in an export, except for admins', async () => {
    const page = await committee.get(`/results/${SLUG}/states/ETH/affected`);
    expect(page.text('main')).toContain('counted in totals only');
    expect(page.html).not.toContain('Words of ETH');
    const overview = await committee.get(`/results/${SLUG}`);
    for (const format of ['csv', 'json']) {
      const file = await committee.submit(overview, `form[action$="/exports/${format}"]`);
      expect(file.html).toContain('Words of KHM');
      for (const state of TOTALS) expect(file.html).not.toContain(`Words of ${state}`);
    }
    const full = await admin.submit(
      await admin.get(`/results/${SLUG}`),
      'form[action$="/exports/csv"]',
    );
    expect(full.html).toContain('Words of ETH');
    expect((await admin.get(`/results/${SLUG}/states/ETH/affected`)).html).toContain(
      'Words of ETH',
    );
  });
});

describe('a question that is for totals only', () => {
  it("shows no State's answer whatever the State chose", async () => {
    const page = await committee.get(`/results/${SLUG}/states/KHM/affected`);
    expect(page.text('#q-a46_01 dd')).toContain('totals only');
    const question = await committee.get(`/results/${SLUG}/questions/a46_01`);
    for (const { href, count } of barsOf(question).filter(
      (bar) => !bar.href.includes('_no_answer'),
    )) {
      const list = await committee.get(href);
      expect(names(list)).toEqual([]);
      expect(pooled(list)).toBe(count);
    }
  });
});

describe('a review', () => {
  it('is set by a member and filters the answers, but not by a member of the same State', async () => {
    const cambodian = await signedIn(on, 'committee', 'KHM');
    const own = await cambodian.get(`/results/${SLUG}/states/KHM/affected`);
    expect(own.root.querySelector('form[action$="/review"]')).toBeNull();
    const token =
      own.root.querySelector('form[action="/sign-out"] input')?.getAttribute('value') ?? '';
    expect(
      (
        await cambodian.post(`/results/${SLUG}/states/KHM/affected/review`, {
          token,
          review: 'confirmed',
        })
      ).status,
    ).toBe(403);

    const page = await committee.get(`/results/${SLUG}/states/KHM/affected`);
    const set = await committee.submit(page, 'form[action$="/review"]', { review: 'confirmed' });
    expect(set.text('select#review option[selected]')).toBe('Confirmed');
    const confirmed = await committee.get(`/results/${SLUG}?review=confirmed`);
    expect(confirmed.all('.figures b').map((one) => one.text)).toEqual(['1 of 1', '0 of 0']);
    await committee.submit(await committee.get(page.path), 'form[action$="/review"]', {
      review: 'received',
    });
  });
});

describe('the figures', () => {
  it('say nothing where nobody answered: null is not zero', async () => {
    const data = await readDataset(on.services, round, 'en');
    if (!data) throw new Error('no data');
    const summary = summaryOf(data, { ...NO_FILTER, region: 'weog' }, { identifies: true });
    const platform = summary.indicators.find((one) => one.key === 'i44a');
    // Türkiye is of the group and was not asked.
    expect(platform).toMatchObject({ value: null, numerator: 0, denominator: 1, respondents: 0 });
    const donors = await committee.get(`/results/${SLUG}/actions/46`);
    expect(donors.text('.indicator .value')).toBe('No answers yet');
    expect(donors.text('main')).toContain('No State in this selection was asked');
  });

  it('add up: answered, not applicable, withheld and no answer make everyone who was asked', async () => {
    const data = await readDataset(on.services, round, 'en');
    if (!data) throw new Error('no data');
    for (const identifies of [true, false])
      for (const region of [null, 'african', 'asia_pacific'] as const) {
        const summary = summaryOf(data, { ...NO_FILTER, region }, { identifies });
        for (const one of summary.questions.filter((question) => question.audience === 'affected'))
          expect([one.id, one.answered + one.notApplicable + one.withheld + one.noAnswer]).toEqual([
            one.id,
            summary.responded['affected']?.invited,
          ]);
      }
  });

  it('are read in the language of the page', async () => {
    await committee.get('/language/ar');
    const page = await committee.get(`/results/${SLUG}/actions/44`);
    expect(page.root.querySelector('html')?.getAttribute('dir')).toBe('rtl');
    expect(page.text('h1')).toContain('الحوار الوطني');
    await committee.get('/language/en');
  });
});

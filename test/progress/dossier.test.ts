/** One State: all its answers in both audiences, what changed between submissions, its contacts, and one page to print. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { inventAnswers, seededRandom } from '../../scripts/invented-answers.ts';
import { bootstrapLink, createAccount } from '../../server/accounts/manage.ts';
import { SYSTEM } from '../../server/audit/event.ts';
import type { Answers } from '../../server/questionnaire/answers.ts';
import type { Uses } from '../../server/responses/response.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { itInBrowser, mustBe, openBrowser } from '../support/browser.ts';
import { bundledQuestionnaire, openedRound, SLUG, signedIn } from '../support/rounds.ts';
import { submitted } from '../support/submitting.ts';
import type { Visitor } from '../support/visitor.ts';

let on: TestApp;
let browser: Browser | null;
let committee: Visitor;
let viewer: Visitor;
const inBrowser = itInBrowser('the profile of a State');
const questionnaire = bundledQuestionnaire();

const submits = (state: string, audience: string, answers: Answers, uses: Uses = {}) =>
  submitted(on, questionnaire, { round: SLUG, state, audience }, answers, {}, uses);

const named = { r_use: 'attributed', r_currency: 'EUR' };

beforeAll(async () => {
  on = await testApp({ logLevel: 'silent' });
  await openedRound(on);
  const first: Answers = {
    ...named,
    a44_01: 'no',
    a46_02: ['gaps'],
    a46_03: 'Words of before',
    a47_06: 'The same words',
    a46_01: 3,
  };
  await submits('TUR', 'affected', first);
  await submits('TUR', 'affected', {
    ...first,
    a44_01: 'being_set_up',
    a46_03: 'Words of then',
    a46_01: 5,
  });
  // Now one answer is for the Committee only, and so are its former words.
  await submits(
    'TUR',
    'affected',
    { ...first, a44_01: 'yes', a46_02: ['gaps', 'overlap'], a46_03: 'Words of now', a46_01: 4 },
    { a46_03: 'committee' },
  );
  await submits('TUR', 'donor', { ...named, d46_01: 'regularly', d42_03: 'stable' });
  await submits('IRQ', 'affected', { r_use: 'aggregate', a44_01: 'no' });
  await submits('IRQ', 'affected', { r_use: 'aggregate', a44_01: 'yes' });
  // Everything that can be said.
  const full = inventAnswers(questionnaire, 'affected', seededRandom(3), ['Words. '.repeat(200)]);
  await submits('KHM', 'affected', {
    ...full.answers,
    ...named,
    a42_01: 'financial',
    a42_02: Object.fromEntries(
      ['2020', '2021', '2022'].map((year) => [
        year,
        { survey_clearance: 123_456_789.12, coordination: 987_654_321.99 },
      ]),
    ),
    a43_01: 'yes',
    a43_02: 'adopted',
    a43_05: Object.fromEntries(
      ['survey_clearance', 'risk_education', 'victim_assistance', 'stockpile', 'coordination'].map(
        (area) => [area, 'uncovered'],
      ),
    ),
    a45_02: { 2020: { total: 1 }, 2021: { total: 2 }, 2022: { total: 3 } },
    a45_04: 'all',
    a45_06: 'yes',
    a43_10: 'yes',
  });
  committee = await signedIn(on, 'committee');
  viewer = await signedIn(on, 'viewer');
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await on.close();
});

const at = (path: string, who: Visitor = committee) => who.get(`/results/${SLUG}/states/${path}`);

describe('the page of a State', () => {
  it('has its answers in both audiences, by action', async () => {
    const page = await at('TUR');
    const coordination = page.text('#action-46');
    expect(coordination).toContain('Words of now');
    expect(coordination).toContain('Does your State coordinate its mine action support');
    expect(coordination).toContain('Regularly');
    expect(page.all('.facts')).toHaveLength(2);
    expect(page.text('.facts')).toContain('ReviewReceived');
    expect(page.status).toBe(200);
  });

  it('is reached from the list of States, and leads to the page of each audience', async () => {
    const list = await committee.get(`/results/${SLUG}/states`);
    const link = list.all('tbody th a').find((one) => one.text === 'Türkiye');
    const page = await committee.get(link?.getAttribute('href') ?? '');
    expect(page.text('h1')).toBe('Türkiye');
    const one = page.all('.beside section > p a').map((each) => each.getAttribute('href'));
    expect(one).toEqual(['affected', 'donor'].map((id) => `/results/${SLUG}/states/TUR/${id}`));
  });

  it('shows nobody more than they may see', async () => {
    expect((await at('TUR', viewer)).html).not.toContain('Words of now');
    const iraq = await at('IRQ');
    expect(iraq.text('main')).toContain('counted in totals only');
    expect(iraq.all('.given')).toEqual([]);
    expect(iraq.text('.standings')).toContain('In totals only');
    expect(iraq.text('.standings')).not.toMatch(/Yes|✗ No/);
  });

  it('has its contacts for administrators alone', async () => {
    expect((await at('TUR')).html).not.toContain('emine@example.org');
    const admin = await signedIn(on, 'admin');
    const page = await at('TUR', admin);
    expect(page.text('main')).toContain('emine@example.org');
    expect(page.text('main')).toContain('emre@example.org');
  });

  it('is not there for a State that was not asked', async () => {
    expect((await at('FRA')).status).toBe(404);
    expect((await at('FRA/profile')).status).toBe(404);
  });
});

describe('what changed between two submissions', () => {
  const rows = async (path: string, who?: Visitor) =>
    (await at(path, who))
      .all('.changes tbody tr')
      .map((row) => row.text.replace(/\s+/g, ' ').trim());

  it('stands beside each other, and nothing else does', async () => {
    const page = await at('TUR');
    const links = page.all('ol a').map((one) => one.getAttribute('href') ?? '');
    expect(links).toHaveLength(2);
    const changes = await committee.get(links[0] ?? '');
    expect(changes.text('main')).toContain('3 answers changed.');
    const all = changes.all('.changes tbody tr').map((row) => row.text.replace(/\s+/g, ' ').trim());
    expect(all[0]).toMatch(/^44\.1 .* It is being set up Yes$/);
    expect(all.join()).toContain('Several donors on the same area');
    expect(all.join()).toContain('Words of then Words of now');
    expect(all.join()).not.toContain('The same words');
  });

  it('compares any two', async () => {
    expect(await rows('TUR/affected/changes?from=1&to=3')).toHaveLength(3);
    expect((await at('TUR/affected/changes?from=1&to=9')).status).toBe(404);
    expect((await at('TUR/affected/changes')).status).toBe(404);
  });

  it('tells of no answer that is for closer use now, in whichever submission', async () => {
    for (const pair of ['from=1&to=2', 'from=2&to=3', 'from=1&to=3']) {
      const seen = await at(`TUR/affected/changes?${pair}`, viewer);
      expect(seen.html).not.toContain('Words of');
      // Of the totals-only question nobody sees a change beside the name.
      expect(seen.html).not.toContain('46.1');
    }
    const iraq = await at('IRQ/affected/changes?from=1&to=2');
    expect(iraq.all('table')).toEqual([]);
    expect(iraq.text('main')).toContain('counted in totals only');
  });
});

describe('the profile of a State', () => {
  it('says in short where the State stands, what it needs, gives and offers', async () => {
    const page = await at('KHM/profile');
    expect(page.text('.profile')).toContain('Largely uncovered');
    expect(page.text('.profile')).toContain('2020: 1,111,111,111.11 EUR');
    expect(page.text('.standings')).toContain('Yes');
  });

  it('says that it is for the Committee where something on it is, and leaves it out for others', async () => {
    const closer = await at('IRQ/profile');
    expect(closer.html).not.toMatch(/Yes|It is being set up/);
    expect((await at('TUR/profile')).text('.profile')).not.toContain('For the Committee only');
  });

  inBrowser('is one page of A4, with everything that can be said, in each language', async () => {
    const made = await createAccount(
      on.services,
      { email: 'printer@example.org', role: 'committee' },
      SYSTEM,
    );
    if (!made.ok) throw new Error(made.reason);
    const page = await (await mustBe(browser).newContext()).newPage();
    await page.goto(await bootstrapLink(on.services, made.account));
    await page.click('main form button');
    for (const language of ['en', 'fr', 'ar']) {
      await page.goto(`${on.url}/language/${language}?back=/results/${SLUG}/states/KHM/profile`);
      expect(await page.textContent('h1')).not.toBe('');
      const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
      expect([language, pdf.match(/\/Type \/Page\b(?!s)/g)?.length]).toEqual([language, 1]);
    }
  });
});

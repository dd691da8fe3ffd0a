/**
 * A crawl of every page of results and every chart that they link to, as each role that may not identify: nothing that a
 * State said in totals only, or for the Committee only, stands anywhere beside its name, and none of its words anywhere.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inventAnswers, seededRandom } from '../../scripts/invented-answers.ts';
import type { Answers } from '../../server/questionnaire/answers.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { crawl } from '../support/crawl.ts';
import { bundledQuestionnaire, openedRound, SLUG, signedIn } from '../support/rounds.ts';
import { submitted } from '../support/submitting.ts';

let on: TestApp;
const questionnaire = bundledQuestionnaire();
const BASE = `/results/${SLUG}`;

const NAMED = ['KHM', 'SEN', 'TUR', 'COL', 'HRV'];
const TOTALS = ['AGO', 'ETH', 'COD', 'IRQ', 'JOR'];
const COMMITTEE = ['TCD', 'PER'];
const DONORS = {
  NOR: 'attributed',
  TUR: 'attributed',
  JPN: 'aggregate',
  DEU: 'aggregate',
  FRA: 'aggregate',
  USA: 'committee',
};

/** Words and an amount that nobody else uses. */
const secretOf = (state: string) => `Secret of ${state}`;
const AMOUNT = 7_654_321;

function answersOf(
  state: string,
  audience: string,
  use: string,
  seed: number,
): { answers: Answers; other: Record<string, string> } {
  const isOpen = use === 'attributed';
  const words = isOpen ? 'Plain words.' : secretOf(state);
  const { answers, other } = inventAnswers(questionnaire, audience, seededRandom(seed), [words]);
  const amounts: Answers = {
    a42_05: { amount: AMOUNT, currency: 'USD' },
    a42_01: 'financial',
    a42_02: { 2021: { stockpile: AMOUNT } },
    d42_01: 'financial',
    d42_02: { 2021: { stockpile: AMOUNT } },
  };
  const own = Object.entries(amounts).filter(([id]) => id.startsWith(audience[0] ?? ''));
  return {
    answers: { ...answers, ...(isOpen ? {} : Object.fromEntries(own)), r_use: use, r_quote: 'yes' },
    other: Object.fromEntries(Object.keys(other).map((id) => [id, words])),
  };
}

beforeAll(async () => {
  on = await testApp({ logLevel: 'silent' });
  const asked = [
    ...[...NAMED, ...TOTALS, ...COMMITTEE].map((state) => [state, 'affected'] as const),
    ...Object.keys(DONORS).map((state) => [state, 'donor'] as const),
  ];
  await openedRound(on, {
    contacts: [
      'state,audience,name,post,email,language',
      ...asked.map(
        ([state, audience]) => `${state},${audience},N,P,${state}.${audience}@example.org,en`,
      ),
    ].join('\n'),
  });
  for (const [seed, [state, audience]] of asked.entries()) {
    const use =
      audience === 'donor'
        ? DONORS[state as keyof typeof DONORS]
        : TOTALS.includes(state)
          ? 'aggregate'
          : COMMITTEE.includes(state)
            ? 'committee'
            : 'attributed';
    const { answers, other } = answersOf(state, audience, use, 400 + seed);
    // Single answers of a State that is named otherwise.
    const isCambodia = state === 'KHM';
    if (isCambodia) Object.assign(answers, { a46_03: secretOf('KHM'), a44_01: 'no' });
    const uses = isCambodia ? { a46_03: 'aggregate' as const, a44_01: 'aggregate' as const } : {};
    // Twice, so that there is a change to be told.
    for (const a44_01 of ['being_set_up', answers['a44_01'] ?? 'no'])
      await submitted(
        on,
        questionnaire,
        { round: SLUG, state, audience },
        { ...answers, ...(audience === 'affected' ? { a44_01 } : {}) },
        other,
        uses,
      );
  }
}, 60_000);
afterAll(() => on.close());

/** What may stand in an address besides the page itself. The property of `disclosure.test.ts` looks at filters. */
const FILTERS = ['region', 'group', 'review', 'audience', 'cutoff', 'also'];

const wanted = (path: string): boolean => {
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  return !pathname.includes('/chart.') && !FILTERS.some((name) => searchParams.has(name));
};

/** Lists behind a number: whoever is linked there said what the number counts. Of a few it is no secret. */
const LISTS = 'ul.states a, #states tbody th a, #subject li a, .texts h2 a, .cross a';
const isOpenList = (address: string): boolean =>
  /part=(denominator|respondents)|answer=_no_answer|\/compare/.test(address);

describe('whoever may not identify', () => {
  it.each(['viewer', 'committee', 'gender-focal-point'])(
    'finds nothing out as %s',
    async (role) => {
      const who = await signedIn(on, role);
      const closed = role === 'viewer' ? [...TOTALS, ...COMMITTEE] : TOTALS;
      const donors = Object.entries(DONORS)
        .filter(([, use]) => use === 'aggregate' || (use === 'committee' && role === 'viewer'))
        .map(([state]) => state);
      const secrets = [...closed, ...donors, 'KHM'].map(secretOf);
      const findings: string[] = [];
      let pages = 0;
      let lists = 0;
      for (const { path: address, page } of (await crawl(who, BASE, wanted)).values()) {
        pages += 1;
        if (page.status >= 500) findings.push(`${address} failed`);
        for (const secret of secrets)
          if (page.html.includes(secret)) findings.push(`${address} has the words of ${secret}`);
        if (
          closed.length + donors.length > 0 &&
          /7[,.\s\u202f]?654[,.\s\u202f]?321/.test(page.html) &&
          role === 'viewer'
        )
          findings.push(`${address} has an amount`);
        if (!isOpenList(address))
          for (const link of page.all(LISTS)) {
            lists += 1;
            const [, state = '', audience = ''] =
              /\/states\/(\w+)\/(\w+)/.exec(link.getAttribute('href') ?? '') ?? [];
            if ((audience === 'donor' ? donors : closed).includes(state))
              findings.push(`${address} names ${state}`);
            if (state === 'KHM' && /questions\/a44_01\?|indicators\/i44a/.test(address))
              findings.push(`${address} names KHM with a single answer in totals only`);
          }
        const own = new RegExp(`^${BASE}/states/(${closed.join('|')})(/affected|/profile)?$`);
        if (own.test(address)) {
          const said = [...page.all('.given dd'), ...page.all('.profile dd')].map(({ text }) =>
            text.trim(),
          );
          if (said.some((text) => text !== '' && !/totals only|Committee/.test(text)))
            findings.push(`${address} shows ${said.join(' | ').slice(0, 200)}`);
          if (/✓|✗/.test(page.text('.standings'))) findings.push(`${address} says yes or no`);
        }
        for (const row of page.all('.sticky tbody tr')) {
          const [, state = ''] =
            /\/states\/(\w+)/.exec(row.querySelector('th a')?.getAttribute('href') ?? '') ?? [];
          const cells = row.querySelectorAll('td').map(({ text }) => text.trim());
          const open = /In totals only|Not asked|Not in this selection/;
          if (closed.includes(state) && cells.some((text) => !open.test(text)))
            findings.push(`${address} shows ${state}: ${cells.join(' | ')}`);
        }
      }
      expect(pages).toBeGreaterThan(400);
      expect(lists).toBeGreaterThan(400);
      expect(findings).toEqual([]);
    },
    240_000,
  );
});

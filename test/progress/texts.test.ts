/** The written answers of a round: who may read them, searching, themes, and quoting only with consent. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answers } from '../../server/questionnaire/answers.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { bundledQuestionnaire, openedRound, SLUG, signedIn } from '../support/rounds.ts';
import { submitted } from '../support/submitting.ts';
import type { SeenPage, Visitor } from '../support/visitor.ts';

let on: TestApp;
let committee: Visitor;
let viewer: Visitor;

const CONTACTS = ['KHM', 'IRQ', 'TCD', 'TUR', 'SEN', 'ETH', 'AGO']
  .map((state) => `${state},affected,Name,Post,${state}@example.org,en`)
  .concat('NOR,donor,Name,Post,nor@example.org,en');
const SAID: [string, string, Answers, Record<string, string>?][] = [
  ['KHM', 'affected', { r_use: 'attributed', r_quote: 'yes', a46_03: 'A réseau of <b>donors</b>' }],
  ['TUR', 'affected', { r_use: 'attributed', r_quote: 'ask', a46_03: 'Ask us first' }],
  ['SEN', 'affected', { r_use: 'attributed', r_quote: 'no', a46_03: 'Not to be quoted' }],
  ['TCD', 'affected', { r_use: 'attributed', a46_03: 'Said nothing of quoting' }],
  ['IRQ', 'affected', { r_use: 'committee', r_quote: 'yes', a46_03: 'الأسئلة الكثيرة' }],
  ['ETH', 'affected', { r_use: 'aggregate', r_quote: 'yes', a46_03: 'Secret words' }],
  [
    'NOR',
    'donor',
    { r_use: 'attributed', r_quote: 'yes', d46_06: 'Meet in Geneva', d43_01: ['other'] },
    { d43_01: 'Our own visits' },
  ],
];

beforeAll(async () => {
  on = await testApp({ logLevel: 'silent' });
  await openedRound(on, {
    contacts: ['state,audience,name,post,email,language', ...CONTACTS].join('\n'),
  });
  const questionnaire = bundledQuestionnaire();
  for (const [state, audience, answers, other] of SAID)
    await submitted(on, questionnaire, { round: SLUG, state, audience }, answers, other);
  committee = await signedIn(on, 'committee');
  viewer = await signedIn(on, 'viewer');
});
afterAll(() => on.close());

const at = (query = '', who: Visitor = committee) => who.get(`/results/${SLUG}/texts${query}`);
const said = (page: SeenPage) => page.all('.texts .said').map((one) => one.text);
const of = (page: SeenPage, words: string) =>
  page.all('.texts article').find((one) => one.text.includes(words));

describe('the written answers', () => {
  it('are those that the reader may see, also the words beside “Other”', async () => {
    const page = await at();
    expect(said(page)).toHaveLength(7);
    expect(said(page)).toContain('Our own visits');
    expect(page.html).not.toContain('Secret words');
    expect(page.html).toContain('&lt;b&gt;donors');
    // What is for the Committee is not for viewers; they have no form either.
    const seen = await at('', viewer);
    expect(said(seen)).toHaveLength(6);
    expect(seen.all('main form[method="post"]')).toEqual([]);
  });

  it('are of one question, of one action, of some States', async () => {
    expect(said(await at('?question=a46_03'))).toHaveLength(5);
    expect(said(await at('?action=43'))).toEqual(['Our own visits']);
    expect(said(await at('?question=a46_03&region=african'))).toEqual([
      'Said nothing of quoting',
      'Not to be quoted',
    ]);
  });

  it('are searched without accents and with one form of each letter', async () => {
    const page = await at('?find=RESEAU');
    expect(said(page)).toEqual(['A réseau of <b>donors</b>']);
    expect(page.text('mark')).toBe('réseau');
    expect((await at('?find=الاسئله')).text('mark')).toBe('الأسئلة');
    const none = await at('?find=nowhere');
    expect(none.text('.note')).toBe('No text fits this selection.');
    expect(none.text('#filter-find')).toBe('');
    expect(none.root.querySelector('#filter-find')?.getAttribute('value')).toBe('nowhere');
  });

  it('lead to the answer on the page of the State', async () => {
    const href =
      of(await at(), 'réseau')
        ?.querySelector('h2 a')
        ?.getAttribute('href') ?? '';
    expect(href).toBe(`/results/${SLUG}/states/KHM/affected#q-a46_03`);
  });

  it('are quoted only where the State agrees and the answer is for everybody', async () => {
    const page = await at();
    const quoted = page.all('.texts textarea').map((one) => one.text);
    expect(quoted).toHaveLength(3);
    expect(quoted.join()).toContain(
      '(Norway, Cooperation and assistance 2023, question 43.1, 2 May 2023, R-NOR-donor)',
    );
    expect(quoted.join()).toContain('(Cambodia, ');
    expect(of(page, 'Ask us first')?.text).toContain('Ask the State before quoting.');
    for (const words of ['Not to be quoted', 'Said nothing of quoting'])
      expect(of(page, words)?.text).toContain('May not be quoted.');
    expect(of(page, 'الأسئلة')?.text).toContain('Not for everybody: may not be quoted.');
  });
});

describe('themes', () => {
  const add = async (label: string) =>
    committee.submit(await at(), 'form[action$="/themes"]:not([action*="texts"])', { label });
  const events = async () =>
    (await on.services.audit.list(50)).filter(({ event }) => /^(theme|text)\./.test(event));
  const tagForm = (page: SeenPage, words: string) => {
    const form = of(page, words)?.querySelector('form');
    if (!form) throw new Error('no form');
    form.setAttribute('id', 'tags');
    return '#tags';
  };

  it('are made by the Committee, once each, and come back with what was typed when refused', async () => {
    const made = await add('Multi-year  funding');
    expect(made.status).toBe(200);
    expect(made.text('#themes li')).toContain('Multi-year funding');
    for (const [label, why] of [
      ['multi-YEAR fundìng', 'There is such a theme already.'],
      ['  ', 'Enter a few words.'],
      ['x'.repeat(61), 'Use at most 60 characters.'],
    ] as const) {
      const refused = await add(label);
      expect([refused.status, refused.text('#error-label')]).toEqual([
        422,
        expect.stringContaining(why),
      ]);
      expect(refused.root.querySelector('#label')?.getAttribute('value')).toBe(label.trim());
    }
    expect((await events()).map(({ event }) => event)).toEqual(['theme.made']);
  });

  it('are given to texts and taken away, and lead to those texts', async () => {
    const page = await at('?find=reseau');
    const theme = page.root.querySelector('input[name="theme"]')?.getAttribute('value') ?? '';
    const tagged = await committee.submit(page, tagForm(page, 'réseau'), { theme });
    // Back where the reader was.
    expect(tagged.path).toContain('?find=reseau');
    expect(of(tagged, 'réseau')?.querySelector('.tag')?.text).toContain('Multi-year');
    expect(said(await at(`?theme=${theme}`))).toHaveLength(1);
    const [last] = await events();
    expect(last).toMatchObject({
      event: 'text.tagged',
      details: { question: 'a46_03', added: [theme], removed: [] },
    });
    const again = await at(`?theme=${theme}`);
    const bare = await committee.submit(again, tagForm(again, 'réseau'), { theme: [] });
    expect(said(bare)).toEqual([]);
    // Nothing changed, nothing in the audit.
    const count = (await events()).length;
    const now = await at();
    await committee.submit(now, tagForm(now, 'réseau'));
    expect(await events()).toHaveLength(count);
  });

  it('that somebody gave meanwhile stay', async () => {
    await add('Coordination');
    const page = await at();
    const ids =
      of(page, 'Ask us first')
        ?.querySelectorAll('input[name="theme"]')
        .map((one) => one.getAttribute('value') ?? '') ?? [];
    const form = tagForm(page, 'Ask us first');
    await committee.submit(page, form, { theme: ids[0] ?? '' });
    await committee.submit(page, form, { theme: ids[1] ?? '' });
    expect(of(await at(), 'Ask us first')?.querySelectorAll('.tag')).toHaveLength(2);
  });

  it('cannot be given to what one may not read, or by whom may only read', async () => {
    const page = await at();
    const token = page.root.querySelector('input[name="token"]')?.getAttribute('value') ?? '';
    const invitation = await on.services.invitations.ofState(SLUG, 'ETH', 'affected');
    const fields = { token, response: invitation?._id ?? '', question: 'a46_03', theme: [] };
    expect((await committee.post(`/results/${SLUG}/texts/themes`, fields)).status).toBe(404);
    const seen = await at('', viewer);
    const own = seen.root.querySelector('input[name="token"]')?.getAttribute('value') ?? '';
    for (const path of ['texts/themes', 'themes'])
      expect(
        (await viewer.post(`/results/${SLUG}/${path}`, { token: own, label: 'x' })).status,
      ).toBe(403);
  });

  it('are removed while no text has them', async () => {
    const page = await at();
    expect(page.all('form[action$="/removed"]')).toEqual([]);
    const made = await add('By mistake');
    const gone = await committee.submit(made, 'form[action$="/removed"]');
    expect(gone.text('#themes')).not.toContain('By mistake');
    const [theme] = await on.services.themes.ofRound(SLUG);
    const token = page.root.querySelector('input[name="token"]')?.getAttribute('value') ?? '';
    expect(
      (await committee.post(`/results/${SLUG}/themes/${theme?._id}/removed`, { token })).status,
    ).toBe(404);
  });
});

/** Indicators in words, and the matrix of States and indicators: what is counted, of whom, and never a yes that was none. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bootstrapLink, createAccount } from '../../server/accounts/manage.ts';
import { SYSTEM } from '../../server/audit/event.ts';
import type { Answers } from '../../server/questionnaire/answers.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { bundled, bundledQuestionnaire, openedRound, SLUG, signedIn } from '../support/rounds.ts';
import { submitted } from '../support/submitting.ts';
import { type SeenPage, type Visitor, visitor } from '../support/visitor.ts';

let on: TestApp;
let committee: Visitor;

const CONTACTS = [
  ...['KHM', 'IRQ', 'TCD', 'TUR', 'SEN', 'ETH', 'AGO', 'COD', 'NER'].map((one) => [
    one,
    'affected',
  ]),
  ...['NOR', 'TUR', 'USA', 'JPN', 'DEU'].map((one) => [one, 'donor']),
].map(([state, audience]) => `${state},${audience},Name,Post,${state}.${audience}@example.org,en`);

const named = { r_use: 'attributed' };
const totals = { r_use: 'aggregate' };
/** [State, audience, answers]; Chad does not answer. */
const SAID: [string, string, Answers][] = [
  ['KHM', 'affected', { ...named, a42_01: 'financial', a44_01: 'no', a47_01: 'shared' }],
  ['IRQ', 'affected', { ...named, a42_01: 'dont_know', a44_01: 'dont_know', a43_01: 'dont_know' }],
  [
    'TUR',
    'affected',
    { ...named, a42_01: 'no', a44_01: 'yes', a44_02: 'monthly', a47_01: 'shared' },
  ],
  ['SEN', 'affected', { ...named, a43_01: 'no', a44_01: 'yes', a44_02: 'not_met' }],
  ['ETH', 'affected', { ...totals, a42_01: 'financial', a44_01: 'yes', a44_02: 'monthly' }],
  ['AGO', 'affected', { ...totals, a42_01: 'no', a44_01: 'no' }],
  ['COD', 'affected', { ...totals, a42_01: 'dont_know', a44_01: 'being_set_up' }],
  [
    'TUR',
    'donor',
    { ...named, d42_01: 'financial', d45_02: ['coordination'], d47_01: 'took_part' },
  ],
  ['NOR', 'donor', { ...named, d42_01: 'financial', d45_02: ['dont_know'], d47_01: 'dont_know' }],
  ['USA', 'donor', { ...named, d42_01: 'financial', d45_02: ['coordination'] }],
  ['JPN', 'donor', { ...named, d42_01: 'financial' }],
];

beforeAll(async () => {
  on = await testApp({ logLevel: 'silent' });
  const definition = bundled() as { indicators: Record<string, unknown>[] };
  const platform = definition.indicators.find(({ key }) => key === 'i44a');
  Object.assign(platform ?? {}, {
    baseline: { value: 0.12, date: '2020-11-20', source: 'A document of a test, page 3' },
    target: { value: 0.5, source: 'A plan of a test' },
  });
  await openedRound(on, {
    contacts: ['state,audience,name,post,email,language', ...CONTACTS].join('\n'),
    definition,
  });
  const questionnaire = bundledQuestionnaire();
  for (const [state, audience, answers] of SAID)
    await submitted(on, questionnaire, { round: SLUG, state, audience }, answers);
  committee = await signedIn(on, 'committee');
});
afterAll(() => on.close());

const at = (path: string) => committee.get(`/results/${SLUG}${path}`);
const statesOn = (page: SeenPage) =>
  page.all('ul.states li').map((one) => one.text.trim().replace(/\s.*/s, ''));

describe('an indicator', () => {
  it('says how many of whom, and how many answered', async () => {
    const page = await at('/indicators/i44a');
    // Türkiye, and Ethiopia without its name; Senegal has a platform that does not meet.
    expect(page.text('.indicator .quiet')).toContain('2 of 41 affected States Parties; 7 answered');
    expect(statesOn(page)).toEqual(['Türkiye', '1']);
    expect(page.text('ul.states .pooled')).toBe('1 State, in totals only');
  });

  it('says against whom it is counted where that takes a condition', async () => {
    const page = await at('/indicators/i43a');
    expect(page.text('.indicator .value')).toBe('No answers yet');
    expect(page.text('#method')).toContain('for which 43.1 is “Yes”');
  });

  it('never takes "do not know" for an answer: not where one was asked for, nor where it is not "no"', async () => {
    const page = await at('/indicators/i45a');
    expect(page.text('.indicator .value')).toBe('1');
    expect(statesOn(page)).toEqual(['Türkiye']);
    expect(page.text('.stands')).toContain('Do not know, or prefer not to say 1');
  });

  it('counts a State once that answers as affected and as donor', async () => {
    const page = await at('/indicators/i47a');
    expect(page.text('.indicator .value')).toBe('2');
    expect(statesOn(page)).toEqual(['Cambodia', 'Türkiye']);
    const turkey = page.all('ul.states li').find((one) => one.text.includes('Türkiye'));
    expect(turkey?.querySelectorAll('a').map((one) => one.text)).toEqual([
      'Affected States',
      'Donor States',
    ]);
    expect(page.text('#method')).toContain('counted once');
  });

  it('shows States that are not party apart', async () => {
    const page = await at('/indicators/i42b');
    expect(page.text('.indicator .value')).toBe('3');
    expect(page.text('.indicator .quiet')).toContain('3 of 28 donor States Parties');
    expect(statesOn(await at('/indicators/i42b?part=apart'))).toEqual(['United']);
  });

  it('shows baseline and target with their sources, and says where there are none', async () => {
    const page = await at('/indicators/i44a');
    expect(page.text('.indicator')).toContain('Baseline 12% (20 November 2020) · Target 50%');
    expect(page.text('#method')).toContain('A document of a test, page 3');
    expect((await at('/indicators/i42a')).text('#method')).toContain('None in this questionnaire.');
  });

  it('explains itself from its own rule, with group, date, questions and version', async () => {
    const method = (await at('/indicators/i44a')).text('#method');
    expect(method).toContain(
      'when 44.1 is “Yes” and 44.2 is “Monthly or more often”, “Every three months” or “Twice”.',
    );
    expect(method).toContain('as on 1 May 2023');
    expect(method).toContain('44.2 How often did it meet in the last twelve months?');
    expect(method).toContain('oap-cooperation-assistance-2023@1');
  });

  it('says zero where nobody meets it, which is not "no answers"', async () => {
    const page = await at('/indicators/i46a');
    expect(page.text('.indicator .value')).toBe('0');
    expect(page.text('.indicator .quiet')).toContain('0 of 28 donor States Parties; 3 answered');
  });
});

describe('a Committee member who has just opened the link to sign in', () => {
  it('finds which affected States have no national platform in three clicks', async () => {
    const made = await createAccount(
      on.services,
      { email: 'chair@example.org', role: 'committee', state: null },
      SYSTEM,
    );
    if (!made.ok) throw new Error(made.reason);
    const chair = visitor(on.app);
    let clicks = 0;
    const click = (page: SeenPage, within: string, text: string) => {
      clicks += 1;
      const part = page.all('main section').find((one) => one.text.includes(within));
      const link = part
        ?.querySelectorAll('a')
        .find((one) => (one.querySelector('span')?.text ?? one.text) === text);
      return chair.get(link?.getAttribute('href') ?? `no link ${text}`);
    };
    const door = await chair.get(await bootstrapLink(on.services, made.account));
    const overview = await chair.submit(door, 'main form');
    clicks += 1;
    const without = await click(overview, 'National dialogue', 'No');
    expect(without.text('h1')).toContain('Is there a national platform');
    expect(statesOn(without)).toEqual(['Cambodia', '1']);
    expect(clicks).toBeLessThanOrEqual(3);
  });
});

describe('the matrix of States and indicators', () => {
  const row = (page: SeenPage, state: string) =>
    page
      .all('.sticky tbody tr')
      .find((one) => one.querySelector('th')?.text === state)
      ?.querySelectorAll('td')
      .map((cell) => cell.text.replace(/\s+/g, ' ').trim());

  it('says yes, no, do not know, no answer, does not apply and not asked, in words and with signs', async () => {
    const page = await at('/matrix');
    const heads = page.all('.sticky thead th a').map((one) => one.getAttribute('href') ?? '');
    const of = (state: string, key: string) =>
      row(page, state)?.[heads.findIndex((href) => href.includes(`/${key}?`))];
    expect(of('Cambodia', 'i42a')).toBe('✓ Yes');
    expect(of('Cambodia', 'i44a')).toBe('✗ No');
    expect(of('Iraq', 'i42a')).toBe('? Do not know');
    // Whether it meets was not asked, since nobody knows whether it is there.
    expect(of('Iraq', 'i44a')).toBe('? Do not know');
    expect(of('Iraq', 'i43a')).toBe('? Do not know');
    expect(of('Senegal', 'i43a')).toBe('○ Does not apply');
    expect(of('Senegal', 'i42a')).toBe('– No answer');
    expect(of('Chad', 'i44a')).toBe('– No answer');
    expect(of('Norway', 'i44a')).toBe('· Not asked');
    expect(of('Norway', 'i45a')).toBe('? Do not know');
    expect(of('United States of America', 'i42b')).toBe('✓ Yes †');
    expect(of('Ethiopia', 'i44a')).toBe('Σ In totals only');
    expect(of('Türkiye', 'i47a')).toBe('✓ Yes');
  });

  it('adds up to the figure of each indicator', async () => {
    const page = await at('/matrix');
    const feet = page.all('.sticky tfoot td');
    for (const [place, head] of page.all('.sticky thead th a').entries()) {
      const href = head.getAttribute('href') ?? '';
      const yes = page
        .all('.sticky tbody tr')
        .map((one) => one.querySelectorAll('td')[place]?.text ?? '')
        .filter((text) => text.includes('Yes') && !text.includes('†')).length;
      const list = await committee.get(href);
      const pooled = Number(/^\d+/.exec(list.text('ul.states .pooled'))?.[0] ?? 0);
      expect([href, yes]).toEqual([href, statesOn(list).length - Math.sign(pooled)]);
      const said = feet[place]?.text.replace(/\s+/g, ' ') ?? '';
      expect([href, said]).toEqual([href, expect.stringContaining(list.text('.indicator .value'))]);
    }
  });

  it('leads from each word to the answer itself', async () => {
    const page = await at('/matrix');
    const cambodia = page
      .all('.sticky tbody tr')
      .find((one) => one.querySelector('th')?.text === 'Cambodia');
    const href =
      cambodia?.querySelectorAll('td')[4]?.querySelector('a')?.getAttribute('href') ?? '';
    expect(href).toBe(`/results/${SLUG}/states/KHM/affected#q-a44_01`);
    const [path = '', anchor = ''] = href.split('#');
    expect((await committee.get(path)).text(`#${anchor}`)).toContain('No');
  });

  it('is narrowed to the States that stand in one place, and each figure of an indicator leads there', async () => {
    for (const link of (await at('/indicators/i44a')).all('.stands a')) {
      const count = Number(link.parentNode.querySelector('b')?.text);
      const page = await committee.get(link.getAttribute('href') ?? '');
      expect([link.text, page.all('.sticky tbody tr').length]).toEqual([link.text, count]);
    }
    expect(
      (await at('/matrix?indicator=i44a&verdict=not_a_verdict')).all('.sticky tfoot'),
    ).toHaveLength(1);
  });

  it('tells of nobody what was said in totals only, save to administrators', async () => {
    const page = await at('/matrix');
    for (const state of ['Ethiopia', 'Angola', 'Democratic Republic of the Congo'])
      expect(new Set(row(page, state)?.filter((text) => !text.includes('Not asked')))).toEqual(
        new Set(['Σ In totals only']),
      );
    const admin = await signedIn(on, 'admin');
    expect(row(await admin.get(`/results/${SLUG}/matrix`), 'Angola')).toContain('✗ No');
  });
});

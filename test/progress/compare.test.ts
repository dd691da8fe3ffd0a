/** Two rounds side by side: the figures are those of each round, the same States where that is asked for, and rewording is said. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SYSTEM } from '../../server/audit/event.ts';
import { invite } from '../../server/invitations/invite.ts';
import type { Definition } from '../../server/questionnaire/definition.ts';
import { compile } from '../../server/questionnaire/questionnaire.ts';
import { createRound, openRound } from '../../server/rounds/plan.ts';
import { answeredRound, submitAnswers } from '../support/answered-round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { bundled, SLUG, signedIn } from '../support/rounds.ts';
import type { SeenPage, Visitor } from '../support/visitor.ts';

jest.setTimeout(60_000);

let on: TestApp;
let committee: Visitor;
let admin: Visitor;
const base = `/results/${SLUG}`;
const OLD = 'oap-2021';

/** The bundled questionnaire as it was two years before: one question reworded, one rule other, one indicator not there yet. */
const former = (): Definition => {
  const definition = structuredClone(bundled()) as Definition;
  definition.key = 'former';
  const question = definition.questions.find(({ id }) => id === 'a44_01');
  if (question) question.label = 'Does your State have a national mine action platform?';
  definition.indicators = definition.indicators
    .filter(({ key }) => key !== 'i47a')
    .map((one) =>
      one.key === 'i42a'
        ? { ...one, numerator: { q: 'a42_01', op: 'neq', value: 'no' } }
        : { ...one, label: one.label.toUpperCase() },
    );
  definition.questions = definition.questions.map((one) =>
    one.indicator === 'i47a' ? { ...one, indicator: 's47_forms' } : one,
  );
  return definition;
};

/** Those of the former round that answered; all but Chad answered again. */
const THEN = ['AGO', 'TCD', 'COD', 'ETH', 'SEN', 'KHM', 'NOR'];

beforeAll(async () => {
  on = await testApp();
  await answeredRound(on, { silent: ['TCD'], uses: { COD: 'aggregate', ETH: 'aggregate' } });
  const loaded = await on.services.catalogue.load(former(), on.services.clock());
  if (!loaded.ok) throw new Error(JSON.stringify(loaded).slice(0, 400));
  const created = await createRound(
    on.services,
    {
      slug: OLD,
      questionnaire: { key: 'former', version: 1 },
      opens: '2021-05-01T09:00',
      closes: '2023-12-30T18:00',
      zone: 'Europe/Zurich',
    },
    SYSTEM,
  );
  if (!created.ok) throw new Error(created.reason);
  const opened = await openRound(on.services, OLD, SYSTEM);
  if (!opened.ok) throw new Error(opened.reason);
  await invite(on.services, opened.round, { dryRun: false, actor: SYSTEM });
  const questionnaire = compile(former());
  for (const one of await on.services.invitations.ofRound(OLD))
    if (THEN.includes(one.state))
      await submitAnswers(
        on,
        one,
        one.audience === 'donor'
          ? { d42_01: 'yes' }
          : { a42_01: 'yes', a44_01: 'yes', a44_02: 'quarterly' },
        { use: one.state === 'ETH' ? 'aggregate' : 'attributed' },
        questionnaire,
      );
  committee = await signedIn(on, 'committee');
  admin = await signedIn(on, 'admin');
});
afterAll(() => on.close());

type Seen = { row: string; at: number; value: string; href: string; text: string };
const figuresOf = (page: SeenPage): Seen[] =>
  page.all('table.compare tbody tr').flatMap((tr) =>
    tr
      .querySelectorAll('td')
      .slice(0, page.all('table.compare thead th').length - 2)
      .map((td, at) => ({
        row: tr.querySelector('th')?.text.replace(/\s+/g, ' ').trim() ?? '',
        at,
        value: td.querySelector('b')?.text ?? '',
        href: td.querySelector('a')?.getAttribute('href') ?? '',
        text: td.text.replace(/\s+/g, ' ').trim(),
      })),
  );
const statesBehind = (page: SeenPage) =>
  page.all('ul.states li').filter((one) => !one.classList.contains('pooled')).length +
  Number(/^(\d+)/.exec(page.text('ul.states .pooled'))?.[1] ?? 0);

describe('rounds side by side', () => {
  it.each(['', '&same=1', '&region=african', '&same=1&region=african&review=received'])(
    'have the figures of each round, and as many States behind each%s',
    async (more) => {
      const page = await committee.get(`${base}/compare?with=${OLD}${more}`);
      expect(page.status).toBe(200);
      const figures = figuresOf(page).filter(({ value }) => value !== '');
      expect(figures.length).toBeGreaterThan(2);
      for (const { row, href, value, text, at } of figures) {
        expect([row, href.startsWith(at === 0 ? `/results/${OLD}/` : base)]).toEqual([row, true]);
        const own = await committee.get(href);
        expect([row, own.text('.indicator .value')]).toEqual([row, value]);
        const numerator = Number(/(\d+) of/.exec(text)?.[1]);
        expect([row, statesBehind(own)]).toEqual([row, numerator]);
      }
    },
  );

  it('of the same States leave out who answered in one of them only', async () => {
    const all = await admin.get(`${base}/compare?with=${OLD}`);
    const same = await admin.get(`${base}/compare?with=${OLD}&same=1`);
    const answered = (page: SeenPage) =>
      figuresOf(page)
        .filter(({ row }) => row.startsWith('#44'))
        .map(({ text }) => /(\d+) answered/.exec(text)?.[1]);
    expect(answered(all)).toEqual(['6', '17']);
    expect(answered(same)).toEqual(['5', '5']);
    const figure = figuresOf(same).find(({ row, at }) => row.startsWith('#44') && at === 0);
    const own = await admin.get(figure?.href ?? '');
    expect(own.text('.note')).toContain(`Only States that answered here and in ${SLUG}.`);
    expect(own.text('ul.states')).not.toContain('Chad');
    const cleared = await admin.get(
      `/results/${OLD}/indicators/i44a${own.root.querySelector('.note a')?.getAttribute('href')?.replaceAll('&amp;', '&')}`,
    );
    expect(cleared.text('ul.states')).toContain('Chad');
  });

  it('name nobody who is in totals only, whichever States are chosen', async () => {
    for (const more of ['', '&same=1']) {
      const page = await committee.get(`${base}/compare?with=${OLD}${more}`);
      for (const { href, at } of figuresOf(page).filter((one) => one.value)) {
        const own = await committee.get(href);
        expect(own.text('ul.states')).not.toContain('Ethiopia');
        if (at === 1) expect(own.text('ul.states')).not.toContain('Congo');
      }
    }
  });

  it('say what was reworded with both texts, and no change there; capitals are no other words', async () => {
    const page = await committee.get(`${base}/compare?with=${OLD}`);
    const marked = page
      .all('table.compare tbody tr')
      .filter((one) => one.querySelector('.tag'))
      .map((tr) => ({
        row: tr.querySelector('.no')?.text,
        change: tr.querySelectorAll('td').at(-1)?.text,
      }));
    expect(marked).toEqual([
      { row: '#42', change: '–' },
      { row: '#44', change: '–' },
    ]);
    const wording = page.text('#wording');
    expect(wording).toContain('Does your State have a national mine action platform?');
    expect(wording).toContain('Is there a national platform for regular dialogue');
    expect(wording).toContain('Rule');
    const changes = page
      .all('table.compare tbody tr')
      .map((tr) => tr.querySelectorAll('td').at(-1)?.text);
    expect(changes.some((one) => /[+−±]\d+/.test(one ?? ''))).toBe(true);
  });

  it('leave out an indicator that only one of them has', async () => {
    const page = await committee.get(`${base}/compare?with=${OLD}`);
    expect(page.text('table.compare')).not.toContain('#47 Number');
    const alone = await committee.get(`${base}/compare`);
    expect(alone.text('table.compare')).toContain('#47 Number');
    expect(alone.text('main')).toContain('Choose a round or a cut-off to compare with.');
  });

  it('have charts with the numbers of the table, and files of them', async () => {
    const page = await committee.get(`${base}/compare?with=${OLD}&same=1`);
    const figures = figuresOf(page);
    const drawn = page.all('[data-picture]').flatMap((one) => {
      const { rows, form } = JSON.parse(one.getAttribute('data-picture') ?? '');
      expect(form).toBe('grouped');
      return rows.flatMap((row: { label: string; cells: { text: string; href: string }[] }) =>
        row.cells.map((cell, at) => ({ row: row.label, at, ...cell })),
      );
    });
    expect(drawn.length).toBe(figures.length);
    for (const { row, at, text } of drawn) {
      const seen = figures.find((one) => one.row.startsWith(row) && one.at === at);
      expect([row, seen?.value || 'No answers yet']).toEqual([row, text.split(/ · | of /)[0]]);
    }
    for (const link of page.all('.take a')) {
      const { status, text } = await committee.agent.get(
        (link.getAttribute('href') ?? '').replaceAll('&amp;', '&'),
      );
      expect(status).toBe(200);
      if (link.getAttribute('href')?.includes('.csv')) {
        expect(text).toContain(`"${OLD}","${SLUG}"`);
        expect(text).toContain('Only: States that answered here and in');
      }
    }
  });

  it('can be one round at a cut-off and now, and keep the cut-off on the links', async () => {
    const page = await committee.get(`${base}/cut-offs`);
    await committee.submit(page, 'main form', { name: 'First', slug: 'first' });
    const compared = await committee.get(`${base}/compare?with=${SLUG}:first&with=${OLD}`);
    expect(compared.all('table.compare thead th').length).toBe(5);
    expect(compared.text('table.compare thead')).toContain('cut-off “First”');
    const at = figuresOf(compared).filter(({ href }) => href.includes('cutoff=first'));
    expect(at.length).toBeGreaterThan(3);
    const option = compared
      .all('input[type="checkbox"]')
      .map((one) => [one.getAttribute('value'), one.hasAttribute('checked')]);
    expect(option).toEqual([
      [`${SLUG}:first`, true],
      [OLD, true],
    ]);
    const back = await committee.get(`${base}/compare?cutoff=first&with=${SLUG}`);
    expect(back.text('main')).toContain('cut-off “First”');
    expect(figuresOf(back).some(({ href }) => !href.includes('cutoff'))).toBe(true);
  });

  it('are not there for a round, a cut-off or a chart that there is not', async () => {
    for (const path of [
      `${base}/compare?with=nothing`,
      `${base}/compare?with=${OLD}:nothing`,
      `${base}/compare/percentage/chart.svg?with=nothing`,
      `${base}/compare/other/chart.svg`,
      `${base}?also=nothing`,
      `${base}?also=${OLD},${OLD},${OLD},${OLD},${OLD},${OLD},${OLD}`,
    ])
      expect([path, (await committee.get(path)).status]).toEqual([path, 404]);
  });
});

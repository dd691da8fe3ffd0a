/** Two questions crossed: each cell is counted anew from the answers here, and equals the States behind its link. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { crossOf, sideOf } from '../../server/progress/cross.ts';
import { NO_FILTER } from '../../server/progress/dataset.ts';
import type { Answers } from '../../server/questionnaire/answers.ts';
import { shownQuestions } from '../../server/questionnaire/path.ts';
import { compile } from '../../server/questionnaire/questionnaire.ts';
import { isMember, type State } from '../../server/states/state.ts';
import { answeredRound } from '../support/answered-round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { inventedRound, type Speaker } from '../support/invented-round.ts';
import { bundledQuestionnaire, SLUG, signedIn } from '../support/rounds.ts';
import { smallDefinition } from '../support/small-questionnaire.ts';
import type { SeenPage, Visitor } from '../support/visitor.ts';

jest.setTimeout(60_000);

const questionnaire = bundledQuestionnaire();
const base = `/results/${SLUG}`;
let on: TestApp;
let committee: Visitor;
let admin: Visitor;
type Given = { state: State; audience: string; answers: Answers; review: string };
let given: Given[];
const TOTALS = ['TCD', 'COD', 'ETH', 'IRQ', 'JOR', 'LKA'];

beforeAll(async () => {
  on = await testApp();
  await answeredRound(on, {
    silent: ['KHM'],
    uses: Object.fromEntries(TOTALS.map((state) => [state, 'aggregate' as const])),
  });
  for (const state of ['AGO', 'SEN', 'NOR']) {
    const asked = (await on.services.invitations.ofRound(SLUG)).find((one) => one.state === state);
    await on.services.transaction((session) =>
      on.services.responses.setReview(asked?._id ?? '', 'confirmed', session),
    );
  }
  const states = new Map((await on.services.states.all()).map((one) => [one._id, one]));
  given = (await on.services.responses.ofRound(SLUG)).flatMap(
    ({ state, audience, submitted, review }) =>
      submitted
        ? [{ state: states.get(state) as State, audience, answers: submitted.answers, review }]
        : [],
  );
  committee = await signedIn(on, 'committee');
  admin = await signedIn(on, 'admin');
});
afterAll(() => on.close());

/** What somebody said to a question or a row of a matrix, as its labels. */
function said({ audience, answers }: Given, column: string): string[] {
  const [id = '', row] = column.split('/');
  const question = questionnaire.question(id);
  if (!shownQuestions(questionnaire, audience, answers).has(id)) return ['Not applicable'];
  const whole = answers[id];
  const answer = row ? (whole as Record<string, unknown> | undefined)?.[row] : whole;
  if (answer === undefined) return ['No answer'];
  const options = question?.type === 'matrix' ? question.columns : (question?.options ?? []);
  return [answer]
    .flat()
    .map((value) => options.find((one) => one.value === String(value))?.label ?? '?');
}

type Seen = { row: string; column: string; count: number; href: string };
function cellsOf(page: SeenPage): Seen[] {
  const columns = page.all('table.cross thead th.num').map((one) => one.text);
  return page.all('table.cross tbody tr').flatMap((tr) =>
    tr.querySelectorAll('td').map((td, at) => ({
      row: tr.querySelector('th')?.text ?? '',
      column: columns[at] ?? '',
      count: Number(/^\s*(\d+)/.exec(td.text)?.[1]),
      href: td.querySelector('a')?.getAttribute('href') ?? '',
    })),
  );
}
const behind = (page: SeenPage) =>
  page.all('#states ul.states li:not(.pooled)').length +
  Number(/^(\d+)/.exec(page.text('#states .pooled'))?.[1] ?? 0);

describe('a cross-tabulation', () => {
  it.each([
    ['a44_01', 'a44_02', ''],
    ['a44_03', 'a44_01', ''],
    ['a43_05/survey_clearance', 'a44_01', '&region=african'],
    ['a42_01', 'a47_01', '&group=affectedStatesParties'],
    ['a42_01', 'a44_01', '&review=confirmed'],
    ['d42_01', 'd44_01', ''],
  ])('of %s by %s%s is what the answers say, for administrators', async (of, by, filter) => {
    const page = await admin.get(`${base}/cross?of=${of}&by=${by}${filter}`);
    expect(page.status).toBe(200);
    const audience = of.startsWith('d') ? 'donor' : 'affected';
    const inView = given
      .filter((one) => one.audience === audience)
      .filter(
        ({ state, review }) =>
          (!filter.includes('region') || state.region === 'african') &&
          (!filter.includes('group') ||
            isMember(state, 'affectedStatesParties', questionnaire.definition.referenceDate)) &&
          (!filter.includes('review') || review === 'confirmed'),
      );
    expect(inView.length).toBeGreaterThan(1);
    const expected = (row: string, column: string) =>
      inView.filter(
        (one) =>
          said(one, by).includes(row) && (column === 'All' || said(one, of).includes(column)),
      ).length;
    const cells = cellsOf(page);
    expect(cells.length).toBeGreaterThan(8);
    for (const { row, column, count } of cells)
      expect([row, column, count]).toEqual([row, column, expected(row, column)]);
    // Nobody is left out: whoever submitted is in a row.
    const rows = new Set(cells.map(({ row }) => row));
    for (const one of inView) expect(said(one, by).some((label) => rows.has(label))).toBe(true);
  });

  it('of different audiences is joined by State', async () => {
    const page = await admin.get(`${base}/cross?of=d42_01&by=a42_01`);
    const total = cellsOf(page).filter(({ column }) => column === 'All');
    // Türkiye alone is asked as both.
    expect(total.reduce((sum, { count }) => sum + count, 0)).toBe(1);
    const [cell] = cellsOf(page).filter(({ column, count }) => column !== 'All' && count === 1);
    const list = await admin.get(cell?.href ?? '');
    expect(list.text('#states ul.states')).toContain('Türkiye');
    expect(list.root.querySelector('#states a')?.getAttribute('href')).toContain('/TUR/donor');
  });

  it.each(['_region', '_group', '_review'])(
    'by %s shows in each row what the page of the question shows under that filter',
    async (by) => {
      const page = await committee.get(`${base}/cross?of=a44_01&by=${by}`);
      const cells = cellsOf(page).filter(({ href }) => href.includes('/questions/'));
      expect(cells.length).toBeGreaterThan(5);
      for (const { href, count } of cells) {
        const list = await committee.get(href);
        expect([href, behind(list)]).toEqual([href, count]);
        expect(href).toContain(`${by.slice(1)}=`);
      }
    },
  );

  it('leads from each number to as many States, and names nobody who is in totals only', async () => {
    for (const query of ['of=a44_01&by=a42_01&region=african', 'of=a42_04&by=a44_01']) {
      const page = await committee.get(`${base}/cross?${query}`);
      const cells = cellsOf(page);
      // Every number that is not zero, and some that are.
      const zeros = cells.filter(({ count }) => count === 0).slice(0, 3);
      for (const { href, count } of [...cells.filter((one) => one.count > 0), ...zeros]) {
        const list = await committee.get(href);
        expect([href, behind(list)]).toEqual([href, count]);
        for (const link of list.all('#states ul.states li a'))
          for (const state of TOTALS) expect(link.getAttribute('href')).not.toContain(`/${state}/`);
      }
    }
  });

  it('says how many it holds back, and counts none of those whom one question holds back and the other does not', async () => {
    // 46.1 is in totals only for everybody, so crossed with another one it would tell.
    const page = await committee.get(`${base}/cross?of=a46_01&by=a44_01`);
    expect(page.text('figure .note')).toContain('17 States answered in totals only');
    expect(page.text('figure')).not.toContain('No answers yet');
    expect(cellsOf(page).every(({ count }) => count === 0)).toBe(true);
    const all = await admin.get(`${base}/cross?of=a46_01&by=a44_01`);
    expect(cellsOf(all).some(({ count }) => count > 0)).toBe(true);
  });

  it('has a chart with the numbers of its table, and files of it', async () => {
    const page = await committee.get(`${base}/cross?of=a44_01&by=a44_02&region=african`);
    const { rows, series, form } = JSON.parse(
      page.root.querySelector('[data-picture]')?.getAttribute('data-picture') ?? '',
    );
    expect(form).toBe('stacked');
    const drawn = rows.flatMap((row: { label: string; cells: { value: number; href: string }[] }) =>
      row.cells.map(({ value, href }, at) => ({
        row: row.label,
        column: series[at].label,
        count: value,
        href,
      })),
    );
    expect(drawn).toEqual(cellsOf(page).filter(({ column }) => column !== 'All'));
    for (const link of page.all('.take a')) {
      const { status, body, text } = await committee.agent.get(link.getAttribute('href') ?? '');
      expect(status).toBe(200);
      if (link.getAttribute('href')?.includes('.csv')) {
        expect(text).toContain('Only: African States');
        expect(text).toContain('by: 44.2');
      } else expect(body.length).toBeGreaterThan(1000);
    }
  });

  it('has the table alone where a bar would have more parts than anybody can tell apart', async () => {
    const page = await committee.get(`${base}/cross?of=d45_01&by=d42_01`);
    expect(page.all('thead th').length).toBeGreaterThan(40);
    expect(page.all('[data-picture]')).toEqual([]);
    expect(page.all('.take a').length).toBeGreaterThan(0);
  });

  it('is reached from the page of a question with its filter, and from the navigation', async () => {
    const question = await committee.get(`${base}/questions/a44_01?region=african`);
    const link = question.all('main a').find((one) => one.text.includes('Cross with'));
    const page = await committee.get(link?.getAttribute('href') ?? '');
    expect(page.text('#cross-of option[selected]')).toContain('44.1');
    expect(page.text('#filter-region option[selected]')).toBe('African States');
    expect(page.text('.note')).toBe('Choose a question and what to cross it with.');
    const open = await committee.get(`${base}/questions/a46_03`);
    expect(open.all('main a').some((one) => one.text.includes('Cross with'))).toBe(false);
  });

  it('is not there for what there is not', async () => {
    for (const query of [
      'of=nothing&by=a44_01',
      'of=a44_01&by=nothing',
      'of=a46_03&by=a44_01',
      'of=r_use&by=a44_01',
      'of=a44_01&by=a44_02&row=nothing',
      'of=a44_01&by=_region&row=yes',
    ])
      expect([query, (await committee.get(`${base}/cross?${query}`)).status]).toEqual([query, 404]);
    expect((await committee.get(`${base}/cross/chart.svg?of=a44_01`)).status).toBe(404);
    const same = await committee.get(`${base}/cross?of=a44_01&by=a44_01`);
    expect(same.text('.note')).toBe('Choose two different questions.');
  });

  it('of nobody says so, and of nobody who answered too', async () => {
    const none = await committee.get(`${base}/cross?of=d42_01&by=d44_01&region=african`);
    expect(none.text('main')).toContain('No State in this selection was asked.');
    const silent = await committee.get(`${base}/cross?of=a44_01&by=a42_01&review=clarification`);
    expect(silent.text('main')).toContain('No State in this selection was asked.');
  });
});

describe('States in totals only', () => {
  const small = smallDefinition();
  const later = { value: 'later', label: 'Later' };
  const four = compile({
    ...small,
    questions: small.questions.map((one) =>
      one.id === 'commits' && one.type === 'single'
        ? { ...one, options: [...(one.options ?? []), later] }
        : one,
    ),
  });
  const speaker = (
    region: Speaker['region'],
    commits: string,
    clearance: string,
    more: Partial<Speaker> = {},
  ): Speaker => ({
    region,
    groups: ['parties'],
    use: 'aggregate',
    uses: {},
    review: 'received',
    answers: { commits, coverage: { clearance } },
    ...more,
  });
  const crossed = (speakers: Speaker[]) => {
    const data = inventedRound(four, { affected: speakers });
    const [one, two] = [sideOf(data, 'commits'), sideOf(data, 'coverage/clearance')];
    if (!one || !two) throw new Error('not closed');
    return crossOf(data, one, two, NO_FILTER, { identifies: false });
  };

  it('are counted where each region is mixed in both questions', () => {
    const cross = crossed([
      speaker('african', 'yes', 'covered'),
      speaker('african', 'no', 'dont_know'),
      speaker('african', 'no', 'covered'),
      speaker('grulac', 'dont_know', 'dont_know'),
      speaker('grulac', 'later', 'covered'),
      speaker('grulac', 'later', 'dont_know'),
    ]);
    expect([cross.counted, cross.withheld]).toEqual([6, 0]);
    expect(cross.cell('no', 'covered').count).toBe(1);
    const named = cross.rows.flatMap(({ key }) => cross.row(key).places());
    expect(named).toHaveLength(6);
    expect(named.every((place) => cross.isPooled(place))).toBe(true);
  });

  it('are not, where the one question by region and both together would tell the other', () => {
    // Only Africa says yes or no, as its page by region shows; so "yes, covered" and "no, covered" would be all of Africa.
    const cross = crossed([
      speaker('african', 'yes', 'covered'),
      speaker('african', 'no', 'covered'),
      speaker('african', 'no', 'covered'),
      speaker('grulac', 'dont_know', 'dont_know'),
      speaker('grulac', 'later', 'dont_know'),
      speaker('grulac', 'later', 'dont_know'),
    ]);
    expect([cross.counted, cross.withheld]).toEqual([0, 6]);
    expect(cross.cell('no', 'covered').places()).toEqual([]);
  });

  it('are not, where some are named with one of the two: the rest would follow', () => {
    const own = { use: 'attributed' as const, uses: { commits: 'aggregate' as const } };
    const cross = crossed([
      speaker('african', 'yes', 'covered', own),
      speaker('african', 'no', 'dont_know'),
      speaker('african', 'no', 'covered'),
      speaker('african', 'later', 'dont_know'),
      speaker('african', 'yes', 'dont_know', { use: 'attributed' }),
    ]);
    const counted = cross.rows.flatMap(({ key }) => cross.row(key).places());
    expect(counted.map((place) => cross.pairAt(place)?.state._id)).toEqual(['SAE']);
    expect([cross.counted, cross.withheld]).toEqual([1, 4]);
  });
});

describe('a filter', () => {
  it('by audience leaves the answers of the others out, on every page', async () => {
    const page = await committee.get(`${base}?audience=donor`);
    expect(page.all('.figures b').map((one) => one.text)).toEqual(['0 of 0', '4 of 4']);
    const links = page.all('nav.places a').map((one) => one.getAttribute('href') ?? '');
    expect(links.every((href) => href.includes('audience=donor'))).toBe(true);
    const affected = await committee.get(`${base}/questions/a44_01?audience=donor`);
    expect(affected.text('main')).toContain('No State in this selection was asked.');
  });

  it('to confirmed answers is one link, which keeps what else is chosen', async () => {
    const page = await committee.get(`${base}/cross?of=a44_01&by=a42_01&region=african`);
    const link = page.all('.filters a').find((one) => one.text === 'Confirmed only');
    const confirmed = await committee.get(
      `${base}/cross${link?.getAttribute('href')?.replaceAll('&amp;', '&')}`,
    );
    expect(confirmed.text('#filter-review option[selected]')).toBe('Confirmed');
    expect(confirmed.text('#filter-region option[selected]')).toBe('African States');
    expect(confirmed.text('figcaption')).toContain('2 of 2');
    expect(confirmed.all('.filters a').some((one) => one.text === 'Confirmed only')).toBe(false);
  });
});

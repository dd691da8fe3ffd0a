/** A cut-off: its figures stay as they were, whatever is submitted, reviewed or loaded afterwards; and every page can show it. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SYSTEM } from '../../server/audit/event.ts';
import type { CutOff } from '../../server/progress/cut-off.ts';
import { NO_FILTER } from '../../server/progress/dataset.ts';
import { readDataset } from '../../server/progress/read.ts';
import { responsesAt, takeCutOff } from '../../server/progress/read-cut-off.ts';
import { summaryOf } from '../../server/progress/summary.ts';
import type { Response } from '../../server/responses/response.ts';
import type { Round } from '../../server/rounds/round.ts';
import { AFFECTED, answeredRound, submitAnswers } from '../support/answered-round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { SLUG, signedIn } from '../support/rounds.ts';
import type { SeenPage, Visitor } from '../support/visitor.ts';

jest.setTimeout(60_000);

let on: TestApp;
let round: Round;
let committee: Visitor;
let cutOff: CutOff;
let before: string[];
let files: Record<string, string>;
const NAME = 'For the Intersessional, 19 June 2023';
const AT = 'cutoff=for-the-intersessional-19-june-2023';
const base = `/results/${SLUG}`;
const QUESTION = `${base}/questions/a44_01`;

const FILTERS = [
  NO_FILTER,
  { ...NO_FILTER, region: 'african' },
  { ...NO_FILTER, group: 'affectedStatesParties' },
  { ...NO_FILTER, review: 'confirmed' as const },
];
/** Every figure, as an admin and as somebody who may name nobody, without the instant of reading. */
async function figures(at: CutOff | null): Promise<string[]> {
  const data = await readDataset(on.services, round, 'en', at);
  if (!data) throw new Error('no data');
  return FILTERS.flatMap((filter) =>
    [true, false].map((identifies) => JSON.stringify(summaryOf(data, filter, { identifies }))),
  );
}
const idOf = async (state: string) => {
  const all = await on.services.invitations.ofRound(SLUG);
  const found = all.find((one) => one.state === state && one.audience === 'affected');
  if (!found) throw new Error(`${state} was not asked`);
  return found;
};
const answersOf = async (state: string) =>
  (await on.services.responses.find((await idOf(state))._id))?.submitted?.answers ?? {};
async function review(state: string, to: Response['review']) {
  const { _id } = await idOf(state);
  await on.services.transaction((session) => on.services.responses.setReview(_id, to, session));
}
const csv = async (path: string) => (await committee.agent.get(path)).text;

beforeAll(async () => {
  on = await testApp();
  round = await answeredRound(on, {
    silent: ['KHM', 'DEU'],
    uses: { TCD: 'aggregate', COD: 'aggregate', ETH: 'aggregate' },
  });
  await review('AGO', 'confirmed');
  on.setTime('2023-06-19T10:00:00Z');
  committee = await signedIn(on, 'committee');
  const page = await committee.get(`${base}/cut-offs`);
  const taken = await committee.submit(page, 'main form', { name: `  ${NAME} ` });
  expect(taken.text('.done-note')).toBe('The cut-off was taken.');
  const found = await on.services.cutOffs.find(SLUG, AT.slice(7));
  if (!found) throw new Error('no cut-off');
  cutOff = found;
  on.setTime('2023-06-19T10:20:00Z');
  before = await figures(cutOff);
  files = {};
  for (const kind of ['svg', 'csv', 'png'])
    files[kind] = String((await committee.agent.get(`${QUESTION}/chart.${kind}?${AT}`)).body);

  // Everything that can happen afterwards.
  await submitAnswers(on, await idOf('KHM'), { ...(await answersOf('AGO')), a44_01: 'no' });
  await submitAnswers(on, await idOf('AGO'), { ...(await answersOf('AGO')), a44_01: 'no' });
  await submitAnswers(on, await idOf('IRQ'), await answersOf('IRQ'), { use: 'aggregate' });
  await review('SEN', 'confirmed');
  const states = (await on.services.states.all()).map((state) =>
    AFFECTED.includes(state._id) ? { ...state, region: 'weog' as const, memberships: [] } : state,
  );
  await on.services.transaction((session) => on.services.states.load(states, session));
});
afterAll(() => on.close());

describe('the figures of a cut-off', () => {
  it('are the same after new and changed submissions, reviews and another list of States', async () => {
    expect(await figures(cutOff)).toEqual(before);
    expect(await figures(null)).not.toEqual(before);
    for (const kind of ['svg', 'csv', 'png'])
      expect(String((await committee.agent.get(`${QUESTION}/chart.${kind}?${AT}`)).body)).toBe(
        files[kind],
      );
  });

  it('were those of the moment at which it was taken', async () => {
    const now = JSON.parse((await figures(null))[0] ?? '');
    const then = JSON.parse(before[0] ?? '');
    expect(then).toMatchObject({
      cutOff: '2023-06-19T10:00:00.000Z',
      snapshot: { slug: cutOff.slug, name: NAME },
      responded: { affected: { invited: 18, submitted: 17 }, donor: { invited: 4, submitted: 3 } },
    });
    expect(now).toMatchObject({
      cutOff: '2023-06-19T10:20:00.000Z',
      snapshot: null,
      responded: { affected: { submitted: 18 } },
    });
  });

  it('stay when a response is gone', async () => {
    const { _id } = await idOf('YEM');
    const responses = on.services.connection.db?.collection('responses');
    const kept = await responses?.findOneAndDelete({ _id: _id as never });
    expect(await figures(cutOff)).toEqual(before);
    if (kept) await responses?.insertOne(kept);
  });

  it('lead to as many States on every bar of every filter, and nobody in totals only is named', async () => {
    for (const query of [AT, `region=african&${AT}`, `review=confirmed&${AT}`]) {
      const page = await committee.get(`${QUESTION}?${query}`);
      const bars = page.all('ul.bars a');
      expect(bars.length).toBeGreaterThan(4);
      for (const bar of bars) {
        const list = await committee.get(bar.getAttribute('href') ?? '');
        const named = names(list);
        const pooled = Number(/^(\d+)/.exec(list.text('ul.states .pooled'))?.[1] ?? 0);
        expect([list.path, named.length + pooled]).toEqual([
          list.path,
          Number(bar.querySelector('b')?.text),
        ]);
        for (const state of ['TCD', 'COD', 'ETH']) expect(named).not.toContain(state);
        // Said "in totals only" after the cut-off: counted there as it was, and no more named.
        if (!list.path.includes('_no_answer')) expect(named).not.toContain('IRQ');
      }
    }
  });
});

const names = (page: SeenPage) =>
  page.all('ul.states li a').map((one) => one.getAttribute('href')?.split('/')[4] ?? '');

describe('a page at a cut-off', () => {
  it.each([
    '',
    '/actions/44',
    '/questions/a44_01',
    '/indicators/i44a',
    '/actions',
    '/states',
    '/states/AGO/affected',
    '/states/AGO',
    '/states/AGO/profile',
    '/matrix',
    '/texts',
    '/money',
    '/needs',
    '/given-and-received',
    '/experience',
    '/gender',
    '/cross?of=a44_01&by=a42_01',
    '/cross?of=a44_01&by=_region',
    '/compare',
  ])('%s says which it shows, and keeps it on every link to figures', async (path) => {
    const page = await committee.get(`${base}${path}${path.includes('?') ? '&' : '?'}${AT}`);
    expect(page.status).toBe(200);
    expect(page.text('main')).toContain(`19 June 2023, 12:00, cut-off “${NAME}”`);
    const links = page
      .all('main a, nav.places a')
      .filter((link) => !/as they are now/.test(link.text))
      .map((link) => link.getAttribute('href') ?? '')
      .filter((href) => href.startsWith('/results/') || href.startsWith('?'));
    expect(links.length).toBeGreaterThan(1);
    expect(links.filter((href) => !href.includes(AT))).toEqual([]);
  });

  it('of a State shows the answers of then, without what came later, and is not for reviewing', async () => {
    const then = await committee.get(`${base}/states/AGO/affected?${AT}`);
    const now = await committee.get(`${base}/states/AGO/affected`);
    expect(then.text('#q-a44_01 dd')).not.toBe(now.text('#q-a44_01 dd'));
    expect(then.text('dl.facts')).toContain('-1');
    expect(now.text('dl.facts')).toContain('-2');
    expect(then.all('form[action$="/review"]')).toEqual([]);
    const silent = await committee.get(`${base}/states/KHM/affected?${AT}`);
    expect(silent.text('main')).not.toContain('-1');
    expect(silent.all('#q-a44_01')).toEqual([]);
  });

  it('of a State that has since said "in totals only" shows none of its answers', async () => {
    const page = await committee.get(`${base}/states/IRQ/affected?${AT}`);
    expect(page.text('main')).toContain('counted in totals only');
    expect(page.all('.pair')).toEqual([]);
  });

  it('is not there for a cut-off that there is not: the answers of now would pass for its', async () => {
    for (const path of ['', '/actions/44', '/questions/a44_01/chart.svg', '/states/AGO/affected'])
      expect((await committee.get(`${base}${path}?cutoff=other`)).status).toBe(404);
    expect((await committee.get(`${base}?cutoff=`)).status).toBe(200);
  });

  it('is cited in the files of its charts', async () => {
    expect(await csv(`${QUESTION}/chart.csv?${AT}`)).toContain(`cut-off “${NAME}”`);
  });
});

describe('what others take away at a cut-off', () => {
  it('is the submissions of then, for closer use where that was said since', async () => {
    const then = new Map<string, Response>();
    for await (const one of responsesAt(on.services, SLUG, cutOff))
      then.set(`${one.state} ${one.audience}`, one);
    expect(then.size).toBe(22);
    expect(then.get('AGO affected')?.submitted?.revision).toBe(1);
    expect(then.get('AGO affected')?.review).toBe('confirmed');
    expect(then.get('KHM affected')).toMatchObject({ submitted: null, draft: { answers: {} } });
    expect(then.get('IRQ affected')?.submitted?.use).toBe('aggregate');
    expect(then.get('SEN affected')?.review).toBe('received');
    let now = 0;
    for await (const one of responsesAt(on.services, SLUG, null))
      if (one.state === 'AGO') now = one.submitted?.revision ?? 0;
    expect(now).toBe(2);
  });
});

describe('taking a cut-off', () => {
  it.each([
    [{ name: '', slug: '' }, 'Enter a name.'],
    [{ name: 'x'.repeat(121), slug: 'x' }, 'Use at most 120 characters.'],
    [{ name: 'Again', slug: AT.slice(7) }, 'has a cut-off with this short name already'],
    [{ name: 'Slash', slug: 'a/b' }, 'small letters, digits and hyphens only'],
    [{ name: 'لقطة', slug: '' }, 'small letters, digits and hyphens only'],
  ])('is refused for %j, and keeps what was typed', async (typed, problem) => {
    const page = await committee.get(`${base}/cut-offs`);
    const refused = await committee.submit(page, 'main form', typed);
    expect(refused.status).toBe(422);
    expect(refused.text('.summary')).toContain(problem);
    expect(refused.root.querySelector('#name')?.getAttribute('value')).toBe(typed.name);
    expect(refused.root.querySelector('#slug')?.getAttribute('value')).toBe(typed.slug);
    expect(await on.services.cutOffs.ofRound(SLUG)).toHaveLength(1);
  });

  it('is in the audit, and on the list with who and when', async () => {
    const rows = await on.services.connection.db
      ?.collection('audit')
      .find({ event: 'round.cut-off' })
      .toArray();
    expect(rows).toHaveLength(1);
    expect(rows?.[0]).toMatchObject({
      actor: { kind: 'account' },
      details: { slug: cutOff.slug, submitted: 20, invited: 22 },
    });
    const list = await committee.get(`${base}/cut-offs`);
    expect(list.text('tbody')).toContain(NAME);
    expect(list.text('tbody')).toContain('19 June 2023, 12:00');
    expect(list.text('tbody')).toContain('@example.org');
    expect(list.text('tbody')).toContain('20 of 22 submitted');
  });

  it('is not for viewers, who see the list', async () => {
    const viewer = await signedIn(on, 'viewer');
    const page = await viewer.get(`${base}/cut-offs`);
    expect(page.text('tbody')).toContain(NAME);
    expect(page.all('main form')).toEqual([]);
    const token = page.root.querySelector('form[action="/sign-out"] input')?.getAttribute('value');
    const refused = await viewer.post(`${base}/cut-offs`, { token: token ?? '', name: 'Mine' });
    expect(refused.status).toBe(403);
  });

  it('by two at once makes one', async () => {
    const wish = { name: 'Twice', slug: '' };
    const both = await Promise.all([
      takeCutOff(on.services, round, wish, SYSTEM),
      takeCutOff(on.services, round, wish, SYSTEM),
    ]);
    expect(both.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect(await on.services.connection.db?.collection('cutOffParts').countDocuments()).toBe(2);
  });
});

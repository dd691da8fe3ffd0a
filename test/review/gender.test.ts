/** Who reported on cooperation and not on gender and diversity, what was done about it, and what a second source says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SYSTEM } from '../../server/audit/event.ts';
import { holds } from '../../server/questionnaire/condition.ts';
import { createRound } from '../../server/rounds/plan.ts';
import type { Round } from '../../server/rounds/round.ts';
import { knownAudiences } from '../../server/states/audiences.ts';
import { answered } from '../support/answering.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { linksIn, type Mailbox, mailbox } from '../support/mailbox.ts';
import { openedRound, SLUG, signedIn } from '../support/rounds.ts';
import { type SeenPage, type Visitor, visitor } from '../support/visitor.ts';

let on: TestApp;
let box: Mailbox;
let round: Round;
let committee: Visitor;
let viewer: Visitor;

const PATH = `/results/${SLUG}/gender`;
const REVIEWS = `${PATH}/reviews`;
const INTERNAL = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../questionnaires/article7-gender-2023.json'), 'utf8'),
);
/** Named: Cambodia and Chad lack gender under #47, Iraq has it. In totals only: six more. */
const NAMED = ['KHM', 'TCD', 'IRQ'];
const TOTALS = ['AGO', 'COD', 'ETH', 'SEN', 'JOR', 'LKA'];
const LANGUAGE: Record<string, string> = { TCD: 'fr', IRQ: 'ar' };
const LACKS = { a47_01: 'shared', a47_02: ['regional'], a47_05: 'no' };
const NONE = { a47_01: 'no', a47_05: 'no' };
const HAS = { ...LACKS, a47_05: 'shared' };

beforeAll(async () => {
  box = await mailbox();
  on = await testApp({ smtpUrl: box.url });
  const rows = [...NAMED, ...TOTALS, 'THA'].map(
    (state) =>
      `${state},affected,Name ${state},Director,${state.toLowerCase()}@example.org,${LANGUAGE[state] ?? 'en'}`,
  );
  round = await openedRound(on, {
    contacts: ['state,audience,name,post,email,language', ...rows].join('\n'),
  });
  for (const [place, state] of [...NAMED, ...TOTALS].entries()) {
    const use = NAMED.includes(state) ? 'attributed' : 'aggregate';
    // Of those in totals only each kind is there, so that together they can be counted.
    const kinds = NAMED.includes(state) ? [LACKS, LACKS, HAS] : [HAS, LACKS, NONE];
    const answers = { r_use: use, ...kinds[place % 3] };
    await answered(on, round, state, { answers, seed: 20 + place });
  }
  await on.sendMail();
  committee = await signedIn(on, 'committee');
  viewer = await signedIn(on, 'viewer');
});
afterAll(async () => {
  await on.close();
  await box.close();
});

const rule = (page: SeenPage, id = 'affected-47') => {
  const section = page.all('.rule').find((one) => one.getAttribute('id') === id);
  if (!section) throw new Error(`there is no rule ${id}`);
  return section;
};
const figures = (page: SeenPage, id?: string) =>
  rule(page, id)
    .querySelectorAll('.counts a')
    .map((one) => ({
      href: one.getAttribute('href') ?? '',
      part: /part=(\w+)/.exec(one.getAttribute('href') ?? '')?.[1] ?? '',
      count: Number(one.querySelector('b')?.text),
    }));
const statesIn = (page: SeenPage) =>
  page.all('.rule ul.states li a').map((one) => one.getAttribute('href')?.split('/')[4] ?? '');
const pooled = (page: SeenPage) =>
  Number(/^(\d+)/.exec(page.text('.rule ul.states .pooled'))?.[1] ?? 0);
const row = (page: SeenPage, state: string) => {
  const found = rule(page)
    .querySelectorAll('tbody tr')
    .find((one) => one.querySelector('th a')?.getAttribute('href')?.includes(`/states/${state}/`));
  return found?.text.replace(/\s+/g, ' ').trim() ?? '';
};
const letterOf = (state: string, action = 47) => `${PATH}/${action}/${state}/affected/letter`;
describe('the figures', () => {
  it('follow a rule that stands in words beside them, and are what the answers say', async () => {
    const page = await committee.get(PATH);
    expect(page.status).toBe(200);
    expect(page.all('.rule').map((one) => one.getAttribute('id'))).toEqual([
      'affected-45',
      'donor-45',
      'affected-47',
      'donor-47',
    ]);
    expect(rule(page).text).toContain('47.1');
    expect(rule(page).text).toContain('47.5');
    const missing = await committee.get(`${PATH}?rule=affected-47&part=missing`);
    const unnamed = pooled(missing);
    expect(unnamed).toBeGreaterThan(0);
    expect(rule(page).text).toContain(`${unnamed} more States answered in totals only`);
    const admin = await signedIn(on, 'admin');
    const all = await admin.get(PATH);
    const edition = await on.services.catalogue.find(round.questionnaire);
    const responses = (await on.services.responses.ofRound(SLUG)).flatMap(
      ({ submitted }) => submitted ?? [],
    );
    for (const one of edition?.source.definition.followUps ?? []) {
      if (one.audience !== 'affected') continue;
      const reported = responses.filter(({ answers }) => holds(one.cooperation, answers));
      const told = reported.filter(({ answers }) => holds(one.gender, answers));
      const counts = Object.fromEntries(
        figures(all, `affected-${one.action}`).map(({ part, count }) => [part, count]),
      );
      expect(counts).toMatchObject({
        cooperation: reported.length,
        gender: told.length,
        missing: reported.length - told.length,
      });
    }
    expect(rule(page, 'donor-47').text).toContain('No answers yet');
  });

  it.each(['', '?region=african', '?review=received'])(
    'equal the rows behind them and name nobody who answered in totals only %s',
    async (query) => {
      for (const reader of [committee, viewer]) {
        const page = await reader.get(`${PATH}${query}`);
        for (const id of ['affected-45', 'affected-47'])
          for (const { href, count } of figures(page, id)) {
            const list = await reader.get(href);
            expect([href, statesIn(list).length + pooled(list)]).toEqual([href, count]);
            expect(statesIn(list).filter((state) => TOTALS.includes(state))).toEqual([]);
          }
      }
    },
  );

  it('show a viewer no follow-up, no letter and no second source', async () => {
    const page = await viewer.get(`${PATH}?rule=affected-47&part=missing`);
    expect(statesIn(page)).toEqual(['KHM', 'TCD']);
    expect(page.html).not.toMatch(/letter|closing|reviews|Article 7 report|part=disagree/);
    for (const path of [letterOf('KHM'), REVIEWS, `${REVIEWS}/KHM`])
      expect((await viewer.get(path)).status).toBe(403);
    expect(statesIn(await viewer.get(`${PATH}?rule=affected-47&part=disagree`))).toEqual([]);
  });
});

describe('a letter', () => {
  it('is drafted in the language of the State, can be changed, and is its clarification on the questions', async () => {
    const focal = await signedIn(on, 'gender-focal-point');
    const page = await focal.get(PATH);
    expect(row(page, 'TCD')).toContain('Open');
    expect(row(page, 'IRQ')).toBe('');
    const draft = await focal.get(letterOf('TCD'));
    expect(draft.root.querySelector('#title')?.getAttribute('value')).toContain(
      'genre et diversité',
    );
    const words = draft.root.querySelector('#words')?.text ?? '';
    expect(words).toContain('action no 47');
    expect(words).toContain('Tchad');
    expect(words).not.toContain('{{');
    expect(draft.all('#language option').map((one) => one.getAttribute('value'))).toEqual([
      'fr',
      'en',
    ]);
    const english = await focal.submit(draft, '#ask', {}, 'draft:en');
    expect(english.root.querySelector('#words')?.text).toContain(
      'Thank you for the information of Chad',
    );
    const none = await focal.submit(draft, '#ask', { title: ' ' }, 'look');
    expect([none.status, none.text('.summary')]).toEqual([
      422,
      expect.stringContaining('Enter a subject'),
    ]);

    const braces = await focal.submit(draft, '#ask', { title: 'See {{link}}' }, 'look');
    expect([braces.status, braces.text('.summary')]).toEqual([
      422,
      expect.stringContaining('without two braces'),
    ]);
    const mine = `${words}\n\nVoir aussi notre guide.`;
    const look = await focal.submit(draft, '#ask', { words: mine, due: '2023-05-20' }, 'look');
    expect(look.text('#look pre')).toContain('Voir aussi notre guide.');
    const sent = await focal.submit(look, '#ask', {}, 'send');
    expect(sent.path).toContain('/clarifications/');
    await on.sendMail();
    const mail = box.to('tcd@example.org').at(-1);
    expect(mail?.subject).toContain('genre et diversité');
    expect(mail?.text).toContain('Voir aussi notre guide.');
    expect(mail?.text).toContain('47.5');
    expect(row(await focal.get(PATH), 'TCD')).toContain('Letter sent');
    on.setTime('2023-05-02T19:00:00Z');

    const chad = visitor(on.app);
    const asked = await chad.get(
      linksIn(mail as never).find((one) => /\/r\/[\w-]{43}$/.test(one)) ?? '',
    );
    expect(asked.text('.letter')).toContain('Voir aussi notre guide.');
    expect(
      asked.all('#answer [data-question]').map((one) => one.getAttribute('data-question')),
    ).toEqual(['a47_05']);
    const before =
      figures(await focal.get(PATH)).find(({ part }) => part === 'missing')?.count ?? 0;
    const more = await chad.submit(asked, '#answer', { a47_05: 'shared', confirm: 'yes' });
    const done = await chad.submit(more, '#answer', { a47_06: 'Un atelier', confirm: 'yes' });
    expect(done.status).toBe(200);
    const after = await focal.get(PATH);
    expect(figures(after).find(({ part }) => part === 'missing')?.count).toBe(before - 1);
    expect(row(after, 'TCD')).toContain('Answered');
    expect(row(after, 'TCD')).toContain('Questionnaire: reported.');
    // What it says now is no reason for a letter any more.
    expect((await focal.get(letterOf('TCD'))).status).toBe(404);
  });

  it('that has no answer by its day says so', async () => {
    const look = await committee.submit(
      await committee.get(letterOf('KHM')),
      '#ask',
      { due: '2023-05-03' },
      'look',
    );
    const sent = await committee.submit(look, '#ask', {}, 'send');
    expect(row(await committee.get(PATH), 'KHM')).toContain('Letter sent');
    on.setTime('2023-05-04T08:00:00Z');
    const later = await signedIn(on, 'committee');
    expect(row(await later.get(PATH), 'KHM')).toContain('No answer by the day asked for');
    await later.submit(await later.get(sent.path), '#settle', { to: 'withdrawn' });
    expect(row(await later.get(PATH), 'KHM')).toContain('Open');
    committee = later;
    viewer = await signedIn(on, 'viewer');
  });

  it('is not for their own State, nor where the rule does not apply, nor to whom it may not see', async () => {
    const cambodian = await signedIn(on, 'committee', 'KHM');
    expect((await cambodian.get(letterOf('KHM'))).status).toBe(403);
    expect(row(await cambodian.get(PATH), 'KHM')).toContain('You represent this State');
    for (const path of [
      letterOf('IRQ'),
      letterOf('THA'),
      letterOf('KHM', 44),
      ...TOTALS.map((state) => letterOf(state)),
    ])
      expect((await committee.get(path)).status).toBe(404);
  });
});

describe('a follow-up', () => {
  const closing = (state: string) => `form[action="${PATH}/47/${state}/affected/closing"]`;

  it('is closed with a note and opened again', async () => {
    const page = await committee.get(PATH);
    const none = await committee.submit(page, closing('KHM'), { note: '  ' });
    expect([none.status, none.text('.problem')]).toEqual([
      422,
      expect.stringContaining('why nothing more is needed'),
    ]);
    const long = await committee.submit(page, closing('KHM'), { note: 'x'.repeat(2001) });
    expect(long.status).toBe(422);
    expect(long.root.querySelector(`${closing('KHM')} textarea`)?.text).toHaveLength(2001);
    for (const _ of [1, 2]) {
      const closed = await committee.submit(page, closing('KHM'), { note: 'Told us in Geneva' });
      expect(row(closed, 'KHM')).toMatch(/Closed.*Told us in Geneva/);
    }
    expect((await viewer.get(PATH)).html).not.toContain('Told us in Geneva');
    const closed = await committee.get(PATH);
    const open = await committee.submit(closed, closing('KHM'), {});
    expect(row(open, 'KHM')).toContain('Open');
    const events = (await on.services.audit.list(10)).map((one) => one.event);
    expect(events.filter((event) => event.startsWith('followUp'))).toEqual([
      'followUp.reopened',
      'followUp.closed',
    ]);
  });

  it('is not closed for their own State, nor of one in totals only, nor by a form of others', async () => {
    const page = await committee.get(PATH);
    expect((await committee.submit(page, closing('KHM'), { note: 'x', token: 'x' })).status).toBe(
      403,
    );
    const token = page.root.querySelector(`${closing('KHM')} input`)?.getAttribute('value') ?? '';
    for (const state of TOTALS)
      expect(
        (await committee.post(`${PATH}/47/${state}/affected/closing`, { token, note: 'x' })).status,
      ).toBe(404);
    const cambodian = await signedIn(on, 'committee', 'KHM');
    const own =
      (await cambodian.get(PATH)).root
        .querySelector('form[action="/sign-out"] input')
        ?.getAttribute('value') ?? '';
    expect(
      (await cambodian.post(`${PATH}/47/KHM/affected/closing`, { token: own, note: 'x' })).status,
    ).toBe(403);
  });
});

describe('the second source', () => {
  beforeAll(async () => {
    expect((await committee.get(REVIEWS)).status).toBe(404);
    expect(await on.services.catalogue.load(INTERNAL, on.services.clock())).toMatchObject({
      ok: true,
    });
  });

  it('is an internal questionnaire: no round is made of it, and nobody speaks to its audience', async () => {
    const { key, version } = INTERNAL;
    const wanted = {
      slug: 'x',
      questionnaire: { key, version },
      opens: '2023-05-01T09:00',
      closes: '2023-06-01T09:00',
      zone: 'UTC',
    };
    expect(await createRound(on.services, wanted, SYSTEM)).toEqual({
      ok: false,
      reason: 'internal',
    });
    expect(await knownAudiences(on.services)).toEqual(['affected', 'donor']);
    const admin = await signedIn(on, 'admin');
    expect((await admin.get('/admin/rounds')).html).not.toContain(key);
  });

  it('is filled in by a member for each State, with the same questions, and kept with who and when', async () => {
    const list = await committee.get(REVIEWS);
    expect(list.all('tbody tr')).toHaveLength(10);
    const form = await committee.get(`${REVIEWS}/KHM`);
    const none = await committee.submit(form, '#review', { v_note: 'Only a note' });
    expect([none.status, none.text('.summary')]).toEqual([
      422,
      expect.stringContaining('needs an answer'),
    ]);
    expect(none.root.querySelector('#v_note')?.text).toBe('Only a note');
    const fields = { v_mentions: 'partly', v_report: '2022', v_note: 'Page 12' };
    const [one, two] = await Promise.all(
      [1, 2].map(() => committee.submit(form, '#review', fields)),
    );
    for (const page of [one, two]) {
      expect(page?.status).toBe(200);
      expect(page?.text('main')).toMatch(/Cambodia ?Partly ?2022 · Page 12/);
    }
    expect(await on.services.stateReviews.find(SLUG, 'KHM')).toMatchObject({ revision: 1 });
    // A version that was answered never changes.
    const other = { ...INTERNAL, title: 'Another' };
    expect(await on.services.catalogue.load(other, on.services.clock())).toMatchObject({
      reason: 'pinned',
    });
    const messages = await on.services.messages.list({}, 500);
    expect(messages.filter((message) => message.round !== SLUG)).toEqual([]);
  });

  it('overwrites nothing unseen, and keeps what stood before', async () => {
    const [mine, theirs] = await Promise.all([1, 2].map(() => committee.get(`${REVIEWS}/KHM`)));
    const other = await signedIn(on, 'gender-focal-point');
    const from = await other.get(`${REVIEWS}/KHM`);
    expect((await other.submit(from, '#review', { v_note: 'Page 13' })).status).toBe(200);
    const late = await committee.submit(mine as SeenPage, '#review', { v_note: 'Page 14' });
    expect(late.status).toBe(409);
    expect(late.text('.theirs')).toContain('Page 13');
    expect(late.root.querySelector('#v_note')?.text).toBe('Page 14');
    expect((await committee.submit(late, '#review', {})).status).toBe(200);
    const now = await committee.get(`${REVIEWS}/KHM`);
    expect(now.root.querySelector('#v_note')?.text).toBe('Page 14');
    expect(now.all('ol li').map((one) => one.text)).toHaveLength(2);
    expect((await committee.submit(theirs as SeenPage, '#review', { token: 'x' })).status).toBe(
      403,
    );
  });

  it('is not filled in for their own State, and not for one that was not asked', async () => {
    const cambodian = await signedIn(on, 'committee', 'KHM');
    const own = await cambodian.get(`${REVIEWS}/KHM`);
    expect([own.status, own.root.querySelector('#review')]).toEqual([200, null]);
    const token =
      own.root.querySelector('form[action="/sign-out"] input')?.getAttribute('value') ?? '';
    expect((await cambodian.post(`${REVIEWS}/KHM`, { token, v_mentions: 'yes' })).status).toBe(403);
    expect((await committee.get(`${REVIEWS}/NOR`)).status).toBe(404);
  });

  it('stands beside the questionnaire, and where the two disagree is a figure with its States', async () => {
    const fill = async (state: string, v_mentions: string) =>
      committee.submit(await committee.get(`${REVIEWS}/${state}`), '#review', { v_mentions });
    await fill('IRQ', 'yes');
    await fill('TCD', 'no');
    // In totals only: what its report says must not tell what it answered.
    await fill('ETH', 'yes');
    await fill('SEN', 'no');
    const page = await committee.get(PATH);
    const disagree = figures(page).find(({ part }) => part === 'disagree');
    // Cambodia: not in the questionnaire, partly in its report. Chad: in the questionnaire, not in its report.
    expect(disagree?.count).toBe(2);
    const list = await committee.get(disagree?.href ?? '');
    expect(statesIn(list)).toEqual(['KHM', 'TCD']);
    expect(list.text('.rule ul.states')).toContain(
      'Questionnaire: not reported. Article 7 report: mentioned.',
    );
    expect(rule(page).text).toContain('For 3 States both sources say something.');
    expect(row(page, 'KHM')).toContain('Article 7 report: mentioned.');
    expect(page.text('main')).not.toMatch(/Ethiopia|Senegal/);
  });
});

describe('a cut-off', () => {
  it('keeps its figures, and shows nothing of what was done since', async () => {
    const admin = await signedIn(on, 'admin');
    const form = await admin.get(`/results/${SLUG}/cut-offs`);
    const made = await admin.submit(form, 'main form', { name: 'For the Intersessional' });
    expect(made.status).toBe(200);
    const [cutOff] = await on.services.cutOffs.ofRound(SLUG);
    const page = await committee.get(`${PATH}?cutoff=${cutOff?.slug}`);
    const before = figures(page).map(({ part, count }) => [part, count]);
    expect(page.html).not.toMatch(/letter|closing|part=disagree/);
    await answered(on, round, 'KHM', { answers: { r_use: 'attributed', ...HAS }, seed: 20 });
    const after = await committee.get(`${PATH}?cutoff=${cutOff?.slug}`);
    expect(figures(after).map(({ part, count }) => [part, count])).toEqual(before);
    for (const { href, count } of figures(after)) {
      const list = await committee.get(href);
      expect([href, statesIn(list).length + pooled(list)]).toEqual([href, count]);
    }
    expect(
      figures(await committee.get(PATH)).find(({ part }) => part === 'missing')?.count,
    ).not.toBe(before.find(([part]) => part === 'missing')?.[1]);
  });
});

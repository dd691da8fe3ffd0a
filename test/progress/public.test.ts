/** The public page of a round: off until an administrator says so, for everybody's cache, with nobody named who is not to be. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { SYSTEM } from '../../server/audit/event.ts';
import { NO_FILTER } from '../../server/progress/dataset.ts';
import { readDataset } from '../../server/progress/read.ts';
import { takeCutOff } from '../../server/progress/read-cut-off.ts';
import { summaryOf } from '../../server/progress/summary.ts';
import type { Round } from '../../server/rounds/round.ts';
import { nameIn } from '../../server/states/state.ts';
import { INTERFACE_LANGUAGES } from '../../server/texts.ts';
import { answeredRound, submitAnswers } from '../support/answered-round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { bundledQuestionnaire, SLUG, signedIn } from '../support/rounds.ts';
import { type Fields, type SeenPage, type Visitor, visitor } from '../support/visitor.ts';

const TOTALS = ['TCD', 'COD', 'ETH', 'SEN', 'IRQ', 'JOR'];
const COMMITTEE_ONLY = ['LKA', 'THA', 'YEM'];
const PAGE = `/admin/rounds/${SLUG}/publication`;

let on: TestApp;
let round: Round;
let admin: Visitor;

beforeAll(async () => {
  on = await testApp();
  round = await answeredRound(on, {
    uses: {
      ...Object.fromEntries(TOTALS.map((state) => [state, 'aggregate' as const])),
      ...Object.fromEntries(COMMITTEE_ONLY.map((state) => [state, 'committee' as const])),
    },
    answers: (state) => ({ a46_03: `Written by ${state}`, a47_06: `Example of ${state}` }),
  });
  admin = await signedIn(on, 'admin');
});
afterAll(() => on.close());

const cut = async (slug: string) => {
  const taken = await takeCutOff(on.services, round, { name: `Cut-off ${slug}`, slug }, SYSTEM);
  if (!taken.ok) throw new Error(JSON.stringify(taken.problems));
};
const press = async (fields: Fields, go = 'up'): Promise<SeenPage> =>
  admin.submit(await admin.get(PAGE), 'main form', fields, go);
const seen = (path = `/public/${SLUG}/en`) => visitor(on.app).get(path);

describe('a round', () => {
  it('has no public page, until there is a cut-off and somebody makes one', async () => {
    for (const path of [`/public/${SLUG}`, `/public/${SLUG}/en`, '/public/nowhere/en']) {
      const page = await seen(path);
      expect([path, page.status]).toEqual([path, 404]);
      expect(page.headers['set-cookie']).toBeUndefined();
    }
    const page = await admin.get(PAGE);
    expect(page.text('main')).toContain('This round has no public page.');
    expect(page.all('main form')).toEqual([]);
    expect(page.all('main .note a')[0]?.getAttribute('href')).toBe(`/results/${SLUG}/cut-offs`);
  });

  it('is made public at a cut-off by an administrator, and the audit has it', async () => {
    await cut('june');
    const page = await press({ cutoff: 'june' });
    expect([page.status, page.path]).toEqual([200, PAGE]);
    expect(page.text('.done-note')).toContain('Cut-off june');
    const [row] = await on.services.audit.list(1);
    expect(row).toMatchObject({
      actor: { kind: 'account' },
      event: 'round.published',
      subject: { kind: 'round', id: SLUG },
      details: { cutOff: 'june' },
    });
    expect((await admin.get(`/admin/rounds/${SLUG}`)).text('main')).toContain(
      'This round has a public page.',
    );
    expect((await seen()).status).toBe(200);
  });

  it('is not made public at a cut-off that there is not, and says so at the field', async () => {
    const page = await press({ cutoff: 'never' });
    expect([page.status, page.text('#cutoff-error')]).toEqual([
      422,
      'Choose a cut-off of this round.',
    ]);
    const without = await press({ token: 'x', cutoff: 'june' });
    expect(without.status).toBe(403);
  });

  it.each(['committee', 'viewer'])('is not made public by a %s', async (role) => {
    const person = await signedIn(on, role);
    expect((await person.get(PAGE)).status).toBe(403);
    expect((await person.post(PAGE, { cutoff: 'june', go: 'up' })).status).toBe(403);
  });
});

describe('the public page', () => {
  it('needs no account, sets no cookie, and may be kept by any cache', async () => {
    const page = await seen();
    expect(page.headers).toMatchObject({
      'cache-control': 'public, max-age=300',
      'content-language': 'en',
      etag: expect.any(String),
    });
    expect(page.headers['set-cookie']).toBeUndefined();
    const again = await supertest(on.app)
      .get(`/public/${SLUG}/en`)
      .set('If-None-Match', page.headers['etag'] ?? '');
    expect([again.status, again.text]).toEqual([304, '']);
    expect(again.headers['set-cookie']).toBeUndefined();
  });

  it.each(INTERFACE_LANGUAGES)('is there in %s under an address of its own', async (language) => {
    const page = await seen(`/public/${SLUG}/${language}`);
    expect(page.root.querySelector('html')?.getAttribute('lang')).toBe(language);
    const others = page.all('.languages a').map((link) => link.getAttribute('href'));
    expect(others.toSorted()).toEqual(
      INTERFACE_LANGUAGES.filter((one) => one !== language)
        .map((one) => `/public/${SLUG}/${one}`)
        .toSorted(),
    );
    const wanted = await supertest(on.app).get(`/public/${SLUG}`).set('Accept-Language', language);
    expect([wanted.status, wanted.headers['location']]).toEqual([
      302,
      `/public/${SLUG}/${language}`,
    ]);
    expect(wanted.headers['vary']).toContain('Accept-Language');
  });

  it('in another language is none', async () => {
    expect((await seen(`/public/${SLUG}/xx`)).status).toBe(404);
  });

  it('leads to no page of accounts', async () => {
    const page = await seen();
    for (const link of page.all('a')) expect(link.getAttribute('href')).toMatch(/^(#|\/public\/)/);
    expect(page.all('main form, main button')).toEqual([]);
  });

  it.each(INTERFACE_LANGUAGES)(
    'in %s names States that answered with their name, and nobody else',
    async (language) => {
      const page = await seen(`/public/${SLUG}/${language}`);
      const states = await on.services.states.all();
      const named = (key: string) => {
        const state = states.find(({ _id }) => _id === key);
        const name = state ? nameIn(state, language) : key;
        return new RegExp(`(?<!\\p{L})و?${name}(?!\\p{L})`, 'u').test(page.text('main'));
      };
      expect(named('KHM')).toBe(true);
      for (const state of [...TOTALS, ...COMMITTEE_ONLY])
        expect([state, named(state)]).toEqual([state, false]);
      expect(page.html).not.toMatch(/Written by|Example of/);
    },
  );

  it('shows no cell of one or two, and its figures are those of the results', async () => {
    const page = await seen();
    const cutOff = await on.services.cutOffs.find(SLUG, 'june');
    const data = await readDataset(on.services, round, 'en', cutOff);
    if (!data) throw new Error('no data');
    const { questions } = summaryOf(data, NO_FILTER, { identifies: false });
    const questionnaire = bundledQuestionnaire();
    let compared = 0;
    for (const figure of page.all('figure')) {
      const id = figure.getAttribute('id') ?? '';
      const { counts = {} } = questions.find((one) => one.id === id) ?? {};
      for (const row of figure.querySelectorAll('tbody tr')) {
        const label = row.querySelector('th')?.text.trim() ?? '';
        const count = Number(row.querySelector('.num')?.text);
        expect([id, label, count === 0 || count >= 3]).toEqual([id, label, true]);
        const pooled = Number(/(\d+) States?, in totals only/.exec(row.text)?.[1] ?? 0);
        expect([id, label, pooled === 0 || pooled >= 3]).toEqual([id, label, true]);
        const option = questionnaire.question(id)?.options.find((one) => one.label === label);
        if (!option) continue;
        // Where those in totals only stand apart, the others are the rest.
        const apart = figure.text.includes('whatever they answered');
        if (apart) expect(count).toBeLessThanOrEqual(counts[option.value] ?? 0);
        else expect([id, label, count]).toEqual([id, label, counts[option.value] ?? 0]);
        compared += 1;
      }
    }
    expect(page.all('figure').length).toBeGreaterThan(8);
    expect(compared).toBeGreaterThan(20);
  });

  it('keeps its figures, whatever is submitted later', async () => {
    const before = (await seen()).text('main');
    const invitation = await on.services.invitations.ofState(SLUG, 'KHM', 'affected');
    if (!invitation) throw new Error('not invited');
    await submitAnswers(on, invitation, { a44_01: 'no', a42_01: 'no' });
    on.setTime('2023-05-02T09:00:00Z');
    expect((await seen()).text('main')).toBe(before);
  });

  it('names a State no more that has since said that its answers are in totals only', async () => {
    expect((await seen()).text('main')).toContain('Angola');
    const invitation = await on.services.invitations.ofState(SLUG, 'AGO', 'affected');
    if (!invitation) throw new Error('not invited');
    await submitAnswers(on, invitation, { r_use: 'aggregate' }, { use: 'aggregate' });
    // The process takes its own page for good for a minute.
    on.setTime('2023-05-02T10:00:00Z');
    expect((await seen()).text('main')).not.toContain('Angola');
  });

  it('shows another cut-off when that is chosen, and is gone at once when it is taken down', async () => {
    await cut('july');
    await press({ cutoff: 'july' });
    expect((await seen()).text('main')).toContain('Cut-off july');
    await press({ cutoff: 'july' }, 'down');
    expect((await seen()).status).toBe(404);
    const [row] = await on.services.audit.list(1);
    expect(row).toMatchObject({ event: 'round.unpublished', subject: { id: SLUG } });
  });
});

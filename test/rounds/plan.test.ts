/** Planning, opening and closing a round, and what each refuses. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SYSTEM } from '../../server/audit/event.ts';
import { closeRound, createRound, type NewRound, openRound } from '../../server/rounds/plan.ts';
import type { Round } from '../../server/rounds/round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { linkFor, openedRound, respondent, SLUG, signedIn } from '../support/rounds.ts';
import { smallDefinition } from '../support/small-questionnaire.ts';
import type { Visitor } from '../support/visitor.ts';

jest.setTimeout(30_000);

let on: TestApp;
let admin: Visitor;
let round: Round;

beforeAll(async () => {
  on = await testApp();
  round = await openedRound(on);
  await on.services.catalogue.load(smallDefinition(), on.services.clock());
  admin = await signedIn(on, 'admin');
});
afterAll(() => on.close());

const GOOD: NewRound = {
  slug: 'fresh',
  questionnaire: { key: 'small', version: 1 },
  opens: '2023-05-01T09:00',
  closes: '2023-06-30T18:00',
  zone: 'Europe/Zurich',
};
const create = (change: Partial<NewRound> = {}) =>
  createRound(on.services, { ...GOOD, ...change }, SYSTEM);

const REFUSED: [what: string, change: Partial<NewRound>, reason: string][] = [
  ['an empty slug', { slug: '' }, 'slug'],
  ['capital letters in the slug', { slug: 'OAP' }, 'slug'],
  ['a slug that begins with a hyphen', { slug: '-oap' }, 'slug'],
  ['a slash in the slug', { slug: 'a/b' }, 'slug'],
  ['dots in the slug', { slug: '..' }, 'slug'],
  ['a slug of 62 letters', { slug: 'a'.repeat(62) }, 'slug'],
  ['a slug that is taken', { slug: SLUG }, 'taken'],
  ['a zone that does not exist', { zone: 'Europe/Atlantis' }, 'zone'],
  ['no zone', { zone: '' }, 'zone'],
  ['no opening', { opens: '' }, 'time'],
  ['an opening in words', { opens: 'tomorrow' }, 'time'],
  ['a day that does not exist', { opens: '2023-02-30T09:00' }, 'time'],
  ['an hour that does not exist', { closes: '2023-06-30T25:00' }, 'time'],
  ['a deadline that the change to summer time leaves out', { closes: '2024-03-31T02:30' }, 'time'],
  ['a deadline that the change to winter time has twice', { closes: '2023-10-29T02:30' }, 'time'],
  ['a deadline before the opening', { closes: '2023-05-01T08:59' }, 'order'],
  ['a deadline at the opening', { closes: '2023-05-01T09:00' }, 'order'],
  [
    'a questionnaire that is not loaded',
    { questionnaire: { key: 'none', version: 1 } },
    'questionnaire',
  ],
  [
    'a version that is not loaded',
    { questionnaire: { key: 'small', version: 2 } },
    'questionnaire',
  ],
  ['no version', { questionnaire: { key: 'small', version: Number.NaN } }, 'questionnaire'],
];

describe('a new round', () => {
  it.each(REFUSED)('is refused with %s', async (_what, change, reason) => {
    expect(await create(change)).toEqual({ ok: false, reason });
    expect(await on.services.rounds.all()).toHaveLength(1);
  });

  it.each(REFUSED)(
    'on its page comes back with 422, the reason, and what was typed, for %s',
    async (_what, change) => {
      const { slug, questionnaire, opens, closes, zone } = { ...GOOD, ...change };
      const typed = {
        slug,
        questionnaire: `${questionnaire.key}@${questionnaire.version}`,
        opens,
        closes,
        zone,
      };
      const page = await admin.submit(await admin.get('/admin/rounds'), 'main form', typed);
      expect(page.status).toBe(422);
      expect(page.text('.summary[role="alert"]').length).toBeGreaterThan(20);
      for (const name of ['slug', 'opens', 'closes', 'zone'] as const)
        expect([name, page.root.querySelector(`#${name}`)?.getAttribute('value')]).toEqual([
          name,
          typed[name],
        ]);
    },
  );

  it('is planned, with its times in its zone, and names the one who made it', async () => {
    const made = await create({ slug: 'made' });
    expect(made).toEqual({
      ok: true,
      round: {
        _id: 'made',
        questionnaire: { key: 'small', version: 1 },
        opensAt: new Date('2023-05-01T07:00:00Z'),
        closesAt: new Date('2023-06-30T16:00:00Z'),
        zone: 'Europe/Zurich',
        status: 'planned',
        openedAt: null,
        closedAt: null,
        demonstration: false,
      },
    });
    expect(await on.services.rounds.find('made')).toEqual(made.ok && made.round);
  });

  it('on its page leads to the round', async () => {
    const page = await admin.submit(await admin.get('/admin/rounds'), 'main form', {
      slug: 'paged',
      questionnaire: 'small@1',
      opens: '2023-05-01T09:00',
      closes: '2023-06-30T18:00',
    });
    expect([page.status, page.path]).toEqual([200, '/admin/rounds/paged']);
    expect(page.text('.facts')).toContain('30 June 2023, 18:00 Europe/Zurich');
    expect(page.text('.facts')).toContain('Planned');
  });

  it('is one when twenty wish for the same slug at once, and nobody waits', async () => {
    const begin = Date.now();
    const made = await Promise.all(Array.from({ length: 20 }, () => create({ slug: 'wished' })));
    expect(made.filter((one) => one.ok)).toHaveLength(1);
    expect(new Set(made.map((one) => (one.ok ? 'ok' : one.reason)))).toEqual(
      new Set(['ok', 'taken']),
    );
    // A transaction that is tried again and again would take ten seconds.
    expect(Date.now() - begin).toBeLessThan(9000);
  });
});

describe('opening and closing', () => {
  it('happen once, in this order, and each is noted with its time', async () => {
    await create({ slug: 'cycle' });
    const close = () => closeRound(on.services, 'cycle', SYSTEM);
    const open = () => openRound(on.services, 'cycle', SYSTEM);
    expect(await close()).toEqual({ ok: false, reason: 'status' });
    expect(await open()).toMatchObject({ ok: true, round: { status: 'open' } });
    expect(await open()).toEqual({ ok: false, reason: 'status' });
    expect(await close()).toMatchObject({ ok: true, round: { status: 'closed' } });
    expect(await close()).toEqual({ ok: false, reason: 'status' });
    expect(await open()).toEqual({ ok: false, reason: 'status' });
    expect(await on.services.rounds.find('cycle')).toMatchObject({
      status: 'closed',
      openedAt: on.services.clock(),
      closedAt: on.services.clock(),
    });
  });

  it('of a round that does not exist are refused, on the page too', async () => {
    expect(await openRound(on.services, 'nowhere', SYSTEM)).toEqual({
      ok: false,
      reason: 'unknown',
    });
    const page = await admin.get(`/admin/rounds/${SLUG}`);
    const token = page.root.querySelector('main input[name="token"]')?.getAttribute('value') ?? '';
    for (const verb of ['opening', 'closing', 'invitations', 'links'])
      expect((await admin.post(`/admin/rounds/nowhere/${verb}`, { token })).status).toBe(404);
  });

  it('happen once when ten do it at the same moment', async () => {
    await create({ slug: 'rush' });
    const opened = await Promise.all(
      Array.from({ length: 10 }, () => openRound(on.services, 'rush', SYSTEM)),
    );
    expect(opened.filter((one) => one.ok)).toHaveLength(1);
    const rows = (await on.services.audit.list(200)).filter(
      (row) => row.event === 'round.opened' && row.subject.id === 'rush',
    );
    expect(rows).toHaveLength(1);
  });
});

describe('the version of a questionnaire', () => {
  const changed = (version: number, title: string) => ({ ...smallDefinition(), version, title });
  const load = (version: number, title: string) =>
    on.services.catalogue.load(changed(version, title), on.services.clock());

  it('may change until a round opens with it, and never after that', async () => {
    expect(await load(7, 'First')).toMatchObject({ ok: true, changed: true });
    await create({ slug: 'seventh', questionnaire: { key: 'small', version: 7 } });
    expect(await load(7, 'Second')).toMatchObject({ ok: true, changed: true });
    const of = { key: 'small', version: 7 };
    expect((await on.services.catalogue.find(of))?.source.definition.title).toBe('Second');
    await openRound(on.services, 'seventh', SYSTEM);
    expect(await load(7, 'Third')).toEqual({ ok: false, reason: 'pinned', name: 'small@7' });
    expect(await load(7, 'Second')).toMatchObject({ ok: true, changed: false });
    expect(await load(8, 'Third')).toMatchObject({ ok: true, changed: true });
    await closeRound(on.services, 'seventh', SYSTEM);
    expect(await load(7, 'Third')).toEqual({ ok: false, reason: 'pinned', name: 'small@7' });
    expect((await on.services.catalogue.find(of))?.source.definition.title).toBe('Second');
  });
});

describe('the deadline', () => {
  it('closes the pages of a State, to the millisecond and with a quarter of an hour of grace', async () => {
    const { visitor, base } = await respondent(on, round, 'KHM');
    const save = async (iso: string) => {
      on.setTime(iso);
      const page = await visitor.get(`${base}/about`);
      const form = page.root.querySelector('#section');
      const token = page.root.querySelector('input[name="token"]')?.getAttribute('value') ?? '';
      const link = page.root.querySelector('input[name="link"]')?.getAttribute('value') ?? '';
      const response = await on.services.responses.find(base.slice(3));
      const revision = String(response?.sections['about']?.revision ?? 0);
      const fields = { token, link, revision, shown: 'r_use', r_use: 'attributed', go: 'later' };
      return { form, answer: await visitor.post(`${base}/about`, fields) };
    };
    // The cookie lasts a day, so the link is opened on the last one.
    on.setTime('2023-06-30T15:00:00Z');
    await visitor.get(await linkFor(on, round, 'KHM', 'affected'));
    expect((await save('2023-06-30T16:00:00.000Z')).answer.status).toBe(200);
    expect((await save('2023-06-30T16:15:00.000Z')).answer.status).toBe(200);
    const before = await on.services.responses.find(base.slice(3));
    const late = await save('2023-06-30T16:15:00.001Z');
    expect(late.answer.status).toBe(422);
    expect(await on.services.responses.find(base.slice(3))).toEqual(before);
    // It reads on.
    expect((await visitor.get(`${base}/answers`)).status).toBe(200);
    on.setTime('2023-05-02T08:00:00Z');
  });
});

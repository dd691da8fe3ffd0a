/** A respondent says of all answers, or of one, who may see them: on the pages, at submission, and in what comes out. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import type { Use, Uses } from '../../server/responses/response.ts';
import type { Round } from '../../server/rounds/round.ts';
import { answered } from '../support/answering.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { openedRound, respondent, SLUG, signedIn } from '../support/rounds.ts';
import type { Visitor } from '../support/visitor.ts';

// The same cases in each run, so that CI fails for a change and not by chance; SEED tries others.
fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 20230501) });

jest.setTimeout(60_000);

let on: TestApp;
let round: Round;
let guest: Visitor;
let base: string;

beforeAll(async () => {
  on = await testApp();
  round = await openedRound(on);
  ({ visitor: guest, base } = await respondent(on, round, 'KHM'));
});
afterAll(() => on.close());

const stored = async () => {
  const response = await on.services.responses.find(base.slice(3));
  if (!response) throw new Error('no response');
  return response;
};
const open = (section: string) => guest.get(`${base}/${section}`);

describe('beside a question', () => {
  it('is a closed control, with nothing chosen, that every question on the matter has', async () => {
    const page = await open('a44');
    const control = page.root.querySelector('#q-a44_01 details.use');
    expect(control?.hasAttribute('open')).toBe(false);
    expect(control?.querySelectorAll('option').map((one) => one.getAttribute('value'))).toEqual([
      '',
      'committee',
      'aggregate',
    ]);
    expect(control?.querySelector('label')?.getAttribute('for')).toBe('use-a44_01');
    // The questions about the answers are none on the matter; 46.1 is in totals only for everybody.
    expect((await open('about')).all('details.use')).toEqual([]);
    const support = await open('a46');
    expect(support.root.querySelector('#q-a46_01 details.use')).toBeNull();
    expect(support.text('#q-a46_01')).toContain('counted in totals only, for every State');
  });

  it('what is chosen is saved with the answer, shown again, and taken back', async () => {
    const fields = { a44_01: 'no', 'use.a44_01': 'aggregate' };
    await guest.submit(await open('a44'), '#section', fields, 'next');
    expect((await stored()).draft.uses).toEqual({ a44_01: 'aggregate' });
    const page = await open('a44');
    const control = page.root.querySelector('#q-a44_01 details.use');
    expect(control?.hasAttribute('open')).toBe(true);
    expect(control?.querySelector('option[selected]')?.getAttribute('value')).toBe('aggregate');
    await guest.submit(page, '#section', { 'use.a44_01': '' }, 'next');
    expect((await stored()).draft.uses).toEqual({});
    // A form of before, which has no such field, leaves what was said.
    await guest.submit(await open('a44'), '#section', { 'use.a44_01': 'committee' }, 'next');
    await guest.submit(await open('a44'), '#section', { 'use.a44_01': [] }, 'next');
    expect((await stored()).draft.uses).toEqual({ a44_01: 'committee' });
  });

  it.each([
    ['en', 'Choose one of the answers shown.'],
    ['fr', 'Choisissez'],
    ['ar', 'اختيار'],
  ])(
    'what is none of the choices is refused at the field in %s, and the answer is kept',
    async (language, words) => {
      await guest.get(`/language/${language}`);
      const fields = { a44_01: 'no', 'use.a44_01': 'everybody' };
      const page = await guest.submit(await open('a44'), '#section', fields, 'next');
      expect(page.status).toBe(422);
      expect(page.text('#error-use-a44_01')).toContain(words);
      expect(page.text('#summary, .summary')).toContain(words);
      expect(page.root.querySelector('#q-a44_01 details')?.hasAttribute('open')).toBe(true);
      expect((await stored()).draft).toMatchObject({ uses: { a44_01: 'committee' } });
      expect((await stored()).draft.answers['a44_01']).toBe('no');
      await guest.get('/language/en');
    },
  );

  it('two people who say two things of one answer are told', async () => {
    const [mine, theirs] = [await open('a44'), await open('a44')];
    await guest.submit(theirs, '#section', { 'use.a44_01': 'aggregate' }, 'next');
    const page = await guest.submit(mine, '#section', { 'use.a44_01': '' }, 'next');
    expect(page.status).toBe(409);
    expect(page.text('#theirs-a44_01')).toContain('In totals only');
    expect((await stored()).draft.uses).toEqual({ a44_01: 'aggregate' });
  });
});

describe('in plain words', () => {
  it('the start page says what can be chosen', async () => {
    const text = (await guest.get(base)).text('main');
    for (const words of ['in totals only', 'only the Committee', 'Beside each question'])
      expect(text).toContain(words);
  });

  it('check answers lists what is restricted, with the way to change it', async () => {
    await guest.submit(await open('about'), '#section', { r_use: 'committee' }, 'next');
    const page = await guest.get(`${base}/check`);
    expect(page.text('.restricted')).toContain('for the Committee only');
    const [item] = page.all('.restricted li');
    expect(item?.text).toContain('44.1');
    expect(item?.text).toContain('In totals only');
    expect(item?.querySelector('a')?.getAttribute('href')).toBe(`${base}/a44#q-a44_01`);
  });
});

describe('what comes out', () => {
  const QUESTIONS = ['a42_01', 'a43_01', 'a44_01', 'a45_04', 'a47_01'];
  const STATES = ['IRQ', 'KHM', 'TCD', 'TUR'];

  beforeAll(async () => {
    for (const [seed, state] of STATES.entries())
      await answered(on, round, state, {
        seed: 20 + seed,
        answers: { r_use: 'attributed', a46_03: `Words of ${state}.` },
      });
  });

  it('a submission carries what was said of answers that it has', async () => {
    const { submitted } = await stored();
    expect(submitted?.uses).toEqual({ a44_01: 'aggregate' });
    expect(submitted?.receipt?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('no export and no page names a State with an answer that is for closer use', async () => {
    const roles = {
      committee: await signedIn(on, 'committee'),
      admin: await signedIn(on, 'admin'),
    };
    const overview = {
      committee: await roles.committee.get(`/results/${SLUG}`),
      admin: await roles.admin.get(`/results/${SLUG}`),
    };
    const take = (role: keyof typeof roles, format: string) =>
      roles[role].submit(overview[role], `form[action$="/exports/${format}"]`);
    const responses = on.services.connection.collection('responses');
    const closer = fc.constantFrom('committee' as const, 'aggregate' as const);
    const said = fc.record({
      use: fc.constantFrom<Use>('attributed', 'attributed', 'committee', 'aggregate'),
      uses: fc.dictionary(fc.constantFrom(...QUESTIONS), closer, {
        maxKeys: 4,
      }) as fc.Arbitrary<Uses>,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(said, { minLength: 4, maxLength: 4 }), async (all) => {
        for (const [at, { use, uses }] of all.entries())
          await responses.updateOne(
            { round: SLUG, state: STATES[at] as string, audience: 'affected' },
            { $set: { 'submitted.use': use, 'submitted.uses': uses } },
          );
        const json = JSON.parse((await take('committee', 'json')).html).responses;
        const rows: Record<string, string>[] = parse((await take('committee', 'csv')).html, {
          columns: true,
          bom: true,
        });
        type Exported = { state: string; audience: string; answers: Record<string, unknown> };
        const full: Exported[] = JSON.parse((await take('admin', 'json')).html).responses;
        const of = <T extends { state: string; audience: string }>(list: T[], state: string) =>
          list.find((one) => one.state === state && one.audience === 'affected') as T;
        for (const [at, { use, uses }] of all.entries()) {
          const state = STATES[at] as string;
          for (const id of QUESTIONS) {
            const hidden = use === 'aggregate' || uses[id] === 'aggregate';
            const exported = Object.keys(of<Exported>(json, state).answers);
            const cells = Object.entries(of(rows as never[], state)).filter(
              ([name, cell]) => (name === id || name.startsWith(`${id}.`)) && cell !== '',
            );
            const there = id in of<Exported>(full, state).answers;
            if (hidden)
              expect([state, id, exported.includes(id), cells]).toEqual([state, id, false, []]);
            // The Committee sees what is for the Committee, unless the question follows from one that is hidden.
            else if (there && id === 'a43_01')
              expect([state, id, cells.length > 0]).toEqual([state, id, true]);
          }
          const words = JSON.stringify(json).includes(`Words of ${state}.`);
          expect([state, words]).toEqual([state, use !== 'aggregate']);
        }
      }),
      { numRuns: 12 },
    );
  });

  it('a viewer sees no answer that is for the Committee only, the Committee does, and it says so', async () => {
    await on.services.connection
      .collection('responses')
      .updateOne(
        { round: SLUG, state: 'TCD', audience: 'affected' },
        { $set: { 'submitted.use': 'attributed', 'submitted.uses': { a46_03: 'committee' } } },
      );
    await on.services.connection
      .collection('responses')
      .updateOne(
        { round: SLUG, state: 'IRQ', audience: 'affected' },
        { $set: { 'submitted.use': 'committee', 'submitted.uses': {} } },
      );
    const [viewer, member] = [await signedIn(on, 'viewer'), await signedIn(on, 'committee')];
    const at = (state: string) => `/results/${SLUG}/states/${state}/affected`;
    const seen = await viewer.get(at('TCD'));
    expect(seen.html).not.toContain('Words of TCD.');
    expect(seen.text('#q-a46_03 dd')).toBe('For the Committee only.');
    expect((await viewer.get(at('IRQ'))).html).not.toContain('Words of IRQ.');
    expect((await viewer.get(at('IRQ'))).text('main .note')).toContain('only the Committee');
    const open = await member.get(at('TCD'));
    expect(open.text('#q-a46_03 dd')).toContain('Words of TCD.');
    expect(open.text('#q-a46_03 dd')).toContain('for the Committee only');
    expect((await member.get(at('IRQ'))).html).toContain('Words of IRQ.');
  });
});

/** Whoever follows the links of the results, as each role, meets nothing of what is asked back that is not for them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answered } from '../support/answering.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { askedAbout, closeFollowUpIn, SIGNED } from '../support/asking.ts';
import { crawl } from '../support/crawl.ts';
import { openedRound, respondent, SLUG, signedIn } from '../support/rounds.ts';
import type { SeenPage, Visitor } from '../support/visitor.ts';

let on: TestApp;

/** Cambodia is named, Iraq is for the Committee, Chad is in totals only. */
const USES = { KHM: 'attributed', IRQ: 'committee', TCD: 'aggregate' } as const;
const LACKS = { a47_01: 'shared', a47_02: ['regional'], a47_05: 'no' };
/** Everything that somebody wrote, by whose it is. */
const words = (state: string) => ({
  answer: `Answer-of-${state}`,
  asked: `Asked-of-${state}`,
  reply: `Reply-of-${state}`,
  remark: `Remark-of-${state}`,
  closing: `Closing-of-${state}`,
  reading: `Reading-of-${state}`,
});

beforeAll(async () => {
  on = await testApp();
  const round = await openedRound(on);
  const internal = join(import.meta.dirname, '../../questionnaires/article7-gender-2023.json');
  await on.services.catalogue.load(JSON.parse(readFileSync(internal, 'utf8')), on.services.clock());
  const admin = await signedIn(on, 'admin');
  for (const [place, [state, use]] of Object.entries(USES).entries()) {
    const said = words(state);
    const answers = { r_use: use, a44_01: 'no', a46_03: said.answer, ...LACKS };
    await answered(on, round, state, { answers, seed: 30 + place });
    const open = await askedAbout(on, round, state, { questions: ['a44_01'], words: said.asked });
    const changed = await askedAbout(on, round, state, {
      questions: ['a46_03'],
      words: said.asked,
    });
    const person = await respondent(on, round, state);
    const page = await person.visitor.get(`${person.base}/clarifications/${changed._id}`);
    const fields = { a46_03: said.reply, remark: said.remark, ...SIGNED };
    expect((await person.visitor.submit(page, '#answer', fields)).status).toBe(200);
    expect(open.status).toBe('asked');
    await closeFollowUpIn(on, state, 47, said.closing);
    const review = await admin.get(`/results/${SLUG}/gender/reviews/${state}`);
    const read = { v_mentions: 'yes', v_note: said.reading };
    expect((await admin.submit(review, '#review', read)).status).toBe(200);
  }
});
afterAll(() => on.close());

/** Files, and pages of questions that nothing is asked about: they are many and alike. */
const LEFT_OUT = /chart\.|\/files\/|\/(questions|ask)\/(?!a44_01|a46_03|a47_05|a42_01)/;

/** Every page of the results that links lead to, each path once, with the first query that it was met with. */
async function pagesFor(person: Visitor): Promise<SeenPage[]> {
  const met = new Set<string>();
  const seen = await crawl(person, `/results/${SLUG}`, (path) => {
    if (LEFT_OUT.test(path) || met.has(pathOf(path))) return false;
    met.add(pathOf(path));
    return true;
  });
  const missing = await person.get(`/results/${SLUG}/gender?rule=affected-47&part=missing`);
  return [...[...seen.values()].map(({ page }) => page), missing];
}
const pathOf = (address: string) => address.replace(/\?.*/, '');

const found = (pages: SeenPage[], text: string) =>
  pages.filter(({ html }) => html.includes(text)).map(({ path }) => path);

describe('a crawl of the results', () => {
  it('as a viewer meets the answers of the State that is named, and nothing of what was asked, noted or read', async () => {
    const pages = await pagesFor(await signedIn(on, 'viewer'));
    expect(pages.length).toBeGreaterThan(30);
    expect(pages.filter(({ status }) => status !== 200).map(({ path }) => path)).toEqual([]);
    expect(found(pages, words('KHM').reply)).not.toEqual([]);
    for (const state of Object.keys(USES)) {
      const { asked, remark, closing, reading } = words(state);
      for (const text of [asked, remark, closing, reading])
        expect([text, found(pages, text)]).toEqual([text, []]);
    }
    for (const state of ['IRQ', 'TCD'])
      for (const text of [words(state).answer, words(state).reply])
        expect([text, found(pages, text)]).toEqual([text, []]);
  });

  it('as a member meets what was asked of the States whose answers they see, and nothing of the others', async () => {
    const pages = await pagesFor(await signedIn(on, 'committee'));
    for (const state of ['KHM', 'IRQ'])
      for (const text of [words(state).asked, words(state).remark, words(state).closing])
        expect([text, found(pages, text).length > 0]).toEqual([text, true]);
    const { asked, remark, closing, answer, reply } = words('TCD');
    for (const text of [asked, remark, closing, answer, reply])
      expect([text, found(pages, text)]).toEqual([text, []]);
    // What stands in its report is public; that it stands on its own page is no answer of the State.
    expect(
      found(pages, words('TCD').reading).every((path) => path.includes('/gender/reviews')),
    ).toBe(true);
    // Neither figure tells of it: it is not named on the page of gender, nor compared.
    const gender = pages.filter(({ path }) => pathOf(path) === `/results/${SLUG}/gender`);
    expect(gender.length).toBeGreaterThan(0);
    for (const page of gender) expect(page.text('main')).not.toContain('Chad');
  });
});

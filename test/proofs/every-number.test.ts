/** All pages of results, reached by their links: each number is the rows behind it, and nobody reads what is not for them. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ROLES } from '../../server/accounts/account.ts';
import type { Response } from '../../server/responses/response.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { type Crawled, crawl } from '../support/crawl.ts';
import { bundledQuestionnaire, signedIn } from '../support/rounds.ts';
import { closestUse, seededRound } from '../support/seeded-round.ts';
import { fieldsOfForm } from '../support/visitor.ts';
import { unzip } from '../support/word.ts';

jest.setTimeout(900_000);

type Role = (typeof ROLES)[number];
const SLUG = 'every';
const START = `/results/${SLUG}`;
let on: TestApp;
let responses: Response[];

beforeAll(async () => {
  on = await testApp();
  await seededRound(on, { slug: SLUG, size: 40, seed: 7 });
  responses = await on.services.responses.ofRound(SLUG);
});
afterAll(() => on.close());

/**
 * Every page without a filter, with those of a few States; with a filter those of two actions: what it does, it does for all.
 * No files, and no forms in which something is asked.
 */
const wanted = (path: string): boolean => {
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  if (/\/(files|chart\.|ask\/)/.test(pathname)) return false;
  if (/\/(states|reviews)\/EVERY-(?![0-4]\b)/.test(pathname)) return false;
  const filters = ['region', 'group', 'review', 'audience', 'also'].flatMap(
    (name) => searchParams.get(name) ?? [],
  );
  if (filters.length === 0) return true;
  const few = /african|affectedStatesParties|confirmed/.test(filters.join());
  return (
    filters.length === 1 && few && /\/(actions|questions|indicators)\/[adi]?4[46]/.test(pathname)
  );
};

/** The States of the list, and those that are counted without a name; null on a page without a list. */
function behind({ page }: Crawled): number | null {
  const lists = page.all('ul.states');
  if (lists.length === 0) return null;
  const pooled = page.all('ul.states li.pooled').map((one) => Number.parseInt(one.text, 10));
  return page.all('ul.states > li:not(.pooled)').length + pooled.reduce((sum, n) => sum + n, 0);
}

const crawls = new Map<Role, Map<string, Crawled>>();
async function crawledAs(role: Role): Promise<Map<string, Crawled>> {
  const known = crawls.get(role) ?? (await crawl(await signedIn(on, role), START, wanted));
  crawls.set(role, known);
  return known;
}

/** What must not be read by a role. */
const HIDDEN: [Role, RegExp][] = [
  ['viewer', /Words for (aggregate|committee) use/],
  ['committee', /Words for aggregate use/],
  ['gender-focal-point', /Words for aggregate use/],
];

describe.each(HIDDEN)('as %s', (role, hidden) => {
  it('every page opens, and every number on it is the rows behind it', async () => {
    const pages = await crawledAs(role);
    expect(pages.size).toBeGreaterThan(500);
    const failed = [...pages.values()].filter(({ page }) => page.status !== 200);
    expect(failed.map(({ path, page }) => [path, page.status])).toEqual([]);
    let compared = 0;
    const wrong: unknown[] = [];
    for (const { path, links } of pages.values())
      for (const link of links) {
        const { number } = link;
        const target = pages.get(link.path);
        const rows = number !== null && target ? behind(target) : null;
        if (rows === null) continue;
        compared += 1;
        if (rows !== number) wrong.push([path, link.text, link.path, rows]);
      }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(1000);
  });

  it('no words stand anywhere that are not for this role', async () => {
    const found = [...(await crawledAs(role)).values()].filter(({ page }) =>
      hidden.test(page.html),
    );
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  it('nor in any file that the role may take away', async () => {
    const person = await signedIn(on, role);
    const page = await person.get(START);
    const forms = page.all('form[action*="/exports/"], form[action$="/paper"]');
    expect(forms).toHaveLength(role === 'viewer' ? 0 : 6);
    for (const form of forms) {
      const action = form.getAttribute('action') ?? '';
      const file = await person.agent
        .post(action)
        .type('form')
        .send(fieldsOfForm(form) as object)
        .responseType('blob');
      const content = file.body as Buffer;
      const isArchive = content.subarray(0, 2).toString() === 'PK';
      const parts = isArchive ? [...unzip(content).values()] : [content.toString('utf8')];
      expect([action, file.status, parts.some((part) => hidden.test(part))]).toEqual([
        action,
        200,
        false,
      ]);
    }
  });

  it('no State is named behind an answer that it did not give away', async () => {
    const questionnaire = bundledQuestionnaire();
    const open = role === 'viewer' ? ['attributed'] : ['attributed', 'committee'];
    const said = new Map(responses.map((one) => [`${one.state} ${one.audience}`, one.submitted]));
    let named = 0;
    for (const { path, page } of (await crawledAs(role)).values()) {
      const id = /\/questions\/([a-z0-9_]+)\?/.exec(path)?.[1];
      // That a State did not submit is no secret.
      if (!id || /answer=_no_answer/.test(path)) continue;
      for (const link of page.all('ul.states a[href*="/states/"]')) {
        const [, state = '', audience = ''] =
          /\/states\/([^/]+)\/([^/?#]+)/.exec(link.getAttribute('href') ?? '') ?? [];
        const submission = said.get(`${state} ${audience}`);
        if (!submission) continue;
        named += 1;
        const use = closestUse(questionnaire, submission, id);
        expect([path, state, open.includes(use)]).toEqual([path, state, true]);
      }
    }
    expect(named).toBeGreaterThan(500);
  });
});

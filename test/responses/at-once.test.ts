/** Many people at the same moment: what is read for them in one trip goes to each his own. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestApp, testApp } from '../support/app.ts';
import { openedRound, respondent } from '../support/rounds.ts';

const PLACES = [
  ['KHM', 'affected', 'Cambodia'],
  ['TUR', 'affected', 'Türkiye'],
  ['TUR', 'donor', 'Türkiye'],
  ['NOR', 'donor', 'Norway'],
  ['USA', 'donor', 'United States'],
] as const;

let on: TestApp;
let people: Awaited<ReturnType<typeof respondent>>[];

beforeAll(async () => {
  on = await testApp();
  const round = await openedRound(on);
  people = [];
  for (const [state, audience] of PLACES) people.push(await respondent(on, round, state, audience));
});
afterAll(() => on.close());

/** Everybody's start page, all asked for at once, ten times each. */
const looks = () =>
  Promise.all(
    Array.from({ length: 10 }, () => people).flatMap((all) =>
      all.map(async ({ visitor, base }) => {
        const page = await visitor.get(base);
        return { status: page.status, who: page.text('.who span') };
      }),
    ),
  );

describe('respondents who come at once', () => {
  it('see each their own State', async () => {
    const pages = await looks();
    for (const [place, page] of pages.entries()) {
      expect(page.status).toBe(200);
      expect(page.who).toContain(PLACES[place % PLACES.length]?.[2]);
    }
  });

  it('are let in by no link but their own', async () => {
    const statuses = await Promise.all(
      people.map(({ visitor }, place) =>
        visitor.get(people[(place + 1) % people.length]?.base ?? ''),
      ),
    );
    expect(statuses.map(({ status }) => status)).toEqual(people.map(() => 401));
  });

  it('lose the door at once when their link ends, and nobody else does', async () => {
    const [, invitation = ''] = /([0-9a-f]{24})/.exec(people[0]?.base ?? '') ?? [];
    await on.services.transaction((session) =>
      on.services.links.revoke(invitation, on.services.clock(), session),
    );
    const pages = await looks();
    expect(pages.map(({ status }) => status)).toEqual(
      pages.map((_, place) => (place % people.length === 0 ? 401 : 200)),
    );
  });
});

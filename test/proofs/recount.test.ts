/** The recount of `test/progress/recount.test.ts` for a round of four thousand responses. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type TestApp, testApp } from '../support/app.ts';
import { allViews, countTwice } from '../support/recounting.ts';

jest.setTimeout(600_000);

let on: TestApp;
beforeAll(async () => {
  on = await testApp();
});
afterAll(() => on.close());

describe('a recount from the export', () => {
  it('of 4,000 responses agrees', async () => {
    // All, and one of each kind of filter and of all three together.
    const views = allViews().filter((_, place) => [0, 1, 4, 20, 27].includes(place));
    const { figures, differences } = await countTwice(on, { size: 4000, seed: 3 }, views);
    expect(differences.slice(0, 5)).toEqual([]);
    expect(figures).toBeGreaterThan(views.length * 500);
  });
});

/** Every figure is what a recount that shares no code with the program makes of the JSON export. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestApp, testApp } from '../support/app.ts';
import { allViews, countTwice } from '../support/recounting.ts';

let on: TestApp;
beforeAll(async () => {
  on = await testApp();
});
afterAll(() => on.close());

describe('a recount from the export', () => {
  it.each([
    [40, 1, 140],
    [400, 2, 14],
  ])('of %i responses (seed %i) agrees in %i views', async (size, seed, many) => {
    const views = allViews().filter((_, place) => place % (140 / many) === 0);
    const { figures, differences } = await countTwice(on, { size, seed }, views);
    expect(differences.slice(0, 5)).toEqual([]);
    expect(figures).toBeGreaterThan(many * 500);
  });
});

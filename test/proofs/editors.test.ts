/**
 * Two or three editors save, reload, go back to old pages, meet in conflicts and submit, one after another and at the same
 * moment. `npm run schedules -- 20000` plays more of them.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestApp, testApp } from '../support/app.ts';
import { playMany } from '../support/editors/lanes.ts';

let on: TestApp;
beforeAll(async () => {
  on = await testApp({ logLevel: 'silent' });
});
afterAll(() => on.close());

/** The same schedules in each run, so that CI fails for a change and not by chance; `npm run schedules` plays others. */
const seed = Number(process.env['SEED'] ?? 20231120);

describe('editors of one response', () => {
  it('never lose a text unseen, and submit each state once, in 500 schedules', async () => {
    const { failure, schedules } = await playMany(on, 'functions', 500, seed);
    expect(failure).toBeNull();
    expect(schedules).toBe(500);
  }, 150_000);

  it('find the same on the pages', async () => {
    const { failure } = await playMany(on, 'pages', 16, seed);
    expect(failure).toBeNull();
  }, 150_000);
});

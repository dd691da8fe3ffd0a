/** A section's page comes to a capital on a slow line in at most four requests and 30 KB. `npm run weight` has the whole table. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import type { Round } from '../../server/rounds/round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { itInBrowser, mustBe, openBrowser } from '../support/browser.ts';
import { openedRound } from '../support/rounds.ts';
import { sectionWeights } from '../support/section-weights.ts';
import { LIMITS } from '../support/weight.ts';

/** The machine of a test may be busy; `npm run weight` holds the page to three seconds. */
const GENEROUS_MS = 20_000;
/** The longest, and the one with a file, in the language that takes most bytes. */
const HEAVY = ['a42', 'a43'];

let on: TestApp;
let round: Round;
let browser: Browser | null;
const inBrowser = itInBrowser('the weight of pages');

beforeAll(async () => {
  on = await testApp();
  round = await openedRound(on, { invited: true });
  browser = await openBrowser();
}, 30_000);
afterAll(async () => {
  await browser?.close();
  await on.close();
});

describe('the first visit of a section', () => {
  inBrowser(
    'is light, and lighter without JavaScript, on a line of 400 kbit/s',
    async () => {
      const weights = await sectionWeights(on, mustBe(browser), round, ['ar'], true, HEAVY);
      for (const { section, withScript, withoutScript } of weights) {
        const where = { section, withScript, withoutScript };
        expect({ ...where, light: withScript.bytes <= LIMITS.bytes }).toMatchObject({
          light: true,
        });
        expect({
          ...where,
          light: withoutScript.bytes <= LIMITS.bytesWithoutScript,
        }).toMatchObject({ light: true });
        expect(withScript.requests).toBeLessThanOrEqual(LIMITS.requests);
        // The page and its style sheet.
        expect(withoutScript.requests).toBe(2);
        expect(withScript.usable).toBeLessThan(GENEROUS_MS);
      }
    },
    60_000,
  );
});

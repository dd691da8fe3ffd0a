/** A quotation is copied with a press where the browser can, and can be selected where it cannot. */
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { bootstrapLink, createAccount } from '../../server/accounts/manage.ts';
import { SYSTEM } from '../../server/audit/event.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { itInBrowser, openBrowser, openWindow } from '../support/browser.ts';
import { bundledQuestionnaire, openedRound, SLUG } from '../support/rounds.ts';
import { submitted } from '../support/submitting.ts';

const inBrowser = itInBrowser('copying a quotation');
let on: TestApp;
let browser: Browser | null;

beforeAll(async () => {
  on = await testApp({ logLevel: 'silent' });
  await openedRound(on);
  await submitted(
    on,
    bundledQuestionnaire(),
    { round: SLUG, state: 'KHM', audience: 'affected' },
    { r_use: 'attributed', r_quote: 'yes', a46_03: 'Regular talks in the country.' },
  );
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await on.close();
});

for (const javaScriptEnabled of [true, false])
  inBrowser(`a quotation ${javaScriptEnabled ? 'is copied' : 'can be selected'}`, async () => {
    const email = `${javaScriptEnabled}@example.org`;
    const made = await createAccount(on.services, { email, role: 'viewer', state: null }, SYSTEM);
    if (!made.ok) throw new Error(made.reason);
    const { context, page, complaints } = await openWindow(browser, {
      javaScriptEnabled,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await page.goto(await bootstrapLink(on.services, made.account));
    await page.click('main form button');
    await page.goto(`${on.url}/results/${SLUG}/texts`);
    await page.click('.texts details summary');
    const words = await page.inputValue('.texts textarea');
    expect(words).toContain('“Regular talks in the country.” (Cambodia, ');
    const button = page.locator('button[data-copy]');
    expect(await button.isVisible()).toBe(javaScriptEnabled);
    if (javaScriptEnabled) {
      await button.click();
      await page.getByText('Copied').waitFor();
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(words);
    }
    expect(complaints).toEqual([]);
    await context.close();
  });

/** A drawn chart in a real browser: every bar is a link to its States, by mouse and by keyboard, in both directions. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { bootstrapLink, createAccount } from '../../server/accounts/manage.ts';
import { SYSTEM } from '../../server/audit/event.ts';
import { answeredRound } from '../support/answered-round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { follow, itInBrowser, openBrowser, openWindow, type Window } from '../support/browser.ts';
import { SLUG } from '../support/rounds.ts';

const inBrowser = itInBrowser('the charts as they are drawn');
let on: TestApp;
let browser: Browser | null;
let window: Window;
beforeAll(async () => {
  on = await testApp();
  await answeredRound(on);
  browser = await openBrowser();
  if (!browser) return;
  window = await openWindow(browser);
  const wanted = { email: 'charts@example.org', role: 'committee' };
  const made = await createAccount(on.services, wanted, SYSTEM);
  if (!made.ok) throw new Error(made.reason);
  await window.page.goto(await bootstrapLink(on.services, made.account));
  await follow(window.page, window.page.locator('main form button'));
});
afterAll(async () => {
  await browser?.close();
  await on.close();
});

const path = `/results/${SLUG}/questions/a44_01`;

describe('a drawn chart', () => {
  inBrowser.each(['en', 'ar'])(
    'has a link over each bar, as its table has (%s)',
    async (language) => {
      const { page } = window;
      await page.goto(`${on.url}/language/${language}?back=${path}`);
      await page.goto(on.url + path);
      const of = (links: string) =>
        page.evaluate(
          `[...document.querySelectorAll('${links}')].map((one) => one.getAttribute('href'))`,
        );
      expect(await of('.over a')).toEqual(await of('figure.chart tbody a'));
      // The middle of each bar is under its link, and no link lies over another.
      const places = (await page.evaluate(`(() => {
      const canvas = document.querySelector('figure.chart canvas');
      const frame = canvas.getBoundingClientRect();
      return Chart.getChart(canvas).getDatasetMeta(0).data.map((bar) => {
        const at = document.elementFromPoint(frame.left + (bar.x + bar.base) / 2, frame.top + bar.y);
        return at?.getAttribute('href');
      });
    })()`)) as string[];
      expect(places).toEqual(await of('.over a'));
    },
  );

  inBrowser(
    'leads from sign-in to the States without a national platform in two clicks',
    async () => {
      const { page } = window;
      await page.goto(`${on.url}/language/en?back=/results`);
      await page.goto(`${on.url}/results`);
      await follow(page, page.getByRole('link', { name: '#44 National dialogue' }));
      await follow(page, page.locator('#a44_01').getByRole('link', { name: /^No: \d+$/ }));
      const named = await page.locator('#states ul.states li > a:first-child').allTextContents();
      const rows = await on.services.responses.ofRound(SLUG);
      const without = rows.filter((one) => one.submitted?.answers['a44_01'] === 'no');
      const states = await on.services.states.among(without.map(({ state }) => state));
      expect(named.sort()).toEqual(states.map(({ names }) => names.en).sort());
      expect(named.length).toBeGreaterThan(0);
    },
  );

  inBrowser('opens the States behind a bar by the Enter key', async () => {
    const { page } = window;
    await page.goto(`${on.url}/language/en?back=${path}`);
    await page.goto(on.url + path);
    const link = page.locator('.over a').nth(1);
    const href = await link.getAttribute('href');
    await page.locator('.over a').first().focus();
    await page.keyboard.press('Tab');
    const loaded = page.waitForEvent('load');
    await page.keyboard.press('Enter');
    await loaded;
    expect(page.url()).toBe(on.url + href);
  });

  inBrowser('is not drawn, but there as bars, on paper and in forced colours', async () => {
    const { page } = window;
    await page.goto(on.url + path);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('ul.bars').isVisible()).toBe(true);
    expect(await page.locator('figure.chart canvas').isVisible()).toBe(false);
    await page.emulateMedia({ media: 'screen', forcedColors: 'active' });
    await page.reload();
    expect(await page.locator('ul.bars').isVisible()).toBe(true);
    await page.emulateMedia({ forcedColors: 'none' });
  });

  inBrowser('breaks no policy and no script', () => {
    expect(window.complaints).toEqual([]);
  });
});

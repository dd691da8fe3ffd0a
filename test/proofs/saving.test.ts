/** Saving by itself in a real Chromium: a pause, a line that is down, a browser that is killed, a shared computer. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, jest } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import type { Round } from '../../server/rounds/round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { itInBrowser, openBrowser, openWindow, type Window } from '../support/browser.ts';
import { chromiumPath } from '../support/chromium.ts';
import { linkFor, openedRound, respondent } from '../support/rounds.ts';
import { visitor } from '../support/visitor.ts';

jest.setTimeout(150_000);
/** The two minutes with LINE_DOWN_SECONDS=120; a few seconds show the same. */
const DOWN_MS = Number(process.env['LINE_DOWN_SECONDS'] ?? 6) * 1000;
const inBrowser = itInBrowser('saving by itself');

let on: TestApp;
let round: Round;
let browser: Browser | null;
let window: Window;
let link: string;
let base: string;

beforeAll(async () => {
  on = await testApp();
  round = await openedRound(on);
  browser = await openBrowser();
  ({ base } = await respondent(on, round, 'KHM'));
}, 30_000);
afterAll(async () => {
  await browser?.close();
  await on.close();
});
beforeEach(async () => {
  await on.services.connection
    .collection('responses')
    .updateMany({}, { $set: { draft: { answers: {}, other: {}, unparsed: {} }, sections: {} } });
  link = await linkFor(on, round, 'KHM', 'affected');
  if (browser) window = await openWindow(browser);
});

const stored = async () =>
  (await on.services.responses.find(base.slice(-24)))?.draft.answers['a46_03'];

/** Waits until the database has the words. */
async function arrives(words: string, patience = 15_000): Promise<void> {
  const end = Date.now() + patience;
  while ((await stored()) !== words) {
    if (Date.now() > end) throw new Error(`the database has "${await stored()}"`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
const copies = (page: Window['page']) =>
  page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('rapporteur /'))");

describe('a section', () => {
  inBrowser('is saved after a pause, says when, and keeps no copy then', async () => {
    const { page, context, complaints } = window;
    await page.goto(link);
    await page.goto(`${on.url}${base}/a46`);
    await page.fill('[name="a46_03"]', 'After a pause');
    await arrives('After a pause');
    await page.locator('#saved', { hasText: '15:00' }).waitFor();
    expect(await copies(page)).toEqual([]);
    // The button goes on from what was saved: no conflict with oneself.
    await page.fill('[name="a46_03"]', 'By the button');
    await page.locator('.actions button[value="next"]').click();
    await page.waitForURL('**/a47');
    expect(await stored()).toBe('By the button');
    expect(await copies(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  inBrowser('is saved when its reader goes to another tab', async () => {
    const { page, context } = window;
    await page.goto(link);
    await page.goto(`${on.url}${base}/a46`);
    await page.fill('[name="a46_03"]', 'On leaving');
    await page.evaluate(`(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
    })()`);
    await arrives('On leaving', 2000);
    await context.close();
  });

  inBrowser('loses nothing while the line is down, and is sent when it is back', async () => {
    const { page, context } = window;
    await page.goto(link);
    await page.goto(`${on.url}${base}/a46`);
    await context.setOffline(true);
    const typed = 'Typed while the line was down, word by word, until it came back';
    const words = typed.split(' ');
    for (const word of words) {
      await page.locator('[name="a46_03"]').pressSequentially(`${word} `);
      await page.waitForTimeout(DOWN_MS / words.length);
    }
    await page.locator('#saved', { hasText: 'The line is down' }).waitFor();
    expect(await copies(page)).toHaveLength(1);
    expect(await stored()).toBeUndefined();
    await context.setOffline(false);
    await arrives(typed);
    await page.locator('#saved', { hasText: '15:00' }).waitFor();
    expect(await copies(page)).toEqual([]);
    await context.close();
  });

  inBrowser(
    'stops and says so when somebody else has saved it, and the button shows both',
    async () => {
      const { page, context } = window;
      await page.goto(link);
      await page.goto(`${on.url}${base}/a46`);
      const other = visitor(on.app);
      await other.get(await linkFor(on, round, 'KHM', 'affected'));
      await other.submit(await other.get(`${base}/a46`), '#section', { a46_03: 'Theirs' }, 'later');
      await page.fill('[name="a46_03"]', 'Mine');
      await page.locator('#saved', { hasText: 'Somebody else' }).waitFor();
      expect(await stored()).toBe('Theirs');
      await page.locator('.actions button[value="next"]').click();
      await page.locator('#theirs-a46_03').waitFor();
      expect(await page.inputValue('[name="a46_03"]')).toBe('Mine');
      await context.close();
    },
  );

  inBrowser('keeps nothing in the browser of a shared computer', async () => {
    const { page, context } = window;
    await page.goto(link);
    await page.goto(`${on.url}${base}/a46`);
    await context.setOffline(true);
    await page.fill('[name="a46_03"]', 'Secret');
    await page.locator('#saved', { hasText: 'The line is down' }).waitFor();
    expect(await copies(page)).toHaveLength(1);
    await page.locator('.shared input').check();
    expect(await copies(page)).toEqual([]);
    await page.fill('[name="a46_03"]', 'Secret too');
    await page.waitForTimeout(1000);
    expect(await copies(page)).toEqual([]);
    await context.setOffline(false);
    await arrives('Secret too');
    await context.close();
  });

  inBrowser('is offered again after the browser was killed with the line down', async () => {
    const profile = await mkdtemp(join(tmpdir(), 'rapporteur-profile-'));
    const open = () =>
      chromium.launchPersistentContext(profile, {
        executablePath: chromiumPath() ?? '',
        args: ['--no-sandbox'],
      });
    const first = await open();
    const page = await first.newPage();
    await page.goto(link);
    await page.goto(`${on.url}${base}/a46`);
    await first.setOffline(true);
    await page.fill('[name="a46_03"]', 'Before the crash');
    // Chromium writes what a page stores to disk within a few seconds: these are the last words that can be lost.
    await page.waitForTimeout(7000);
    const [pid = ''] = execFileSync('pgrep', ['-o', '-f', `user-data-dir=${profile}`])
      .toString()
      .split('\n');
    process.kill(Number(pid), 'SIGKILL');
    await first.close().catch(() => {});

    const second = await open();
    const again = await second.newPage();
    await again.goto(link);
    await again.goto(`${on.url}${base}/a46`);
    expect(await again.inputValue('[name="a46_03"]')).toBe('');
    await again.locator('.note button', { hasText: 'Put it into the fields' }).click();
    expect(await again.inputValue('[name="a46_03"]')).toBe('Before the crash');
    await arrives('Before the crash');
    await second.close();
    await rm(profile, { recursive: true, force: true });
  });
});

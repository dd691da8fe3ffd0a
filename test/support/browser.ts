/** The browser of the tests: real, watched, and left out only where nobody promised that it is there. */
import { it } from '@jest/globals';
import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Locator,
  Page,
} from 'playwright-core';
import { chromiumPath, launch } from './chromium.ts';

/**
 * `it` for tests in Chromium. A developer's machine without it leaves them out and says so; in CI that is a failure.
 * @param what is left out then, for the warning
 */
export function itInBrowser(what: string): typeof it | typeof it.skip {
  if (chromiumPath()) return it;
  if (process.env['CI']) throw new Error(`There is no Chromium, so ${what} cannot be tested.`);
  console.warn(`No Chromium: the tests of ${what} are LEFT OUT. Install it to run them.`);
  return it.skip;
}

/** Null where there is no Chromium: the tests are left out then. */
export async function openBrowser(): Promise<Browser | null> {
  const path = chromiumPath();
  return path ? launch(path) : null;
}

/** For a test of `itInBrowser`, which runs only where there is one. */
export function mustBe(browser: Browser | null): Browser {
  if (!browser) throw new Error('There is no browser.');
  return browser;
}

export type Window = {
  context: BrowserContext;
  page: Page;
  /** What the console, an uncaught error or the content security policy said on any page so far. */
  complaints: string[];
};

/** A browser of one person's own, with no cookies yet. */
export async function openWindow(
  browser: Browser | null,
  options: BrowserContextOptions = {},
): Promise<Window> {
  // Charts stand still, so that a test can point at a bar.
  const context = await mustBe(browser).newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  const complaints: string[] = [];
  // Without JavaScript the policy's violations still come to the console.
  await context.addInitScript(`addEventListener('securitypolicyviolation', (event) =>
    console.error('policy:', event.violatedDirective, event.blockedURI))`);
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      complaints.push(`${message.page()?.url()}: ${message.text()}`);
  });
  context.on('weberror', (error) => complaints.push(`${error.page()?.url()}: ${error.error()}`));
  return { context, page: await context.newPage(), complaints };
}

/** Clicks what leads to another page, or to the same one again, and waits until that is there. */
export async function follow(page: Page, link: Locator): Promise<void> {
  const loaded = page.waitForEvent('load');
  await link.click();
  await loaded;
}

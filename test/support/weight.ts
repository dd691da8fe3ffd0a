/** What a page costs its reader on a slow line: requests, bytes as they travel, and the time until a field can be typed in. */
import type { Browser } from 'playwright-core';

export type Weight = {
  requests: number;
  /** Headers and compressed bodies of all answers. */
  bytes: number;
  /** Milliseconds from the address to the first field that can be used, painted. */
  usable: number;
};

/** Of the issue: a capital on a slow line. */
export const LIMITS = { bytes: 30_000, bytesWithoutScript: 20_000, requests: 4, usable: 3000 };
export const SLOW_LINE = {
  offline: false,
  latency: 400,
  downloadThroughput: 400_000 / 8,
  uploadThroughput: 400_000 / 8,
};

/**
 * Opens the page in a browser that has kept nothing.
 * @param link the personal link, which is opened before, unweighed
 */
export async function weigh(
  browser: Browser,
  { link, address }: { link: string; address: string },
  { script, slow, language = 'en' }: { script: boolean; slow: boolean; language?: string },
): Promise<Weight> {
  const context = await browser.newContext({
    javaScriptEnabled: script,
    viewport: { width: 360, height: 800 },
    extraHTTPHeaders: { 'Accept-Language': language },
  });
  try {
    // Outside of any page, so that nothing gets into the cache.
    await context.request.get(link, { maxRedirects: 0 });
    await context.request.get(new URL(`/language/${language}?back=/sign-in`, link).href, {
      maxRedirects: 0,
    });
    const page = await context.newPage();
    const line = await context.newCDPSession(page);
    const weight = { requests: 0, bytes: 0 };
    const travelled = new Set<string>();
    line.on('Network.requestWillBeSent', ({ requestId, request }) => {
      if (/^https?:/.test(request.url)) travelled.add(requestId);
    });
    line.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (!travelled.has(requestId)) return;
      weight.requests += 1;
      weight.bytes += encodedDataLength;
    });
    await line.send('Network.enable');
    if (slow) await line.send('Network.emulateNetworkConditions', SLOW_LINE);
    const start = performance.now();
    await page.goto(address, { waitUntil: 'commit' });
    // A trial waits until the field is visible, stands still, is enabled and is what a press there meets.
    const field = page.locator('#section :is(input:not([type="hidden"]), textarea)').first();
    await field.click({ trial: true });
    await field.focus();
    const typed = performance.now() - start;
    await page.waitForLoadState('networkidle');
    return { ...weight, usable: Math.round(Math.max(typed, await paintedAfter(page))) };
  } finally {
    await context.close();
  }
}

/** Milliseconds until something was painted; 0 where the browser does not tell, as without JavaScript. */
async function paintedAfter(page: { evaluate(code: string): Promise<unknown> }): Promise<number> {
  const code = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0";
  return Number(await page.evaluate(code).catch(() => 0));
}

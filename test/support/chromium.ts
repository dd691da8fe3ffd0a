/** The Chromium of the system, as a browser that is driven by tests and by `npm run screens`. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Null where there is none. CHROMIUM names another one. */
export function chromiumPath(): string | null {
  return [process.env['CHROMIUM'], ...PLACES].find((path) => path && existsSync(path)) ?? null;
}

export function launch(path: string): Promise<Browser> {
  return chromium.launch({
    executablePath: path,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

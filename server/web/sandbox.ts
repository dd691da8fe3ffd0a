/** HTML that is not ours, such as a mail, as an answer of its own for a frame that runs nothing. */
import type { Response } from 'express';

/** Its own policy lets the inline styles work that mail programs need; a link opens in the page around it when it is pressed. */
export function sendSandboxed(res: Response, html: string): void {
  res.set({
    'Content-Security-Policy':
      "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-top-navigation-by-user-activation; frame-ancestors 'self'",
    'X-Frame-Options': 'SAMEORIGIN',
    'Cache-Control': 'no-store',
  });
  res.type('html').send(html);
}

/** Files of others: only ever a download, under a policy that runs nothing. */
import type { Response } from 'express';

export function sendFile(
  res: Response,
  file: { name: string; type: string; content: Buffer },
): void {
  res.set({
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Cache-Control': 'private, no-store',
  });
  res.attachment(file.name).type(file.type).send(file.content);
}

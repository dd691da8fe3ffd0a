/** One line for each request: method, path without query, status, milliseconds. A token in the path is not written. */
import type { RequestHandler } from 'express';
import type { Services } from '../services.ts';

export function requestLog({ log }: Services): RequestHandler {
  return (req, res, next) => {
    const start = process.hrtime.bigint();
    const path = withoutToken(req.path);
    // Also when the line broke before the answer was out.
    res.on('close', () => {
      const ms = Number(process.hrtime.bigint() - start) / 1e6;
      log.debug(
        { method: req.method, path, status: res.statusCode, ms: Math.round(ms) },
        'request',
      );
    });
    next();
  };
}

/**
 * `/r/<token>` and `/sign-in/<token>` become `/r/…`: whoever reads the log must not get in. That holds for a token with
 * escaped letters too, as some mail filters write it. The id of an invitation, 24 digits, stays.
 */
const withoutToken = (path: string): string =>
  path
    .replace(/^\/(r|sign-in)\/(?![0-9a-f]{24}(?:\/|$))[^/]+/i, '/$1/…')
    .replace(/[A-Za-z0-9_-]{43}/g, '…');

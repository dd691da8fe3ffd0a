/** Takes reports from a mail server that hands them over by HTTP. For machines: no session, no page, a secret in a header. */
import { createHash, timingSafeEqual } from 'node:crypto';
import express, { type RequestHandler, Router } from 'express';
import type { Services } from '../services.ts';
import { MOST_BYTES } from './bounce.ts';
import { receiveReport } from './receive.ts';

const TYPE = 'message/rfc822';
const readBody = express.raw({ type: TYPE, limit: MOST_BYTES });

export function bounceHookRoutes(services: Services): Router {
  const router = Router();
  const secret = services.config.bounceHookSecret;
  // Without the setting there is no such page.
  if (!secret) return router;
  const allowed: RequestHandler = (req, res, next) => {
    if (!isSame(req.get('authorization') ?? '', `Bearer ${secret}`))
      return res.status(401).json({ error: 'the secret is not right' });
    if (!req.is(TYPE)) return res.status(415).json({ error: `the body is no ${TYPE}` });
    return readBody(req, res, (error?: { status?: number }) =>
      error?.status === 413
        ? res.status(413).json({ error: `more than ${MOST_BYTES} bytes` })
        : next(error),
    );
  };
  router.post('/hooks/bounces', allowed, async (req, res) => {
    res.json({ outcome: await receiveReport(services, req.body, 'hook') });
  });
  return router;
}

/** In a time that tells nothing, also of the length. */
const isSame = (given: string, expected: string): boolean =>
  timingSafeEqual(digestOf(given), digestOf(expected));

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

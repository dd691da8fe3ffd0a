/** Ends a request whose body has stopped coming. A slow line is fine: what counts is that something arrives. */
import type { RequestHandler } from 'express';

const LOOK_EVERY_MS = 30_000;
const LEAST_BYTES = 200;

export const steadyBody =
  (lookEveryMs = LOOK_EVERY_MS): RequestHandler =>
  (req, res, next) => {
    if (req.method !== 'POST') return next();
    let seen = req.socket.bytesRead;
    const watch = setInterval(() => {
      if (req.complete) return clearInterval(watch);
      if (req.socket.bytesRead - seen < LEAST_BYTES) req.socket.destroy();
      seen = req.socket.bytesRead;
      return undefined;
    }, lookEveryMs);
    watch.unref();
    res.once('close', () => clearInterval(watch));
    return next();
  };

/** Headers of every answer, and the refusal of forms that another site sends. */
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import { Refusal } from './refusal.ts';

export const securityHeaders = (publicUrl: string): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        frameSrc: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        objectSrc: ["'none'"],
      },
    },
    // no-referrer would make Chromium send "Origin: null" with our own forms; only the token's own answer has it.
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: publicUrl.startsWith('https:')
      ? { maxAge: 31_536_000, includeSubDomains: true }
      : false,
    crossOriginEmbedderPolicy: false,
    // Error pages of other middlewares come without it, and browsers then complain about the mixture.
    originAgentCluster: false,
    xFrameOptions: { action: 'deny' },
  });

/**
 * Fetch Metadata, else Origin: a browser says where a form comes from. A request with neither is no browser's
 * form post of today; it needs the form token, which every form of ours carries anyway.
 */
export function sameSiteForms(
  publicUrl: string,
  refuse: (req: Request, res: Response) => Promise<void>,
): RequestHandler {
  const origin = new URL(publicUrl).origin;
  return async (req: Request, res: Response, next: NextFunction) => {
    if (req.method === 'GET' || req.method === 'HEAD') return next();
    const site = req.headers['sec-fetch-site'];
    const from = req.headers.origin;
    const ours = site
      ? site === 'same-origin' || site === 'none'
      : from === undefined || from === origin;
    return ours ? next() : refuse(req, res);
  };
}

/** Only the methods that pages use. */
export const knownMethods: RequestHandler = (req, res, next) => {
  if (['GET', 'HEAD', 'POST'].includes(req.method)) return next();
  res.set('Allow', 'GET, HEAD, POST');
  return next(new Refusal('bad-method'));
};

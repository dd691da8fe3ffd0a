/** The front door, the choice of language, and what robots may see: nothing. */
import { Router } from 'express';
import { INTERFACE_LANGUAGES } from '../texts.ts';
import { setCookie } from './cookies.ts';
import { LANGUAGE_YEAR_SECONDS } from './language.ts';
import { localPath } from './refusal.ts';

export function frontRoutes(publicUrl: string): Router {
  const router = Router();
  router.get('/', (_req, res) => res.redirect(303, '/results'));
  router.get('/robots.txt', (_req, res) => res.type('text').send('User-agent: *\nDisallow: /\n'));
  /** Sets a cookie in this browser and changes nothing on the server. */
  router.get('/language/:language', (req, res, next) => {
    const language = INTERFACE_LANGUAGES.find((known) => known === req.params['language']);
    if (!language) return next();
    setCookie(res, publicUrl, 'language', language, LANGUAGE_YEAR_SECONDS);
    return res.redirect(303, localPath(req.query['back']));
  });
  return router;
}

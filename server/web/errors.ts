/** The one place where what went wrong becomes a page: in the reader's language, without a stack trace. */
import { randomBytes } from 'node:crypto';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { isAway } from '../db/away.ts';
import { voiceOf } from '../texts.ts';
import { formBody } from './form-body.ts';
import { keptFields } from './kept-fields.ts';
import { languageOf } from './language.ts';
import type { Pages } from './pages.ts';
import { localPath, Refusal, type RefusalKind, SignInNeeded } from './refusal.ts';

/** Endings at which a respondent may need a fresh link. */
const LINK_HELPS: string[] = ['not-found', 'bad-form', 'too-many'];

export function errorPages(pages: Pages, publicUrl: string, log: Logger) {
  const send = async (
    req: Request,
    res: Response,
    kind: RefusalKind | 'failed',
    status: number,
    id = '',
  ) => {
    const voice = voiceOf(languageOf(req, publicUrl, res.locals['language']));
    const title = voice.t(`errors.${kind}.title`);
    const frame = { title, voice, heading: voice.t('product') };
    const fields = kind === 'unavailable' ? keptFields(req) : [];
    if (fields.length > 0)
      return pages.send(res, 'errors/kept', frame, { fields, action: req.originalUrl }, status);
    return pages.send(
      res,
      'errors/error',
      frame,
      { title, text: voice.t(`errors.${kind}.text`), id, lost: LINK_HELPS.includes(kind) },
      status,
    );
  };
  const notFound: RequestHandler = (req, res) => send(req, res, 'not-found', 404);
  const handler: ErrorRequestHandler = async (error, req, res, _next) => {
    // A download that has begun cannot become a page. The broken connection tells the reader that it is not whole.
    if (res.headersSent) {
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE')
        log.error({ err: error, method: req.method }, 'an answer broke off');
      return res.destroy();
    }
    if (error instanceof SignInNeeded)
      return res.redirect(303, `/sign-in?to=${encodeURIComponent(localPath(error.to))}`);
    const kind = kindOf(error, req.method);
    // A session is looked up before its form is read, and what was typed is to stand on the page.
    if (kind === 'unavailable' && req.method === 'POST' && req.body === undefined)
      await new Promise((resolve) => formBody(req, res, resolve));
    if (kind) return send(req, res, kind, new Refusal(kind).status);
    const id = randomBytes(4).toString('hex');
    // The path without its query; a personal link's path is redacted by the logger.
    log.error({ err: error, id, method: req.method }, 'a request failed');
    return send(req, res, 'failed', 500, id);
  };
  return {
    notFound,
    handler,
    refuse: (req: Request, res: Response) => send(req, res, 'bad-form', 403),
  };
}

/** Null for what nobody expected. */
function kindOf(error: unknown, method: string): RefusalKind | null {
  if (error instanceof Refusal) return error.kind;
  const { type, status } = (error ?? {}) as { type?: string; status?: number };
  if (type === 'entity.too.large' || type === 'parameters.too.many') return 'too-large';
  if (isAway(error)) return 'unavailable';
  if (error instanceof URIError) return 'not-found';
  // A body in an encoding that nobody reads, or one that is not what it says.
  if (method === 'POST' && (status === 400 || status === 415)) return 'bad-form';
  if (status && status >= 400 && status < 500) return 'not-found';
  return null;
}

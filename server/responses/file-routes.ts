/** Files of file questions: a small form of their own to send and remove one, and the download. */
import type { Response as HttpResponse, Request, RequestHandler, Router } from 'express';
import multer from 'multer';
import type { AskedOf } from '../questionnaire/questionnaire.ts';
import type { Services } from '../services.ts';
import { sendFile } from '../web/download.ts';
import { formBody } from '../web/form-body.ts';
import { isFormToken } from '../web/form-token.ts';
import { Refusal } from '../web/refusal.ts';
import { type AttachResult, attach, detach } from './attach.ts';
import type { Seat } from './seat.ts';

/** A little above the largest file that a question may allow, so that the refusal can name the question's own limit. */
const MOST_BYTES = 10.5 * 1_048_576;

// The types do not know `defParamCharset`, without which a name in Arabic would arrive as Latin-1.
const options: multer.Options & { defParamCharset: string } = {
  storage: multer.memoryStorage(),
  limits: { files: 1, fileSize: MOST_BYTES, fields: 10, fieldSize: 2000, parts: 12 },
  defParamCharset: 'utf8',
};
const one = multer(options).single('file');

const readUpload: RequestHandler = (req, res, next) => {
  one(req, res, (error: unknown) => {
    if (typeof req.body !== 'object' || req.body === null) req.body = {};
    if (!error) return next();
    // Whatever multer refuses is told on the question's page; a form that is no form ends as a bad one.
    req.body.refused =
      (error as { code?: string }).code === 'LIMIT_FILE_SIZE' ? 'tooLarge' : 'unreadable';
    return next();
  });
};

export function fileRoutes(
  router: Router,
  services: Services,
  use: {
    seatOf(req: Request, res: HttpResponse): Promise<Seat | null>;
    subjectOf(link: string, invitation: string): string;
  },
): void {
  async function placeOf(req: Request, res: HttpResponse) {
    const { link, token } = req.body as Record<string, unknown>;
    const invitation = String(req.params['invitation']);
    const subject = use.subjectOf(String(link), invitation);
    if (!isFormToken(services.secrets, subject, token)) throw new Refusal('bad-form');
    const seat = await use.seatOf(req, res);
    if (!seat) return null;
    const question = seat.questionnaire.question(String(req.params['question']));
    if (question?.type !== 'file' || !question.audiences.includes(seat.response.audience))
      throw new Refusal('not-found');
    const { response, round } = seat;
    return { response, round, link: seat.link, question: question as AskedOf<'file'> };
  }

  const back = (
    req: Request,
    res: HttpResponse,
    question: AskedOf<'file'>,
    result: AttachResult,
  ) => {
    const address = `/r/${req.params['invitation']}/${question.section}`;
    const outcome = result.ok ? `saved=${question.id}` : `refused=${question.id}.${result.reason}`;
    res.redirect(303, `${address}?${outcome}#q-${question.id}`);
  };

  router.post('/r/:invitation/files/:question', readUpload, async (req, res) => {
    const place = await placeOf(req, res);
    if (!place) return;
    const refused = req.body.refused as 'tooLarge' | undefined;
    const result: AttachResult = refused
      ? { ok: false, reason: refused }
      : req.file
        ? await attach(services, place, { name: req.file.originalname, content: req.file.buffer })
        : { ok: false, reason: 'empty' };
    back(req, res, place.question, result);
  });

  router.post('/r/:invitation/files/:question/removal', formBody, async (req, res) => {
    const place = await placeOf(req, res);
    if (place) back(req, res, place.question, await detach(services, place, String(req.body.file)));
  });

  /** Only ever a download, under a policy that runs nothing. */
  router.get('/r/:invitation/files/:file', async (req, res) => {
    const seat = await use.seatOf(req, res);
    if (!seat) return;
    const file = await services.files.find(String(req.params['file']), seat.invitation._id);
    if (!file) throw new Refusal('not-found');
    sendFile(res, file);
  });
}

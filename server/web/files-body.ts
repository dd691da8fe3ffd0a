/** Reads a form with the files that were chosen on it, so that one press keeps the words and the files. */
import type { Request, RequestHandler } from 'express';
import multer from 'multer';
import { formBody } from './form-body.ts';
import { Refusal } from './refusal.ts';

/** `content` is null when the file was larger than any field of ours takes. */
export type Upload = { field: string; name: string; content: Buffer | null };

/** A little above the largest file that a question may allow, so that the refusal can name the question's own limit. */
const MOST_BYTES = 10.5 * 1_048_576;

/** What arrived beside the fields. */
const arrived = new WeakMap<Request, Upload[]>();
export const uploadsOf = (req: Request): Upload[] => arrived.get(req) ?? [];

/** @param mayUpload asked when the fields before the file are read; if it says no, the file is not kept in memory */
export function filesBody(mayUpload: (req: Request) => boolean): RequestHandler {
  // multer's own limit would end the reading, and with it lose the fields that stand behind a file that is too large.
  const storage: multer.StorageEngine = {
    _handleFile(req, file, done) {
      const parts: Buffer[] = [];
      let size = 0;
      const keep = mayUpload(req);
      file.stream.on('data', (part: Buffer) => {
        size += part.length;
        if (keep && size <= MOST_BYTES) parts.push(part);
        else parts.length = 0;
      });
      file.stream.once('error', done);
      file.stream.once('end', () => {
        const content = size <= MOST_BYTES ? Buffer.concat(parts) : null;
        const upload = { field: file.fieldname, name: file.originalname, content };
        if (keep) arrived.set(req, [...uploadsOf(req), upload]);
        done(null, { size });
      });
    },
    _removeFile: (_req, _file, done) => done(null),
  };
  // The types do not know `defParamCharset`, without which a name in Arabic would arrive as Latin-1.
  const options: multer.Options & { defParamCharset: string } = {
    storage,
    limits: { files: 5, fields: 3000, fieldSize: 200_000, parts: 3010 },
    defParamCharset: 'utf8',
  };
  const read = multer(options).any();
  return (req, res, next) => {
    if (!req.is('multipart/form-data')) return formBody(req, res, next);
    return read(req, res, (error: unknown) => {
      if (typeof req.body !== 'object' || req.body === null) req.body = {};
      if (!error) return next();
      next(new Refusal(error instanceof multer.MulterError ? 'too-large' : 'bad-form'));
    });
  };
}

/** Reads a posted form. What is no form becomes an empty one, so that it is refused like any other bad form. */
import express, { type RequestHandler } from 'express';

/** One form with every text at its longest is far below; a pasted book is not. */
const read = express.urlencoded({ extended: false, limit: '1mb', parameterLimit: 3000 });

export const formBody: RequestHandler = (req, res, next) =>
  read(req, res, (error?: unknown) => {
    if (typeof req.body !== 'object' || req.body === null) req.body = {};
    next(error);
  });

/** A field as text, "" for none or several. A browser sends line breaks as two characters; a limit counts one. */
export const postedText = (value: unknown): string =>
  (typeof value === 'string' ? value : '').normalize('NFC').replace(/\r\n/g, '\n');

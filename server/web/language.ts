/** The language of a page: what the person chose, else what is known of them, else what the browser asks for. */
import type { Request } from 'express';
import { INTERFACE_LANGUAGES } from '../texts.ts';
import { cookieName, cookieOf } from './cookies.ts';

/** Null when nothing was chosen in this browser. */
export function chosenLanguage(req: Request, publicUrl: string): string | null {
  const chosen = cookieOf(req, cookieName(publicUrl, 'language'));
  return INTERFACE_LANGUAGES.find((language) => language === chosen) ?? null;
}

export const languageOf = (req: Request, publicUrl: string, known?: string | null): string =>
  chosenLanguage(req, publicUrl) ?? known ?? (req.acceptsLanguages(INTERFACE_LANGUAGES) || 'en');

/** How long a browser remembers the choice. */
export const LANGUAGE_YEAR_SECONDS = 365 * 86_400;

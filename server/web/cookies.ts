/** Cookies: read by name, set with the flags that all of ours have. */
import type { Request, Response } from 'express';

export function cookieOf(req: Request, name: string): string | null {
  for (const part of (req.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}

/** `__Host-` binds a cookie to this host and https; browsers refuse it on plain http. */
export const cookieName = (publicUrl: string, name: string): string =>
  publicUrl.startsWith('https:') ? `__Host-rapporteur-${name}` : `rapporteur-${name}`;

/** Lax, not Strict: a respondent comes from webmail, and Strict would leave the cookie behind on that first page. */
export function setCookie(
  res: Response,
  publicUrl: string,
  name: string,
  value: string,
  maxAgeSeconds: number,
): void {
  res.cookie(cookieName(publicUrl, name), value, {
    httpOnly: true,
    sameSite: 'lax',
    secure: publicUrl.startsWith('https:'),
    path: '/',
    maxAge: maxAgeSeconds * 1000,
    // The values are base64url and plain words; escaping them would only make them longer.
    encode: (text) => text,
  });
}

/**
 * Which links a browser has opened: ids under a signature in one cookie, nothing on the server. A grant only lets
 * the server look the link up again at each request, so revoking the link ends it at once.
 */
import type { Request, Response } from 'express';
import type { Clock } from '../clock.ts';
import type { Secrets } from '../secrets.ts';
import { cookieName, cookieOf, setCookie } from './cookies.ts';

const IDLE_SECONDS = 4 * 3600;
const ABSOLUTE_SECONDS = 24 * 3600;
const RENEW_AFTER_SECONDS = 300;
/** A secretariat that tries many links keeps the newest. */
const MOST_LINKS = 12;

type Grant = { links: string[]; opened: number; seen: number };

export function grants(secrets: Secrets, publicUrl: string, clock: Clock) {
  const seconds = () => Math.floor(clock().getTime() / 1000);
  const read = (req: Request): Grant | null => {
    const [payload, signature] = cookieOf(req, cookieName(publicUrl, 'links'))?.split('~') ?? [];
    if (!payload || !signature || !secrets.verify('grants', payload, signature)) return null;
    const [opened, seen, ...links] = payload.split('.');
    const grant = { links, opened: Number(opened), seen: Number(seen) };
    const now = seconds();
    if (now - grant.seen > IDLE_SECONDS || now - grant.opened > ABSOLUTE_SECONDS) return null;
    return grant;
  };
  const write = (res: Response, grant: Grant) => {
    const payload = [grant.opened, grant.seen, ...grant.links].join('.');
    setCookie(
      res,
      publicUrl,
      'links',
      `${payload}~${secrets.sign('grants', payload)}`,
      ABSOLUTE_SECONDS,
    );
  };
  return {
    /** Ids of the links that this browser has opened lately; renews the cookie of one that is at work. */
    of(req: Request, res: Response): string[] {
      const grant = read(req);
      if (!grant) return [];
      if (seconds() - grant.seen > RENEW_AFTER_SECONDS) write(res, { ...grant, seen: seconds() });
      return grant.links;
    },
    add(req: Request, res: Response, link: string): void {
      const links = [link, ...(read(req)?.links ?? []).filter((id) => id !== link)].slice(
        0,
        MOST_LINKS,
      );
      write(res, { links, opened: seconds(), seen: seconds() });
    },
    /** For a shared computer. */
    clear(res: Response): void {
      res.clearCookie(cookieName(publicUrl, 'links'), { path: '/' });
    },
  };
}
export type Grants = ReturnType<typeof grants>;

/** Opens every page that can be reached by links from one, below an address, as somebody who is signed in. */
import type { SeenPage, Visitor } from './visitor.ts';

export type Crawled = {
  path: string;
  page: SeenPage;
  /** Links of the page below the address: where to, and what stands on them. */
  links: { path: string; text: string }[];
};

/**
 * @param start also the address below which pages are followed
 * @param wanted leaves out addresses; a combination of many filters is as good as the few that are followed
 */
export async function crawl(
  person: Visitor,
  start: string,
  wanted: (path: string) => boolean,
): Promise<Map<string, Crawled>> {
  const seen = new Map<string, Crawled>();
  const waiting = [start];
  const known = new Set(waiting);
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const page = await person.get(path);
    const links = page.all('a[href]').flatMap((link) => {
      const href = link.getAttribute('href') ?? '';
      const to = new URL(href.replaceAll('&amp;', '&'), `http://localhost${path}`);
      const below =
        to.host === 'localhost' && (to.pathname === start || to.pathname.startsWith(`${start}/`));
      return below
        ? [{ path: to.pathname + to.search, text: link.text.replace(/\s+/g, ' ').trim() }]
        : [];
    });
    seen.set(path, { path, page, links });
    for (const link of links)
      if (!known.has(link.path) && wanted(link.path)) {
        known.add(link.path);
        waiting.push(link.path);
      }
  }
  return seen;
}

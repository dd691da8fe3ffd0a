/** Opens every page that can be reached by links from one, below an address, as somebody who is signed in. */
import type { HTMLElement } from 'node-html-parser';
import type { SeenPage, Visitor } from './visitor.ts';

export type Crawled = {
  path: string;
  page: SeenPage;
  /** Links of the page below the address: where to, what stands on them, and how many they say there are; null where they do not. */
  links: { path: string; text: string; number: number | null }[];
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
        ? [{ path: to.pathname + to.search, text: textOf(link), number: numberOn(link) }]
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

const textOf = (element: HTMLElement): string => element.text.replace(/\s+/g, ' ').trim();

/** In the head of a row stands what is counted: the name of an answer may be a number, and a share is none. */
function numberOn(link: HTMLElement): number | null {
  const bold = link.querySelector('b');
  if (!bold && link.closest('th')) return null;
  const found = /^(\d[\d,]*)(?:$|\s(?!%))/.exec(textOf(bold ?? link));
  return found ? Number(found[1]?.replaceAll(',', '')) : null;
}

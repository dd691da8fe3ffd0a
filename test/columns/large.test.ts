/** A round of so many answers that it is not held in memory whose they are: the same figures, lists in pages, every link leads on. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { foldSome } from '../../server/columns/fold.ts';
import { columnsKeeper } from '../../server/columns/keep.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { signedIn } from '../support/rounds.ts';
import { seededRound } from '../support/seeded-round.ts';
import type { SeenPage, Visitor } from '../support/visitor.ts';

jest.setTimeout(120_000);

const base = '/results/large';
let on: TestApp;
let committee: Visitor;

beforeAll(async () => {
  on = await testApp();
  const round = await seededRound(on, { slug: 'large', size: 1300, seed: 5 });
  while ((await foldSome(on.services, round)) > 0);
  committee = await signedIn(on, 'committee');
});
afterAll(() => on.close());

const asLarge = () =>
  Object.assign(on.services, { columns: columnsKeeper(on.services, 2 ** 30, 0) });
const asSmall = () => Object.assign(on.services, { columns: columnsKeeper(on.services, 2 ** 30) });

const hrefs = (page: SeenPage, selector: string) =>
  page.all(selector).map((one) => (one.getAttribute('href') ?? '').replaceAll('&amp;', '&'));

/** All pages of a list, from the first on. */
async function pagesFrom(address: string): Promise<SeenPage[]> {
  const pages: SeenPage[] = [];
  for (let next = address; next; ) {
    const page = await committee.get(next);
    pages.push(page);
    const [link] = hrefs(page, 'a[rel="next"]');
    next = link ? `${address.split('?')[0]}${link.split('#')[0]}` : '';
  }
  return pages;
}

describe('a round of very many', () => {
  it.each([
    '',
    '/actions',
    '/actions/43',
    '?region=african&review=confirmed',
    '/cross?of=a44_01&by=a42_01',
    '/indicators/i44a',
  ])('has the same figures as any other: %s', async (path) => {
    asSmall();
    const few = await committee.get(`${base}${path}`);
    asLarge();
    const many = await committee.get(`${base}${path}`);
    expect(few.status).toBe(200);
    const figures = (page: SeenPage) =>
      page.all('main b, main td, figcaption, .tabs a, main h2').map((one) => one.text);
    expect(figures(many)).toEqual(figures(few));
    expect(figures(many).length).toBeGreaterThan(5);
  });

  it('lists its States in pages, each of them once', async () => {
    asSmall();
    const all = hrefs(await committee.get(`${base}/states`), 'tbody td a');
    asLarge();
    const pages = await pagesFrom(`${base}/states`);
    expect(pages.length).toBe(7);
    expect(pages[1]?.text('main')).toContain('201 to 400 of 1,300');
    expect(hrefs(pages[1] as SeenPage, 'a[rel="prev"]')).toEqual(['?from=0']);
    expect(pages.flatMap((page) => hrefs(page, 'tbody td a')).sort()).toEqual(all.sort());
  });

  it('lists those behind a bar in pages, and says how many more are in totals only', async () => {
    const address = `${base}/questions/a44_01?answer=yes`;
    asSmall();
    const few = await committee.get(address);
    asLarge();
    const pages = await pagesFrom(address);
    expect(pages.length).toBeGreaterThan(1);
    const listed = pages.flatMap((page) => hrefs(page, '#states ul.states li a'));
    expect(listed.sort()).toEqual(hrefs(few, '#states ul.states li a').sort());
    for (const page of pages)
      expect(page.all('#states .pooled').map((one) => one.text)).toEqual(
        few.all('#states .pooled').map((one) => one.text),
      );
  });

  it('leads from a list to the answers of a State', async () => {
    asLarge();
    const [page] = await pagesFrom(`${base}/states`);
    const [answers = ''] = hrefs(page as SeenPage, 'tbody td a');
    expect((await committee.get(answers)).status).toBe(200);
    const [dossier = ''] = hrefs(page as SeenPage, 'tbody th a');
    expect((await committee.get(dossier)).status).toBe(200);
    expect((await committee.get(`${base}/states/NOBODY`)).status).toBe(404);
  });

  it('says of a page that would list everybody that they are too many', async () => {
    asLarge();
    const page = await committee.get(`${base}/matrix`);
    expect([page.status, page.text('h1')]).toEqual([200, 'Too many to list']);
    expect(page.all('nav.places a').length).toBeGreaterThan(5);
    // A part of it that is not too large is listed as ever.
    const part = await committee.get(`${base}/matrix?region=grulac`);
    expect(part.text('h1')).not.toBe('Too many to list');
  });

  it('shows what is not folded yet', async () => {
    asLarge();
    const confirmed = async () => {
      const page = await committee.get(`${base}?review=confirmed`);
      return page.all('.figures b').map((one) => one.text);
    };
    const [affected = ''] = await confirmed();
    const { responses, transaction } = on.services;
    const received = (await responses.ofRound('large')).find(
      ({ audience, submitted, review }) =>
        audience === 'affected' && submitted && review === 'received',
    );
    await transaction((session) => responses.setReview(received?._id ?? '', 'confirmed', session));
    const more = Number(affected.split(' ')[0]) + 1;
    expect((await confirmed())[0]).toBe(`${more} of ${more}`);
  });
});

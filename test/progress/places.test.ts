/** The pages of results: how they lead to each other, and what they say where figures fail, are not there, or are zero. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestApp, testApp } from '../support/app.ts';
import { openedRound, SLUG, signedIn } from '../support/rounds.ts';
import type { Visitor } from '../support/visitor.ts';

let on: TestApp;
let viewer: Visitor;

beforeAll(async () => {
  on = await testApp({ logLevel: 'silent' });
  await openedRound(on);
  viewer = await signedIn(on, 'viewer');
});
afterAll(() => on.close());

describe('the navigation of results', () => {
  it('leads to pages that are there, marks the one that is open, and keeps the filter', async () => {
    const overview = await viewer.get(`/results/${SLUG}?region=african`);
    const links = overview.all('nav.places a');
    expect(links.length).toBeGreaterThan(2);
    for (const link of links) {
      const href = link.getAttribute('href') ?? '';
      expect(href).toContain('region=african');
      const page = await viewer.get(href);
      expect([href, page.status]).toEqual([href, 200]);
      expect([href, page.text('nav.places [aria-current]')]).toEqual([href, link.text.trim()]);
    }
  });

  it('counts the page of a question or an indicator to the actions', async () => {
    for (const path of ['actions/44', 'questions/a44_01', 'indicators/i44a'])
      expect((await viewer.get(`/results/${SLUG}/${path}`)).text('nav.places [aria-current]')).toBe(
        'Actions',
      );
  });

  it('is not on the pages of others', async () => {
    const admin = await signedIn(on, 'admin');
    expect((await admin.get('/admin/rounds')).all('nav.places')).toEqual([]);
  });
});

describe('figures', () => {
  it('say "no answers yet" where nobody answered', async () => {
    const page = await viewer.get(`/results/${SLUG}/actions`);
    expect(page.text('.indicator .value')).toBe('No answers yet');
  });

  // Last: the collection does not come back.
  it('say that they failed where they cannot be read, and look like nothing else', async () => {
    const db = on.services.connection.getClient().db(on.services.connection.name);
    const kept = await db.collection('responses').rename('responsesKept');
    // A view whose every row divides by zero: the database itself refuses the query.
    await db.createCollection('responses', {
      viewOn: kept.collectionName,
      pipeline: [{ $set: { round: { $toString: { $divide: [1, 0] } } } }],
    });
    const places = await viewer.get(`/results/${SLUG}/actions`);
    expect(places.status).toBe(500);
    for (const link of places.all('nav.places a')) {
      const page = await viewer.get(link.getAttribute('href') ?? '');
      expect([page.path, page.status]).toEqual([page.path, 500]);
      expect(page.text('h1')).toContain('Failed');
      expect(page.text('main')).not.toContain('No answers yet');
      expect(page.all('main table, main .indicator, main .bars')).toEqual([]);
    }
  });
});

/** What every page says to the browser beside its content: what may run, what is kept, who may frame it. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import supertest from 'supertest';
import type { Round } from '../../server/rounds/round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { linkFor, openedRound, respondent, SLUG, signedIn } from '../support/rounds.ts';
import { submitted } from '../support/submitting.ts';
import { type SeenPage, type Visitor, visitor } from '../support/visitor.ts';

jest.setTimeout(30_000);

const POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'form-action': "'self'",
  'frame-src': "'self'",
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
  'object-src': "'none'",
};

let on: TestApp;
let round: Round;
let guest: Visitor;
let admin: Visitor;
let base: string;
let done: { visitor: Visitor; base: string };
let message: string;

beforeAll(async () => {
  on = await testApp();
  round = await openedRound(on);
  await on.sendMail();
  ({ visitor: guest, base } = await respondent(on, round, 'KHM'));
  const edition = await on.services.catalogue.find(round.questionnaire);
  if (!edition) throw new Error('no questionnaire');
  const answers = { r_use: 'attributed', a42_01: 'financial' };
  await submitted(on, edition.source, { round: SLUG, state: 'IRQ', audience: 'affected' }, answers);
  done = await respondent(on, round, 'IRQ');
  admin = await signedIn(on, 'admin');
  message = (await on.services.messages.list({}, 1))[0]?._id ?? '';
});
afterAll(() => on.close());

const stranger = () => visitor(on.app);
/** One of each kind, by whoever sees it. */
const PAGES: [kind: string, status: number, page: () => Promise<SeenPage>][] = [
  ['the sign-in page', 200, () => stranger().get('/sign-in')],
  ['the refusal of an address', 422, () => stranger().post('/sign-in', { email: 'nobody' })],
  ['"look into your mail"', 200, () => stranger().post('/sign-in', { email: 'a@example.org' })],
  ['a sign-in link that is over', 404, () => stranger().get(`/sign-in/${'x'.repeat(43)}`)],
  ['a personal link that does not open', 404, () => stranger().get(`/r/${'x'.repeat(43)}`)],
  ['an invitation without a link', 401, () => stranger().get(base)],
  ['the first page of an invitation', 200, () => guest.get(base)],
  ['a section', 200, () => guest.get(`${base}/a42`)],
  ['a section with a matrix', 200, () => guest.get(`${base}/a45`)],
  ['the check of the answers', 200, () => guest.get(`${base}/check`)],
  ['the answers', 200, () => guest.get(`${base}/answers`)],
  ['the receipt', 200, () => done.visitor.get(`${done.base}/receipt`)],
  ['the overview of results', 200, () => admin.get(`/results/${SLUG}`)],
  ['an action', 200, () => admin.get(`/results/${SLUG}/actions/42`)],
  ['a question', 200, () => admin.get(`/results/${SLUG}/questions/a42_01?answer=financial`)],
  ['an indicator', 200, () => admin.get(`/results/${SLUG}/indicators/i42a`)],
  ['the States', 200, () => admin.get(`/results/${SLUG}/states`)],
  ['the answers of a State', 200, () => admin.get(`/results/${SLUG}/states/IRQ/affected`)],
  ['the rounds', 200, () => admin.get('/admin/rounds')],
  ['a round', 200, () => admin.get(`/admin/rounds/${SLUG}`)],
  ['the contacts', 200, () => admin.get('/admin/contacts')],
  ['the outbox', 200, () => admin.get('/admin/outbox')],
  ['a mail', 200, () => admin.get(`/admin/outbox/${message}`)],
  ['the audit', 200, () => admin.get('/admin/audit')],
  ['a page that does not exist', 404, () => stranger().get('/nowhere')],
  ['a form that no page made', 403, () => admin.post('/sign-out', {})],
];

const policyOf = ({ headers }: Pick<SeenPage, 'headers'>) =>
  Object.fromEntries(
    (headers['content-security-policy'] ?? '').split(';').map((part) => {
      const [name = '', ...sources] = part.trim().split(' ');
      return [name, sources.join(' ')];
    }),
  );

describe.each(PAGES)('%s', (_kind, status, open) => {
  let page: SeenPage;
  beforeAll(async () => {
    page = await open();
  });

  it('runs no script and takes no style but those of the site, and can be framed by nobody', () => {
    expect(page.status).toBe(status);
    expect(policyOf(page)).toEqual(POLICY);
    expect(page.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(page.headers['x-powered-by']).toBeUndefined();
  });

  it('needs no more: nothing in it is inline', () => {
    const inline = page
      .all('*')
      .filter(
        (one) =>
          (one.tagName === 'SCRIPT' && !one.getAttribute('src')?.startsWith('/assets/')) ||
          one.tagName === 'STYLE' ||
          Object.keys(one.attributes).some((name) => name === 'style' || name.startsWith('on')) ||
          /^\s*javascript:/i.test(one.getAttribute('href') ?? ''),
      );
    expect(inline.map((one) => one.outerHTML.slice(0, 100))).toEqual([]);
  });

  it('is kept by nobody, found by no search engine, and tells other sites nothing', () => {
    expect(page.headers['cache-control']).toBe('no-store');
    expect(page.root.querySelector('meta[name="robots"]')?.getAttribute('content')).toBe('noindex');
    expect(page.headers['referrer-policy']).toMatch(/^(same-origin|no-referrer)$/);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['content-language']).toBe(
      page.root.querySelector('html')?.getAttribute('lang'),
    );
  });
});

describe('what is no page of ours', () => {
  it("a mail's HTML may have the styles within it, and nothing else: it stands in a sandbox", async () => {
    const frame = await admin.get(`/admin/outbox/${message}/html`);
    expect(frame.headers).toMatchObject({
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-top-navigation-by-user-activation; frame-ancestors 'self'",
      'x-frame-options': 'SAMEORIGIN',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  it('a personal link gives no page at all: it sends the browser on, and no Referer goes with it', async () => {
    const link = new URL(await linkFor(on, round, 'KHM', 'affected')).pathname;
    const answer = await supertest(on.app).get(link);
    expect([answer.status, answer.headers['location']]).toEqual([303, base]);
    expect(answer.headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
    });
  });

  it('robots are sent away', async () => {
    expect((await supertest(on.app).get('/robots.txt')).text).toBe('User-agent: *\nDisallow: /\n');
  });
});

describe('a HEAD request', () => {
  it.each([
    ['/sign-in', 200],
    ['/nowhere', 404],
    ['/healthz', 200],
    ['/', 303],
  ])('for %s gets the head of the page and no body', async (path, status) => {
    const [head, get] = await Promise.all([
      supertest(on.app).head(path),
      supertest(on.app).get(path),
    ]);
    expect([head.status, get.status]).toEqual([status, status]);
    expect(head.text ?? '').toBe('');
    const kept = ({ date: _date, 'transfer-encoding': _te, ...rest }: Record<string, string>) =>
      rest;
    expect(kept(head.headers)).toMatchObject({
      'content-type': get.headers['content-type'],
      ...(get.headers['content-security-policy']
        ? { 'content-security-policy': get.headers['content-security-policy'] }
        : {}),
    });
  });

  it('for a personal page needs the link as a GET does', async () => {
    expect((await guest.agent.head(base)).status).toBe(200);
    expect((await supertest(on.app).head(base)).status).toBe(401);
  });
});

describe('styles and scripts', () => {
  const addresses = async () => {
    const [section, results] = await Promise.all([
      guest.get(`${base}/a42`),
      admin.get(`/results/${SLUG}/actions/42`),
    ]);
    return [section, results].flatMap((page) => [
      ...page
        .all('link[rel="stylesheet"]')
        .map((one) => [one.getAttribute('href') ?? '', 'text/css; charset=utf-8'] as const),
      ...page
        .all('script[src]')
        .map((one) => [one.getAttribute('src') ?? '', 'text/javascript; charset=utf-8'] as const),
    ]);
  };

  it('have their own hash in their address and are kept for a year', async () => {
    const found = await addresses();
    expect(found.length).toBeGreaterThanOrEqual(5);
    for (const [address, type] of found) {
      const file = await supertest(on.app).get(address).buffer(true);
      expect([address, file.status, file.headers['content-type']]).toEqual([address, 200, type]);
      expect(file.headers['cache-control']).toBe('public, max-age=31536000, immutable');
      const content = file.text ?? file.body.toString();
      const hash = createHash('sha256').update(content).digest('hex');
      expect(address).toMatch(new RegExp(`^/assets/${hash.slice(0, 12)}/(styles|scripts)/`));
    }
  });

  it('under a hash of before are there too, but nobody may keep them', async () => {
    const old = await supertest(on.app).get('/assets/000000000000/styles/site.css');
    expect([old.status, old.headers['cache-control']]).toEqual([200, 'no-cache']);
    const again = await supertest(on.app)
      .get('/assets/000000000000/styles/site.css')
      .set('If-None-Match', old.headers['etag'] ?? '');
    expect(again.status).toBe(304);
  });

  it.each([
    '/assets/x/styles/nowhere.css',
    '/assets/x/styles/',
    '/assets/x/styles/../../package.json',
    '/assets/x/styles/..%2f..%2fpackage.json',
    '/assets/x/styles/%2e%2e/%2e%2e/server/app.ts',
    '/assets/x/styles/%00',
    '/assets/x/styles/%E0%A4%A',
  ])('%s is not there', async (path) => {
    const answer = await supertest(on.app).get(path);
    expect([answer.status, answer.text.includes('<h1>This page does not exist</h1>')]).toEqual([
      404,
      true,
    ]);
  });
});

describe('compression', () => {
  it('makes a section that goes over a slow line a fraction, for a browser that asks for it', async () => {
    const [packed, plain] = await Promise.all([
      guest.agent.get(`${base}/a42`).set('Accept-Encoding', 'gzip'),
      guest.agent.get(`${base}/a42`).set('Accept-Encoding', 'identity'),
    ]);
    expect(packed.headers).toMatchObject({
      'content-encoding': 'gzip',
      vary: expect.stringContaining('Accept-Encoding'),
    });
    expect(plain.headers['content-encoding']).toBeUndefined();
    // But for the name that each page is given.
    const content = (html: string) => html.replace(/name="key" value="\w+"/, '');
    expect(content(packed.text)).toBe(content(plain.text));
  });
});

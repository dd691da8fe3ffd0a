/** In which language a page speaks: as was chosen, else as is known of the person, else as the browser asks. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import supertest from 'supertest';
import { voiceOf } from '../../server/texts.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { openedRound, respondent, signedIn } from '../support/rounds.ts';
import { type SeenPage, visitor } from '../support/visitor.ts';

jest.setTimeout(30_000);

let on: TestApp;
let base: string;
let bob: Awaited<ReturnType<typeof respondent>>;

beforeAll(async () => {
  on = await testApp();
  const round = await openedRound(on);
  bob = await respondent(on, round, 'IRQ');
  base = bob.base;
});
afterAll(() => on.close());

const spoken = (page: SeenPage) => {
  const { lang = '', dir = '' } = page.root.querySelector('html')?.attributes ?? {};
  return [lang, dir];
};

describe('a browser that nothing is known of', () => {
  it.each([
    ['fr', 'fr', 'ltr'],
    ['fr-CH, fr;q=0.9, en;q=0.8', 'fr', 'ltr'],
    ['ar', 'ar', 'rtl'],
    ['ar-EG,en;q=0.5', 'ar', 'rtl'],
    ['de, fr;q=0.3, en;q=0.2', 'fr', 'ltr'],
    ['de', 'en', 'ltr'],
    ['*', 'en', 'ltr'],
    ['', 'en', 'ltr'],
    ['fr;q=0, en', 'en', 'ltr'],
    [';;q=nonsense,,\u00e9', 'en', 'ltr'],
  ])('and asks for "%s" gets %s, written %s', async (asked, language, direction) => {
    const page = await visitor(on.app, { 'Accept-Language': asked }).get('/sign-in');
    expect(spoken(page)).toEqual([language, direction]);
    expect(page.headers['content-language']).toBe(language);
    expect(page.text('h1')).toBe(voiceOf(language).t('signIn.title'));
  });
});

describe('choosing a language', () => {
  it('is a link to the same page, is kept, and counts more than what the browser asks for', async () => {
    const guest = visitor(on.app, { 'Accept-Language': 'fr' });
    const french = await guest.get('/sign-in?to=%2Fadmin%2Faudit');
    const link = french.root.querySelector('.languages a[hreflang="ar"]');
    const arabic = await guest.get(link?.getAttribute('href') ?? '');
    expect([arabic.path, ...spoken(arabic)]).toEqual(['/sign-in?to=%2Fadmin%2Faudit', 'ar', 'rtl']);
    expect(spoken(await guest.get('/nowhere'))).toEqual(['ar', 'rtl']);
  });

  it('counts more than the language of a contact, whose pages speak that one until then', async () => {
    expect(spoken(await bob.visitor.get(base))).toEqual(['ar', 'rtl']);
    await bob.visitor.get(`/language/fr?back=${base}`);
    expect(spoken(await bob.visitor.get(`${base}/a42`))).toEqual(['fr', 'ltr']);
  });

  it('holds on the pages of somebody who is signed in', async () => {
    const admin = await signedIn(on, 'admin');
    await admin.get('/language/ar?back=/admin/rounds');
    expect(spoken(await admin.get('/admin/rounds'))).toEqual(['ar', 'rtl']);
  });

  it('is a cookie of a year', async () => {
    const answer = await supertest(on.app).get('/language/fr?back=/sign-in');
    expect([answer.status, answer.headers['location']]).toEqual([303, '/sign-in']);
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      /^rapporteur-language=fr; Max-Age=31536000; Path=\/; .*HttpOnly; SameSite=Lax$/,
    );
  });

  it.each([
    '//example.com',
    'https://example.com',
    '/\\example.com',
    'javascript:alert(1)',
    '/a b',
    '/%0d%0aSet-Cookie:x=1\r\n',
    '',
  ])('never leads to another site: back=%j', async (back) => {
    const answer = await supertest(on.app).get(`/language/fr?back=${encodeURIComponent(back)}`);
    expect([answer.status, answer.headers['location']]).toEqual([303, '/']);
  });

  it.each(['de', 'EN', '__proto__', 'constructor', '..', 'en%00'])(
    'of "%s", which there is not, is a page that does not exist',
    async (language) => {
      const answer = await supertest(on.app).get(`/language/${language}`);
      expect([answer.status, answer.headers['set-cookie']]).toEqual([404, undefined]);
    },
  );

  it('that somebody wrote into the cookie by hand is passed over when there is no such language', async () => {
    for (const cookie of ['xx', '%E0%A4%A', '__proto__', '"><script>']) {
      const answer = await supertest(on.app)
        .get('/sign-in')
        .set('Cookie', `rapporteur-language=${cookie}`);
      expect([answer.status, answer.text.includes('<html lang="en" dir="ltr">')]).toEqual([
        200,
        true,
      ]);
    }
  });
});

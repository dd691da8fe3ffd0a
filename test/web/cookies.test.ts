/** What a browser keeps of us: only what scripts cannot read, and over https only for this very host. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import supertest from 'supertest';
import { type TestApp, testApp } from '../support/app.ts';
import { signedInOverHttps } from '../support/https.ts';
import { linkFor, openedRound } from '../support/rounds.ts';

jest.setTimeout(30_000);

type Cookie = { name: string; value: string; flags: Record<string, string | true> };
const cookiesOf = (headers: string[]): Cookie[] =>
  headers.map((header) => {
    const [first = '', ...rest] = header.split('; ');
    const [name = '', value = ''] = first.split('=');
    const flags = rest.map((part) => part.split('=')).map(([key = '', of]) => [key, of ?? true]);
    return { name, value, flags: Object.fromEntries(flags) };
  });
const setBy = ({ headers }: supertest.Response) => cookiesOf([headers['set-cookie'] ?? []].flat());

const HTTPS = 'https://survey.example.org';
describe.each([
  ['http', {}, 'rapporteur-', false],
  ['https', { publicUrl: HTTPS, trustedProxies: 1 }, '__Host-rapporteur-', true],
] as const)('over %s', (scheme, settings, prefix, secure) => {
  let on: TestApp;
  let cookies: Cookie[];

  beforeAll(async () => {
    on = await testApp(settings);
    const round = await openedRound(on);
    const ask = supertest(on.app);
    const forwarded = { 'X-Forwarded-Proto': scheme };
    const link = new URL(await linkFor(on, round, 'KHM', 'affected')).pathname;
    cookies = [
      ...setBy(await ask.get(link).set(forwarded)),
      ...setBy(await ask.get('/language/ar').set(forwarded)),
      ...setBy(
        await ask.post('/sign-in').set(forwarded).type('form').send({ email: 'a@example.org' }),
      ),
      ...cookiesOf((await signedInOverHttps(on, 'admin')).cookies),
    ];
  });
  afterAll(() => on.close());

  it('there are four, named after this host', () => {
    const names = ['links', 'language', 'browser', 'account'].map((name) => prefix + name);
    expect(cookies.map((cookie) => cookie.name)).toEqual(names);
  });

  it('none is for scripts, for other hosts, or for forms of other sites', () => {
    for (const { name, flags } of cookies) {
      expect([name, flags]).toEqual([
        name,
        expect.objectContaining({ Path: '/', HttpOnly: true, SameSite: 'Lax' }),
      ]);
      expect([name, flags['Domain']]).toEqual([name, undefined]);
      expect([name, flags['Secure'] ?? false]).toEqual([name, secure]);
    }
  });

  it('each ends by itself', () => {
    for (const { name, flags } of cookies)
      expect([name, Boolean(flags['Max-Age'] ?? flags['Expires'])]).toEqual([name, true]);
  });

  it('the browser is told to come back by https, where that is the address', async () => {
    const { headers } = await supertest(on.app).get('/sign-in');
    expect(headers['strict-transport-security']).toBe(
      secure ? 'max-age=31536000; includeSubDomains' : undefined,
    );
  });

  it('a cookie under the name of the other scheme counts for nothing', async () => {
    const other = secure ? 'rapporteur-' : '__Host-rapporteur-';
    const page = await supertest(on.app).get('/sign-in').set('Cookie', `${other}language=ar`);
    expect(page.text).toContain('<html lang="en" dir="ltr">');
  });
});

/** Whatever a browser, a scanner or an attacker sends: a plain page in their language, never a stack trace or a 500. */
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'node-html-parser';
import supertest from 'supertest';
import { voiceOf } from '../../server/texts.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { openedRound, respondent, SLUG, signedIn } from '../support/rounds.ts';
import { fieldsOfForm, type Visitor } from '../support/visitor.ts';

jest.setTimeout(30_000);

let on: TestApp;
let guest: Visitor;
let admin: Visitor;
let base: string;
let invitation: string;

beforeAll(async () => {
  on = await testApp();
  const round = await openedRound(on);
  ({ visitor: guest, base } = await respondent(on, round, 'TCD'));
  invitation = base.split('/')[2] ?? '';
  admin = await signedIn(on, 'admin');
});
afterAll(() => on.close());

/** Nothing in this file is our fault, so nothing may be noted as one. */
afterEach(() => {
  expect(on.logged.filter((line) => line.includes('a request failed'))).toEqual([]);
});

type Kind = 'not-found' | 'bad-method' | 'bad-form' | 'too-large';
const STATUS = { 'not-found': 404, 'bad-method': 405, 'bad-form': 403, 'too-large': 413 };
const french = (request: supertest.Test) => request.set('Accept-Language', 'fr');

async function expectPage(request: supertest.Test, kind: Kind): Promise<supertest.Response> {
  const answer = await french(request);
  const page = parse(answer.text);
  expect([answer.status, page.querySelector('h1')?.text]).toEqual([
    STATUS[kind],
    voiceOf('fr').t(`errors.${kind}.title`),
  ]);
  expect(page.querySelector('main')?.text).toContain(voiceOf('fr').t(`errors.${kind}.text`));
  expect(page.querySelector('html')?.getAttribute('lang')).toBe('fr');
  expect(answer.text).not.toMatch(/\bat .+:\d+:\d+|node_modules|Error:/);
  return answer;
}

describe('an address that leads nowhere', () => {
  it.each([
    '/nowhere',
    '/%E0%A4%A',
    '/%00',
    `/${'x'.repeat(5000)}`,
    '/r',
    '/r/short',
    '/r/%E0%A4%A',
    '/../../etc/passwd',
    '/wp-login.php',
    '/.env',
    '/results/nowhere',
    '/__proto__/constructor',
  ])('%s', async (path) => {
    const request = path.startsWith('/results')
      ? admin.agent.get(path)
      : supertest(on.app).get(path);
    const language = path.startsWith('/results') ? 'en' : 'fr';
    const answer = await french(request);
    expect(answer.status).toBe(404);
    expect(answer.text).toContain(`<h1>${voiceOf(language).t('errors.not-found.title')}</h1>`);
  });

  it.each([
    '/results/%s',
    `/results/${SLUG}/actions/%s`,
    `/results/${SLUG}/questions/%s`,
    `/results/${SLUG}/indicators/%s`,
    `/results/${SLUG}/states/%s/affected`,
    `/results/${SLUG}/states/KHM/%s`,
    '/admin/rounds/%s',
    '/admin/outbox/%s',
  ])('%s with a name that no record has', async (pattern) => {
    for (const name of ['__proto__', 'constructor', '$where', '%7B%22$ne%22:null%7D', '%00', '-1'])
      expect([name, (await admin.get(pattern.replace('%s', name))).status]).toEqual([name, 404]);
  });

  it.each(['__proto__', 'constructor', 'toString', '$where', '%00', 'a42.x'])(
    'a section called %s',
    async (name) => {
      await expectPage(guest.agent.get(`${base}/${name}`), 'not-found');
    },
  );
});

describe('a method that no page knows', () => {
  it.each(['put', 'delete', 'patch', 'options'] as const)('%s', async (method) => {
    for (const path of ['/', '/sign-in', base, '/nowhere', '/assets/x/styles/site.css']) {
      const answer = await expectPage(guest.agent[method](path), 'bad-method');
      expect(answer.headers['allow']).toBe('GET, HEAD, POST');
    }
  });

  it('is not one that a header claims', async () => {
    const request = supertest(on.app).get('/sign-in').set('X-HTTP-Method-Override', 'DELETE');
    expect((await request).status).toBe(200);
  });

  it('on a page that has no form is a page that does not exist', async () => {
    await expectPage(supertest(on.app).post('/robots.txt'), 'not-found');
  });
});

describe('a body that is too much', () => {
  it('of more than a megabyte', async () => {
    const body = `token=x&a46_03=${'x'.repeat(1_100_000)}`;
    await expectPage(guest.agent.post(`${base}/a46`).type('form').send(body), 'too-large');
  });

  it('of more fields than any page of ours has', async () => {
    const body = Array.from({ length: 3001 }, (_, n) => `f${n}=1`).join('&');
    await expectPage(guest.agent.post(`${base}/a46`).type('form').send(body), 'too-large');
  });

  it('of more fields than any page of ours has, as multipart', async () => {
    let request = guest.agent.post(`${base}/a43`);
    for (let n = 0; n < 3001; n += 1) request = request.field(`f${n}`, '1');
    await expectPage(request, 'too-large');
  });

  it('of a file of contacts that nobody has, which says so at the field', async () => {
    const page = await admin.get('/admin/contacts/file');
    const form = page.root.querySelector('form[action$="/preview"]');
    const { token } = fieldsOfForm(form as never);
    const request = admin.agent.post('/admin/contacts/preview').field('token', String(token));
    const answer = await request.attach('file', Buffer.alloc(11_000_000, 'a'), 'contacts.csv');
    expect([
      answer.status,
      answer.text.includes(voiceOf('en').t('contactImport.remark.tooLarge')),
    ]).toEqual([422, true]);
  });
});

describe('a body that is no form', () => {
  const FORM = 'application/x-www-form-urlencoded';
  it.each([
    ['nothing', {}, ''],
    ['JSON', { 'Content-Type': 'application/json' }, '{"token":{"$ne":null}}'],
    ['broken JSON', { 'Content-Type': 'application/json' }, '{'],
    ['XML', { 'Content-Type': 'application/xml' }, '<token/>'],
    ['plain text', { 'Content-Type': 'text/plain' }, 'token=x'],
    ['an unknown character set', { 'Content-Type': `${FORM}; charset=koi8-r` }, 'token=x'],
    ['an unknown encoding', { 'Content-Type': FORM, 'Content-Encoding': 'zstd' }, 'token=x'],
    ['gzip that is none', { 'Content-Type': FORM, 'Content-Encoding': 'gzip' }, 'token=x'],
    ['percent signs that mean nothing', { 'Content-Type': FORM }, 'token=%E0%A4%A&%=%%'],
    ['the names of JavaScript itself', { 'Content-Type': FORM }, '__proto__=1&constructor=2'],
    ['multipart without a boundary', { 'Content-Type': 'multipart/form-data' }, 'x'],
    [
      'multipart that is cut off',
      { 'Content-Type': 'multipart/form-data; boundary=b' },
      '--b\r\nContent-Disposition: form-data; name="token"\r\n\r\nx',
    ],
    ['multipart that is none', { 'Content-Type': 'multipart/form-data; boundary=b' }, 'nonsense'],
    [
      'multipart with the names of JavaScript itself',
      { 'Content-Type': 'multipart/form-data; boundary=b' },
      '--b\r\nContent-Disposition: form-data; name="__proto__[x]"\r\n\r\nx\r\n--b--\r\n',
    ],
    [
      'a file where none is asked for',
      { 'Content-Type': 'multipart/form-data; boundary=b' },
      '--b\r\nContent-Disposition: form-data; name="x"; filename="../../x"\r\n\r\nx\r\n--b--\r\n',
    ],
  ] as const)('%s', async (_what, headers, body) => {
    for (const address of [`${base}/a43`, `${base}/submission`])
      await expectPage(guest.agent.post(address).set(headers).send(body), 'bad-form');
    for (const address of ['/admin/contacts/preview', '/admin/rounds', '/sign-out']) {
      const answer = await admin.agent.post(address).set(headers).send(body);
      expect([address, answer.status]).toEqual([address, 403]);
    }
    const signIn = await supertest(on.app).post('/sign-in').set(headers).send(body);
    expect([422, 403]).toContain(signIn.status);
  });
});

describe('what is no HTTP at all', () => {
  const said = (words: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const { port } = new URL(on.url);
      const socket: Socket = connect(Number(port), '127.0.0.1', () => socket.write(words));
      let heard = '';
      socket.on('data', (data) => {
        heard += data;
      });
      socket.once('close', () => resolve(heard)).once('error', reject);
    });

  it.each([
    'nonsense\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: a\r\nCookie: ${'x'.repeat(20_000)}\r\n\r\n`,
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ])('%j is refused, and the server goes on', async (words) => {
    expect(await said(words)).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect((await supertest(on.app).get('/healthz')).status).toBe(200);
  });
});

describe('operators of MongoDB', () => {
  it('in a query are words without a meaning', async () => {
    const plain = await admin.get('/admin/outbox');
    const mails = (html: string) => html.match(/\/admin\/outbox\/[0-9a-f]{24}/g);
    expect(mails(plain.html)).toHaveLength(7);
    for (const query of ['status[$ne]=queued', 'status=%7B%22$ne%22:null%7D', 'status=$ne'])
      expect(mails((await admin.get(`/admin/outbox?${query}`)).html)).toEqual(mails(plain.html));
    for (const address of [
      '/admin/audit?before[$gt]=',
      `/results/${SLUG}?region[$ne]=x&group[$gt]=&review[$where]=1`,
      `/results/${SLUG}/questions/a42_01?answer[$ne]=yes`,
      '/sign-in?to[$ne]=x',
      '/admin/contacts?loaded[$gt]=0',
    ])
      expect([address, (await admin.get(address)).status]).toEqual([address, 200]);
  });

  it('in a field are words without a meaning', async () => {
    const accounts = await on.services.accounts.all();
    const mails = async () => (await on.services.messages.list({}, 100)).length;
    const before = await mails();
    for (const body of ['email[$ne]=x', 'email[$gt]=', 'email=%7B%22$ne%22:null%7D']) {
      const answer = await supertest(on.app).post('/sign-in').type('form').send(body);
      expect([body, answer.status]).toEqual([body, 422]);
    }
    const page = await admin.get(`/admin/rounds/${SLUG}`);
    const token = page.root.querySelector('main input[name="token"]')?.getAttribute('value') ?? '';
    for (const place of ['[$ne]/affected', 'KHM/[$ne]', '%7B%22$ne%22:null%7D/affected']) {
      const fields = { token, 'contact[$ne]': 'x', 'state[$ne]': 'x' };
      const answer = await admin.post(`/admin/rounds/${SLUG}/states/${place}/mail`, fields);
      expect([place, answer.status]).toEqual([place, 404]);
    }
    expect(await mails()).toBe(before);
    expect(await on.services.accounts.all()).toEqual(accounts);
  });

  it('in a cookie open nothing', async () => {
    for (const cookie of [
      'rapporteur-links={"$ne":null}~{"$ne":null}',
      'rapporteur-account=s%3A{"$ne":null}.x',
      'rapporteur-account=j%3A{"$ne":null}',
    ]) {
      const request = () => supertest(on.app);
      expect((await request().get(base).set('Cookie', cookie)).status).toBe(401);
      const desk = await request().get('/admin/rounds').set('Cookie', cookie);
      expect([desk.status, desk.headers['location']]).toEqual([
        303,
        '/sign-in?to=%2Fadmin%2Frounds',
      ]);
    }
  });

  it('as names of answers are not stored', async () => {
    const page = await guest.get(`${base}/a42`);
    const fields = { $where: '1', 'a42_01[$ne]': 'x', 'a42_01.$x': 'y', 'x.y': 'z' };
    await guest.submit(page, '#section', fields, 'later');
    const response = await on.services.responses.find(invitation);
    expect(response?.draft).toEqual({ answers: {}, other: {}, unparsed: {} });
  });
});

describe('the log of requests', () => {
  it('has a line for each, with path and status, and neither query nor token', async () => {
    on.logged.length = 0;
    const token = 'T'.repeat(43);
    await supertest(on.app).get('/nowhere?secret=1');
    await supertest(on.app).get(`/r/${token}`);
    await supertest(on.app).get(`/r/%54${token.slice(1)}`);
    await supertest(on.app).get(`/sign-in/${token}?x=${token}`);
    await supertest(on.app).post(`/sign-in/${token}`);
    const lines = on.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request');
    expect(lines.map(({ method, path, status }) => [method, path, status])).toEqual([
      ['GET', '/nowhere', 404],
      ['GET', '/r/…', 404],
      ['GET', '/r/…', 404],
      ['GET', '/sign-in/…', 404],
      ['POST', '/sign-in/…', 404],
    ]);
    expect(on.logged.join('')).not.toMatch(/T{40}|secret/);
  });
});

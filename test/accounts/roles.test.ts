/** Who may do what: every route of the application, as each role. A route without a row here fails the test. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Express } from 'express';
import supertest from 'supertest';
import { ROLES } from '../../server/accounts/account.ts';
import { SYSTEM } from '../../server/audit/event.ts';
import { createRound } from '../../server/rounds/plan.ts';
import type { Round } from '../../server/rounds/round.ts';
import { answered } from '../support/answering.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { openedRound, respondent, SLUG, signedIn } from '../support/rounds.ts';
import { type Visitor, visitor } from '../support/visitor.ts';

jest.setTimeout(60_000);

type Role = (typeof ROLES)[number];
const STATE = `/admin/rounds/${SLUG}/states/KHM/affected`;
const NOTE = `/admin/rounds/${SLUG}/notes/KHM/affected`;
const ASK = `/results/${SLUG}/states/KHM/affected/ask/a44_01`;
const LETTER = `/results/${SLUG}/gender/44/KHM/affected/letter`;
const ALL: Role[] = ['viewer', 'committee', 'gender-focal-point', 'admin'];
const REVIEWERS: Role[] = ['committee', 'gender-focal-point', 'admin'];
const COMMITTEE: Role[] = ['committee', 'admin'];
const ADMIN: Role[] = ['admin'];

const NOBODY = '000000000000000000000000';

/** Route, who may, an address of it, and what those who may get. `:message` is put in when it is known. */
const DESK: [route: string, allowed: Role[], address: string, status: number][] = [
  ['GET /results', ALL, '/results', 303],
  ['GET /results/:round', ALL, `/results/${SLUG}`, 200],
  ['GET /results/:round/actions', ALL, `/results/${SLUG}/actions`, 200],
  ['GET /results/:round/actions/:action', ALL, `/results/${SLUG}/actions/44`, 200],
  ['GET /results/:round/questions/:question', ALL, `/results/${SLUG}/questions/a44_01`, 200],
  ['GET /results/:round/indicators/:indicator', ALL, `/results/${SLUG}/indicators/:key`, 200],
  ['GET /results/:round/states', ALL, `/results/${SLUG}/states`, 200],
  ['GET /results/:round/matrix', ALL, `/results/${SLUG}/matrix`, 200],
  ['GET /results/:round/needs', ALL, `/results/${SLUG}/needs`, 200],
  ['GET /results/:round/given-and-received', ALL, `/results/${SLUG}/given-and-received`, 200],
  [
    'GET /results/:round/given-and-received/:pair/chart.:kind',
    ALL,
    `/results/${SLUG}/given-and-received/multi_year/chart.csv`,
    200,
  ],
  ['GET /results/:round/experience', ALL, `/results/${SLUG}/experience`, 200],
  ['GET /results/:round/money', ALL, `/results/${SLUG}/money`, 200],
  ['POST /results/:round/rates', REVIEWERS, `/results/${SLUG}/rates`, 422],
  ['POST /results/:round/rates/removed', REVIEWERS, `/results/${SLUG}/rates/removed`, 404],
  ['GET /results/:round/texts', ALL, `/results/${SLUG}/texts`, 200],
  ['GET /results/:round/states/:state', ALL, `/results/${SLUG}/states/KHM`, 200],
  ['GET /results/:round/states/:state/profile', ALL, `/results/${SLUG}/states/KHM/profile`, 200],
  [
    'GET /results/:round/states/:state/:audience/changes',
    ALL,
    `/results/${SLUG}/states/KHM/affected/changes`,
    404,
  ],
  ['GET /results/:round/states/:state/:audience', ALL, `/results/${SLUG}/states/KHM/affected`, 200],
  [
    'GET /results/:round/states/:state/:audience/files/:file',
    ALL,
    `/results/${SLUG}/states/KHM/affected/files/000000000000000000000000`,
    404,
  ],
  ['POST /results/:round/themes', REVIEWERS, `/results/${SLUG}/themes`, 422],
  [
    'POST /results/:round/themes/:theme/removed',
    REVIEWERS,
    `/results/${SLUG}/themes/${NOBODY}/removed`,
    404,
  ],
  ['POST /results/:round/texts/themes', REVIEWERS, `/results/${SLUG}/texts/themes`, 404],
  [
    'POST /results/:round/states/:state/:audience/review',
    REVIEWERS,
    `/results/${SLUG}/states/KHM/affected/review`,
    303,
  ],
  ['GET /results/:round/clarifications', REVIEWERS, `/results/${SLUG}/clarifications`, 200],
  [
    'GET /results/:round/clarifications/:clarification',
    REVIEWERS,
    `/results/${SLUG}/clarifications/${NOBODY}`,
    404,
  ],
  [
    'POST /results/:round/clarifications/:clarification',
    REVIEWERS,
    `/results/${SLUG}/clarifications/${NOBODY}`,
    404,
  ],
  ['GET /results/:round/gender', ALL, `/results/${SLUG}/gender`, 200],
  [
    'POST /results/:round/gender/:action/:state/:audience/closing',
    REVIEWERS,
    `/results/${SLUG}/gender/44/KHM/affected/closing`,
    404,
  ],
  ['GET /results/:round/gender/reviews', REVIEWERS, `/results/${SLUG}/gender/reviews`, 404],
  [
    'GET /results/:round/gender/reviews/:state',
    REVIEWERS,
    `/results/${SLUG}/gender/reviews/KHM`,
    404,
  ],
  [
    'POST /results/:round/gender/reviews/:state',
    REVIEWERS,
    `/results/${SLUG}/gender/reviews/KHM`,
    404,
  ],
  ['GET /results/:round/states/:state/:audience/ask/:question', REVIEWERS, ASK, 200],
  ['POST /results/:round/states/:state/:audience/ask/:question', REVIEWERS, ASK, 403],
  ['GET /results/:round/gender/:action/:state/:audience/letter', REVIEWERS, LETTER, 404],
  ['POST /results/:round/gender/:action/:state/:audience/letter', REVIEWERS, LETTER, 404],
  [
    'GET /results/:round/questions/:question/chart.:kind',
    ALL,
    `/results/${SLUG}/questions/a44_01/chart.csv`,
    200,
  ],
  ['GET /results/:round/cross', ALL, `/results/${SLUG}/cross?of=a44_01&by=_region`, 200],
  [
    'GET /results/:round/cross/chart.:kind',
    ALL,
    `/results/${SLUG}/cross/chart.svg?of=a44_01&by=_region`,
    200,
  ],
  ['GET /results/:round/compare', ALL, `/results/${SLUG}/compare`, 200],
  [
    'GET /results/:round/compare/:chart/chart.:kind',
    ALL,
    `/results/${SLUG}/compare/percentage/chart.svg`,
    200,
  ],
  ['GET /results/:round/cut-offs', ALL, `/results/${SLUG}/cut-offs`, 200],
  ['POST /results/:round/cut-offs', COMMITTEE, `/results/${SLUG}/cut-offs`, 422],
  ['POST /results/:round/exports/:format', REVIEWERS, `/results/${SLUG}/exports/csv`, 200],
  ['GET /admin/rounds/:round/publication', ADMIN, `/admin/rounds/${SLUG}/publication`, 200],
  ['POST /admin/rounds/:round/publication', ADMIN, `/admin/rounds/${SLUG}/publication`, 422],
  ['POST /results/:round/paper', REVIEWERS, `/results/${SLUG}/paper`, 404],
  ['POST /results/:round/states/:state/text', REVIEWERS, `/results/${SLUG}/states/KHM/text`, 200],
  ['GET /admin/rounds', ADMIN, '/admin/rounds', 200],
  ['POST /admin/rounds', ADMIN, '/admin/rounds', 422],
  ['GET /admin/rounds/:round', ADMIN, `/admin/rounds/${SLUG}`, 200],
  ['GET /admin/rounds/:round/mailings', ADMIN, `/admin/rounds/${SLUG}/mailings`, 200],
  [
    'GET /admin/rounds/:round/mailings/new',
    ADMIN,
    `/admin/rounds/${SLUG}/mailings/new?kind=thanks`,
    200,
  ],
  [
    'GET /admin/rounds/:round/mailings/confirm',
    ADMIN,
    `/admin/rounds/${SLUG}/mailings/confirm?kind=reminder`,
    200,
  ],
  ['POST /admin/rounds/:round/mailings', ADMIN, `/admin/rounds/${SLUG}/mailings`, 403],
  [
    'GET /admin/rounds/:round/mailings/preview',
    ADMIN,
    `/admin/rounds/${SLUG}/mailings/preview?kind=reminder`,
    200,
  ],
  [
    'GET /admin/rounds/:round/mailings/preview/html',
    ADMIN,
    `/admin/rounds/${SLUG}/mailings/preview/html?kind=reminder`,
    404,
  ],
  ['POST /admin/rounds/:round/mailings/test', ADMIN, `/admin/rounds/${SLUG}/mailings/test`, 404],
  [
    'POST /admin/rounds/:round/mailings/allowed',
    ADMIN,
    `/admin/rounds/${SLUG}/mailings/allowed`,
    404,
  ],
  ['GET /admin/mailings/:mailing', ADMIN, '/admin/mailings/:mailing', 200],
  ['POST /admin/mailings/:mailing/pause', ADMIN, '/admin/mailings/:mailing/pause', 303],
  ['POST /admin/mailings/:mailing/resume', ADMIN, '/admin/mailings/:mailing/resume', 303],
  ['POST /admin/mailings/:mailing/cancel', ADMIN, '/admin/mailings/:mailing/cancel', 303],
  ['GET /admin/rounds/:round/plan', ADMIN, `/admin/rounds/${SLUG}/plan`, 200],
  ['POST /admin/rounds/:round/plan', ADMIN, `/admin/rounds/${SLUG}/plan`, 422],
  ['GET /admin/templates', ADMIN, '/admin/templates', 200],
  ['GET /admin/templates/new', ADMIN, '/admin/templates/new?name=workshop', 303],
  ['GET /admin/templates/:template/:language', ADMIN, '/admin/templates/thanks/fr', 200],
  ['POST /admin/templates/:template/:language', ADMIN, '/admin/templates/thanks/fr', 422],
  [
    'POST /admin/templates/:template/:language/preview',
    ADMIN,
    '/admin/templates/thanks/fr/preview',
    422,
  ],
  [
    'GET /admin/templates/:template/:language/versions/:version',
    ADMIN,
    '/admin/templates/thanks/fr/versions/1',
    200,
  ],
  [
    'GET /admin/templates/:template/:language/versions/:version/html',
    ADMIN,
    '/admin/templates/thanks/fr/versions/1/html',
    200,
  ],
  [
    'POST /admin/templates/:template/:language/versions/:version/restored',
    ADMIN,
    '/admin/templates/thanks/fr/versions/1/restored',
    409,
  ],
  [
    'GET /admin/rounds/:round/states/chart.:kind',
    ADMIN,
    `/admin/rounds/${SLUG}/states/chart.svg`,
    200,
  ],
  ['GET /admin/rounds/:round/states', ADMIN, `/admin/rounds/${SLUG}/states`, 200],
  ['GET /admin/rounds/:round/states/:state/:audience', ADMIN, STATE, 200],
  ['POST /admin/rounds/:round/states/:state/:audience/link', ADMIN, `${STATE}/link`, 200],
  ['POST /admin/rounds/:round/states/:state/:audience/mail', ADMIN, `${STATE}/mail`, 303],
  ['POST /admin/rounds/:round/states/:state/:audience/extension', ADMIN, `${STATE}/extension`, 422],
  [
    'GET /admin/rounds/:round/states/more-time',
    ADMIN,
    `/admin/rounds/${SLUG}/states/more-time`,
    200,
  ],
  [
    'POST /admin/rounds/:round/states/more-time',
    ADMIN,
    `/admin/rounds/${SLUG}/states/more-time`,
    422,
  ],
  ['POST /admin/rounds/:round/states/:state/:audience/declined', ADMIN, `${STATE}/declined`, 422],
  ['POST /admin/rounds/:round/states/:state/:audience/reissue', ADMIN, `${STATE}/reissue`, 303],
  [
    'POST /admin/rounds/:round/states/:state/:audience/revocation',
    ADMIN,
    `${STATE}/revocation`,
    303,
  ],
  ['GET /admin/rounds/:round/notes/:state/:audience', ADMIN, NOTE, 200],
  ['POST /admin/rounds/:round/notes/:state/:audience', ADMIN, NOTE, 403],
  [
    'POST /admin/rounds/:round/notes/:state/:audience/:note',
    ADMIN,
    `${NOTE}/000000000000000000000000`,
    404,
  ],
  ['POST /admin/rounds/:round/opening', ADMIN, '/admin/rounds/planned/opening', 303],
  ['POST /admin/rounds/:round/closing', ADMIN, '/admin/rounds/planned/closing', 303],
  [
    'POST /admin/rounds/:round/extensions/:extension',
    ADMIN,
    `/admin/rounds/${SLUG}/extensions/000000000000000000000000`,
    404,
  ],
  [
    'POST /admin/rounds/:round/referrals/:referral',
    ADMIN,
    `/admin/rounds/${SLUG}/referrals/000000000000000000000000`,
    404,
  ],
  ['GET /admin/rounds/:round/print/:audience', ADMIN, `/admin/rounds/${SLUG}/print/affected`, 200],
  [
    'GET /admin/rounds/:round/print/:audience.docx',
    ADMIN,
    `/admin/rounds/${SLUG}/print/affected.docx`,
    200,
  ],
  ['GET /admin/contacts', ADMIN, '/admin/contacts', 200],
  ['POST /admin/contacts/preview', ADMIN, '/admin/contacts/preview', 422],
  ['GET /admin/contacts/file', ADMIN, '/admin/contacts/file', 200],
  ['GET /admin/contacts/new', ADMIN, '/admin/contacts/new', 200],
  ['POST /admin/contacts/new', ADMIN, '/admin/contacts/new', 422],
  ['POST /admin/contacts/exports/:format', ADMIN, '/admin/contacts/exports/csv', 200],
  ['GET /admin/contacts/imports/:import', ADMIN, `/admin/contacts/imports/${NOBODY}`, 404],
  ['POST /admin/contacts/imports/:import', ADMIN, `/admin/contacts/imports/${NOBODY}`, 404],
  [
    'GET /admin/contacts/imports/:import/refused.csv',
    ADMIN,
    `/admin/contacts/imports/${NOBODY}/refused.csv`,
    404,
  ],
  ['GET /admin/contacts/:contact', ADMIN, '/admin/contacts/:contact', 200],
  ['POST /admin/contacts/:contact', ADMIN, '/admin/contacts/:contact', 422],
  ['POST /admin/contacts/:contact/removal', ADMIN, '/admin/contacts/:contact/removal', 422],
  ['POST /admin/contacts/:contact/return', ADMIN, '/admin/contacts/:contact/return', 303],
  ['GET /admin/outbox', ADMIN, '/admin/outbox', 200],
  ['GET /admin/outbox/:message', ADMIN, '/admin/outbox/:message', 200],
  ['GET /admin/outbox/:message/html', ADMIN, '/admin/outbox/:message/html', 200],
  ['POST /admin/outbox/:message/resend', ADMIN, '/admin/outbox/:message/resend', 404],
  ['GET /admin/bounces', ADMIN, '/admin/bounces', 200],
  ['GET /admin/bounces/:bounce', ADMIN, '/admin/bounces/000000000000000000000000', 404],
  [
    'POST /admin/bounces/contacts/:contact/resumption',
    ADMIN,
    '/admin/bounces/contacts/000000000000000000000000/resumption',
    404,
  ],
  ['GET /admin/deliverability', ADMIN, '/admin/deliverability', 200],
  ['POST /admin/outbox/:message/arrival', ADMIN, '/admin/outbox/:message/arrival', 404],
  ['POST /admin/outbox/:message/cancellation', ADMIN, '/admin/outbox/:message/cancellation', 404],
  ['POST /admin/outbox/doubtful', ADMIN, '/admin/outbox/doubtful', 422],
  ['POST /admin/outbox/cancellation', ADMIN, '/admin/outbox/cancellation', 422],
  ['POST /admin/outbox/pause', ADMIN, '/admin/outbox/pause', 303],
  ['POST /admin/outbox/resume', ADMIN, '/admin/outbox/resume', 303],
  ['POST /admin/outbox/pace', ADMIN, '/admin/outbox/pace', 303],
  ['GET /admin/audit', ADMIN, '/admin/audit', 200],
  // Last, since it ends the session.
  ['POST /sign-out', ALL, '/sign-out', 303],
];

/** For everybody: machines, the door, and the respondents' pages, which a link opens and no role. */
const OPEN = [
  'GET /healthz',
  'GET /readyz',
  'GET /metrics',
  'GET /assets/:hash/scripts/chart.umd.min.js',
  'GET /',
  'GET /robots.txt',
  'GET /language/:language',
  'GET /public/:round',
  'GET /public/:round/:language',
  'GET /sign-in',
  'POST /sign-in',
  'GET /sign-in/:token',
  'POST /sign-in/:token',
  'GET /r/:token',
  'GET /r/lost',
  'POST /r/lost',
  'GET /r/test',
  'GET /reminders/stop/:invitation/:contact/:signature',
  'POST /reminders/stop/:invitation/:contact/:signature',
  'GET /receipts/key',
  'GET /receipts/verify',
  'POST /receipts/verify',
];

type Layer = {
  route?: { path: string; methods: Record<string, boolean> };
  handle: { stack?: Layer[] };
};

/** Every route that the application answers, as "GET /path". */
function routesOf(app: Express): string[] {
  const walk = (layers: Layer[]): string[] =>
    layers.flatMap((layer) =>
      layer.route
        ? Object.keys(layer.route.methods).map(
            (method) => `${method.toUpperCase()} ${layer.route?.path}`,
          )
        : walk(layer.handle.stack ?? []),
    );
  return walk((app as unknown as { router: { stack: Layer[] } }).router.stack);
}
const ofRespondents = (route: string) => /^(GET|POST) \/r\/:invitation/.test(route);

let on: TestApp;
let round: Round;
const people = new Map<Role, Visitor>();
let fill: (address: string) => string;

beforeAll(async () => {
  on = await testApp();
  round = await openedRound(on);
  await on.sendMail();
  await answered(on, round, 'KHM', { answers: { r_use: 'attributed' } });
  const { questionnaire } = round;
  const times = { opens: '2023-05-01T09:00', closes: '2023-06-30T18:00', zone: 'UTC' };
  await createRound(on.services, { slug: 'planned', questionnaire, ...times }, SYSTEM);
  for (const role of ROLES) people.set(role, await signedIn(on, role));
  const [message] = await on.services.messages.list({}, 1);
  const [contact] = await on.services.contacts.all();
  const edition = await on.services.catalogue.find(questionnaire);
  const [indicator] = edition?.source.definition.indicators ?? [];
  const [mailing] = await on.services.mailings.ofRound(SLUG);
  fill = (address) =>
    address
      .replace(':message', message?._id ?? '')
      .replace(':mailing', mailing?._id ?? '')
      .replace(':key', indicator?.key ?? '')
      .replace(':contact', contact?._id ?? '');
});
afterAll(() => on.close());

/** With a form token of the person's own session, so that only the role can be what refuses. */
async function request(person: Visitor, route: string, address: string) {
  if (route.startsWith('GET')) return person.agent.get(fill(address));
  const page = await person.get(`/results/${SLUG}`);
  const token = page.root.querySelector('form[action="/sign-out"] input')?.getAttribute('value');
  const fields = new URLSearchParams({
    token: token ?? '',
    review: 'confirmed',
    state: 'KHM',
    audience: 'affected',
    csv: 'no contacts',
  });
  if (address === '/admin/contacts/preview')
    return person.agent
      .post(address)
      .field('token', token ?? '')
      .attach('file', Buffer.from('no contacts'), { filename: 'contacts.csv' });
  return person.agent.post(fill(address)).type('form').send(fields.toString());
}

describe('the routes of the application', () => {
  it('all have their row', () => {
    const routes = routesOf(on.app).filter((route) => !ofRespondents(route));
    expect(routes.length).toBeGreaterThan(35);
    expect(routes.toSorted()).toEqual([...DESK.map(([route]) => route), ...OPEN].toSorted());
  });
});

describe.each(DESK)('%s', (route, allowed, address, status) => {
  it('leads somebody who is not signed in to the sign-in page, and does nothing', async () => {
    const before = await on.services.audit.list(1);
    const [method = '', path] = [route.split(' ')[0], fill(address)];
    const answer = await (method === 'GET'
      ? supertest(on.app).get(path)
      : supertest(on.app).post(path).type('form').send('token=x&review=confirmed'));
    expect(answer.status).toBe(303);
    const back = method === 'GET' ? encodeURIComponent(path) : '%2F';
    expect(answer.headers['location']).toBe(`/sign-in?to=${back}`);
    expect(await on.services.audit.list(1)).toEqual(before);
  });

  const places = ROLES.map((role) => ({ role, expected: allowed.includes(role) ? status : 403 }));

  it.each(places)('gives a $role $expected', async ({ role, expected }) => {
    const before = await on.services.audit.list(1);
    const answer = await request(people.get(role) as Visitor, route, address);
    expect(answer.status).toBe(expected);
    if (allowed.includes(role)) return;
    expect(answer.text).toContain('You may not see this page');
    expect(await on.services.audit.list(1)).toEqual(before);
  });
});

describe('the pages of respondents', () => {
  const address = (route: string, base: string) =>
    route
      .split(' ')[1]
      ?.replace('/r/:invitation', base)
      .replace(':section', 'about')
      .replace(/:(question|file)/, '000000000000000000000000') ?? '';

  it('open to nobody by a role, nor by the link of another State, nor without a link', async () => {
    const routes = routesOf(on.app).filter(ofRespondents);
    expect(routes.length).toBeGreaterThan(7);
    const chad = await respondent(on, round, 'TCD');
    const iraq = await respondent(on, round, 'IRQ');
    const own = await chad.visitor.get(`${chad.base}/about`);
    const token = own.root.querySelector('input[name="token"]')?.getAttribute('value') ?? '';
    const link = own.root.querySelector('input[name="link"]')?.getAttribute('value') ?? '';
    const strangers = [visitor(on.app), iraq.visitor, await signedIn(on, 'admin')];
    for (const route of routes)
      for (const [place, stranger] of strangers.entries()) {
        const path = address(route, chad.base);
        const answer = route.startsWith('GET')
          ? await stranger.agent.get(path)
          : await stranger.agent
              .post(path)
              .type('form')
              .send(`token=${'x'.repeat(43)}&link=${link}`);
        expect([route, place, answer.status]).toEqual([
          route,
          place,
          route.startsWith('GET') ? 401 : 403,
        ]);
        expect(answer.text).not.toContain('Chad');
      }
    // With a form that is really Chad's, but in a browser that was not let in, nothing is saved either.
    const saved = await iraq.visitor.post(`${chad.base}/about`, { token, link, shown: 'r_use' });
    expect(saved.status).toBe(401);
    const response = await on.services.responses.find(chad.base.slice(3));
    expect(response?.startedAt).toBeNull();
  });
});

describe('a Committee member', () => {
  it('does not review what their own State said', async () => {
    const cambodian = await signedIn(on, 'committee', 'KHM');
    const page = await cambodian.get(`/results/${SLUG}/states/KHM/affected`);
    expect(page.all('form[action$="/review"]')).toEqual([]);
    const token = page.root.querySelector('form[action="/sign-out"] input')?.getAttribute('value');
    const path = `/results/${SLUG}/states/KHM/affected/review`;
    const fields = { token: token ?? '', review: 'clarification' };
    expect((await cambodian.post(path, fields)).status).toBe(403);
    const norwegian = await signedIn(on, 'committee', 'NOR');
    expect(
      (await norwegian.get(`/results/${SLUG}/states/KHM/affected`)).all('form[action$="/review"]'),
    ).toHaveLength(1);
  });
});

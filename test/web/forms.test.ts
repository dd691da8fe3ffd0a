/** A form is taken from the page that it was made for, by the person it was made for, and from nowhere else. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { bootstrapLink, createAccount } from '../../server/accounts/manage.ts';
import { SYSTEM } from '../../server/audit/event.ts';
import { voiceOf } from '../../server/texts.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { dump } from '../support/dump.ts';
import { openedRound, respondent, SLUG, signedIn } from '../support/rounds.ts';
import {
  type Fields,
  fieldsOfForm,
  type SeenPage,
  type Visitor,
  visitor,
} from '../support/visitor.ts';

jest.setTimeout(30_000);

type Seated = Awaited<ReturnType<typeof respondent>>;
let on: TestApp;
let alice: Seated;
let chantal: Seated;

beforeAll(async () => {
  on = await testApp();
  const round = await openedRound(on);
  alice = await respondent(on, round, 'KHM');
  chantal = await respondent(on, round, 'TCD');
});
afterAll(() => on.close());

/** Sessions are renewed by every request, and that changes nothing that anyone can see. No form changes States. */
const everything = () =>
  dump(on.services.connection, { without: ['sessions', 'limits', 'states', 'questionnaires'] });
async function nothingChanges(by: () => Promise<SeenPage>): Promise<SeenPage> {
  const before = await everything();
  const page = await by();
  expect(await everything()).toEqual(before);
  return page;
}

const title = (language: string) => voiceOf(language).t('errors.bad-form.title');
const fieldsOf = async (person: Seated, section: string): Promise<Fields> => {
  const page = await person.visitor.get(`${person.base}/${section}`);
  const form = page.root.querySelector('#section');
  if (!form) throw new Error('no form');
  return { ...fieldsOfForm(form), a42_01: 'no', go: 'later' };
};

describe("a respondent's form", () => {
  it.each([
    ['without a token', () => ({ token: [] })],
    ['with an empty token', () => ({ token: '' })],
    ['with a token of nobody', () => ({ token: 'x'.repeat(43) })],
    ['with two tokens', (own: Fields) => ({ token: [String(own['token']), 'x'] })],
    ['without the link that the token was made for', () => ({ link: [] })],
    [
      "with the token and the link of another State's form",
      async () => {
        const { token, link } = await fieldsOf(chantal, 'a42');
        return { token: token ?? '', link: link ?? '' };
      },
    ],
    [
      'with the link of another State',
      async () => {
        const { link } = await fieldsOf(chantal, 'a42');
        return { link: link ?? '' };
      },
    ],
  ] as const)('%s is refused with 403, and nothing is changed', async (_how, wrong) => {
    const fields = await fieldsOf(alice, 'a42');
    const changed = { ...fields, ...(await wrong(fields)) };
    const page = await nothingChanges(() => alice.visitor.post(`${alice.base}/a42`, changed));
    expect([page.status, page.text('h1')]).toEqual([403, title('en')]);
  });

  it('is refused in the language that the browser asks for, Arabic from right to left', async () => {
    const guest = visitor(on.app, { 'Accept-Language': 'ar-EG,ar;q=0.9,en;q=0.5' });
    const page = await guest.post(`${alice.base}/a42`, { token: 'x' });
    expect([page.status, page.text('h1')]).toEqual([403, title('ar')]);
    expect(page.root.querySelector('html')?.attributes).toMatchObject({ lang: 'ar', dir: 'rtl' });
  });

  it.each([
    ['Sec-Fetch-Site', 'cross-site'],
    ['Sec-Fetch-Site', 'same-site'],
    ['Origin', 'https://example.com'],
    ['Origin', 'null'],
  ])('that another site sends (%s: %s) is refused, even with a good token', async (name, value) => {
    const fields = (await fieldsOf(alice, 'a42')) as Record<string, string>;
    const before = await everything();
    const answer = await alice.visitor.agent
      .post(`${alice.base}/a42`)
      .set(name, value)
      .type('form')
      .send(fields);
    expect([answer.status, answer.text.includes(title('en'))]).toEqual([403, true]);
    expect(await everything()).toEqual(before);
  });

  it.each([
    ['Sec-Fetch-Site', 'same-origin'],
    ['Origin', 'own'],
  ])('that our own page sends (%s: %s) is taken', async (name, value) => {
    const fields = (await fieldsOf(alice, 'a42')) as Record<string, string>;
    const answer = await alice.visitor.agent
      .post(`${alice.base}/a42`)
      .set(name, value === 'own' ? on.url : value)
      .type('form')
      .send(fields);
    expect([answer.status, answer.headers['location']]).toEqual([303, `${alice.base}?saved=1`]);
  });
});

describe('a form of somebody who is signed in', () => {
  let admin: Visitor;
  let other: Visitor;
  beforeAll(async () => {
    [admin, other] = [await signedIn(on, 'admin'), await signedIn(on, 'admin')];
  });
  const tokenOn = (page: SeenPage, form: string) =>
    page.root.querySelector(`${form} input[name="token"]`)?.getAttribute('value') ?? '';

  it.each([
    ['/admin/rounds', { slug: 'new', opens: '', closes: '', zone: '' }],
    [`/admin/rounds/${SLUG}/mailings`, { kind: 'invitation', key: '0123456789abcdef01234567' }],
    [`/admin/rounds/${SLUG}/mailings/test`, { kind: 'invitation', person: 'x' }],
    [`/admin/rounds/${SLUG}/plan`, { time: '09:00', gapHours: '48', most: '5' }],
    ['/admin/templates/invitation/en', { subject: 'x', body: 'x', seen: '1' }],
    ['/admin/templates/invitation/en/preview', { subject: 'x', body: 'x' }],
    ['/admin/templates/invitation/en/versions/1/restored', { seen: '1' }],
    ...['link', 'revocation', 'reissue', 'mail', 'extension', 'declined'].map(
      (part) => [`/admin/rounds/${SLUG}/states/KHM/affected/${part}`, {}] as const,
    ),
    [`/admin/rounds/${SLUG}/notes/KHM/affected`, {}],
    [`/admin/rounds/${SLUG}/closing`, {}],
    [`/results/${SLUG}/exports/csv`, {}],
    [`/results/${SLUG}/states/KHM/affected/review`, { review: 'reviewed' }],
    ['/admin/contacts/new', { state: 'KHM', audience: 'affected', name: 'A', email: 'a@b.org' }],
    ['/admin/contacts/exports/csv', {}],
    ['/sign-out', {}],
  ])(
    'to %s is refused without a token, with another session’s, and with a respondent’s',
    async (address, fields) => {
      const foreign = tokenOn(await other.get('/admin/rounds'), 'main form');
      const respondents = String((await fieldsOf(alice, 'a42'))['token']);
      for (const token of [[], foreign, respondents]) {
        const page = await nothingChanges(() => admin.post(address, { ...fields, token }));
        expect([page.status, page.text('h1')]).toEqual([403, title('en')]);
      }
      expect((await admin.get('/admin/rounds')).status).toBe(200);
    },
  );

  it('is refused in the language of the account', async () => {
    const made = await createAccount(
      on.services,
      { email: 'fr@example.org', role: 'admin', language: 'fr' },
      SYSTEM,
    );
    if (!made.ok) throw new Error(made.reason);
    const person = visitor(on.app, { 'Accept-Language': 'en' });
    await person.submit(
      await person.get(await bootstrapLink(on.services, made.account)),
      'main form',
    );
    const refused = await person.post('/sign-out', {});
    expect([refused.status, refused.text('h1')]).toEqual([403, title('fr')]);
    expect((await person.get('/results/nowhere')).text('h1')).toBe(
      voiceOf('fr').t('errors.not-found.title'),
    );
  });

  it('of somebody who has signed out leads to the sign-in page', async () => {
    const person = await signedIn(on, 'admin');
    const page = await person.get('/admin/rounds');
    await person.submit(page, 'form[action="/sign-out"]');
    const late = await nothingChanges(() => person.submit(page, 'main form'));
    expect([late.status, late.path]).toEqual([200, '/sign-in?to=%2F']);
  });
});

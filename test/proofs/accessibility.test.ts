/**
 * axe-core (WCAG 2.2 A and AA, best practice) and html-validate find nothing: on the respondents' pages in each state, and on
 * those of Committee and administrators. Here each state is looked at in each language, pages and widths turn about;
 * `npm run accessibility` looks at all of them in all.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { bootstrapLink, createAccount } from '../../server/accounts/manage.ts';
import { SYSTEM } from '../../server/audit/event.ts';
import type { Round } from '../../server/rounds/round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { follow, itInBrowser, mustBe, openBrowser } from '../support/browser.ts';
import {
  barriersOn,
  faultsIn,
  LANGUAGES,
  lookAtStage,
  overflowOf,
  WIDTHS,
} from '../support/looking.ts';
import { prepareStates, STATES, STATES_CAST, stage } from '../support/respondent-states.ts';
import {
  CUT_OFF_PAGES,
  prepareResults,
  publicPage,
  RESULTS_PAGES,
} from '../support/results-pages.ts';
import { reviewPages } from '../support/review-states.ts';
import { openedRound, SLUG } from '../support/rounds.ts';
import { visitor } from '../support/visitor.ts';

const inBrowser = itInBrowser('accessibility');
let on: TestApp;
let round: Round;
let browser: Browser | null;

beforeAll(async () => {
  on = await testApp({ mailReplyTo: 'isu@example.org' });
  round = await openedRound(on, { contacts: STATES_CAST });
  await on.sendMail();
  await prepareStates(on, round);
  await prepareResults(on, round);
  browser = await openBrowser();
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await on.close();
});

const PUBLIC = ['en', 'ar'].map(publicPage);
const ADMIN = [
  '/admin/rounds',
  `/admin/rounds/${SLUG}`,
  `/admin/rounds/${SLUG}/states`,
  `/admin/rounds/${SLUG}/states/KHM/affected`,
  `/admin/rounds/${SLUG}/notes/KHM/affected`,
  `/admin/rounds/${SLUG}/mailings`,
  `/admin/rounds/${SLUG}/mailings/new?kind=message`,
  `/admin/rounds/${SLUG}/mailings/confirm?kind=reminder`,
  `/admin/rounds/${SLUG}/mailings/confirm?kind=message&who=hand&when=later&at=soon`,
  `/admin/rounds/${SLUG}/mailings/preview?kind=reminder`,
  `/admin/rounds/${SLUG}/plan`,
  `/admin/rounds/${SLUG}/publication`,
  '/admin/templates',
  '/admin/templates/reminder-draft/ar',
  '/admin/templates/invitation/en/versions/1',
  '/admin/contacts',
  '/admin/contacts?find=zzz&shown=removed',
  '/admin/contacts/new',
  '/admin/contacts/file',
  '/admin/outbox',
  '/admin/bounces',
  '/admin/deliverability',
  '/admin/audit',
];

/** A row of each kind. */
const ODD_CONTACTS = {
  name: 'contacts.csv',
  buffer: Buffer.from(
    [
      'state,audience,name,post,email,language,note',
      ...STATES_CAST.split('\n').slice(1, 3),
      ...STATES_CAST.split('\n').slice(2, 3),
      'NOR,affected,محمد الحداد,P,m@ministère.example,ar,x',
      'Cambodia,affected,,P,nobody,en,',
    ]
      .join('\n')
      .replace('Chan', 'Other'),
  ),
};

const deskPages = async () => [
  ...RESULTS_PAGES,
  ...CUT_OFF_PAGES,
  ...(await reviewPages(on)),
  ...ADMIN,
  ...PUBLIC,
];

describe('accessibility', () => {
  for (const language of ['en', 'ar'])
    for (const width of [360, 1280])
      inBrowser(
        `has no finding on the pages of accounts in ${language} at ${width} pixels`,
        async () => {
          // axe takes half a second a page: each language and each width is looked through once.
          const thorough = (language === 'ar') === (width === 1280);
          const context = await mustBe(browser).newContext({
            viewport: { width, height: 900 },
            bypassCSP: true,
          });
          const page = await context.newPage();
          const findings: string[] = [];
          const look = async (address: string, name = address) => {
            if (address) await page.goto(on.url + address);
            const found = [
              ...(await overflowOf(page)),
              ...(thorough ? await barriersOn(page) : []),
            ];
            findings.push(...found.map((what) => `${name}: ${what}`));
          };
          await look(`/language/${language}?back=/sign-in`, 'sign-in');
          const email = `${language}${width}@example.org`;
          const made = await createAccount(on.services, { email, role: 'admin' }, SYSTEM);
          if (!made.ok) throw new Error(made.reason);
          await page.goto(await bootstrapLink(on.services, made.account));
          await look('', 'confirm');
          await follow(page, page.locator('main form button'));
          // Else every page that follows would be the one to sign in.
          expect(page.url()).toContain('/results');
          for (const address of await deskPages()) await look(address);
          await page.goto(`${on.url}/results/${SLUG}/states/COD/affected/ask/a46_02`);
          await follow(page, page.locator('#ask button[value="look"]'));
          await look('', 'a question without words');
          await page.fill('#words', 'Which ones?');
          await follow(page, page.locator('#ask button[value="look"]'));
          await look('', 'a question before it goes');
          await page.goto(`${on.url}/admin/outbox`);
          await follow(page, page.locator('main table a').first());
          await look('', 'message');
          await page.goto(`${on.url}/admin/contacts`);
          await follow(page, page.locator('main table th a').first());
          await look('', 'contact');
          await page.fill('#name', '');
          await follow(page, page.locator('#contact button'));
          await look('', 'contact that is refused');
          await page.goto(`${on.url}/admin/contacts/file`);
          await page.setInputFiles('#file', { ...ODD_CONTACTS, mimeType: 'text/csv' });
          await follow(page, page.locator('main form button'));
          await look('', 'preview of a file');
          await look('/nowhere');
          await context.close();
          expect(findings).toEqual([]);
        },
        120_000,
      );

  it('is built on valid HTML', async () => {
    const guest = visitor(on.app);
    const made = await createAccount(
      on.services,
      { email: 'html@example.org', role: 'admin' },
      SYSTEM,
    );
    if (!made.ok) throw new Error(made.reason);
    await guest.submit(
      await guest.get(await bootstrapLink(on.services, made.account)),
      'main form',
    );
    const problems: string[] = [];
    const [contact] = await on.services.contacts.all();
    const upload = await guest.get('/admin/contacts/file');
    const { name, buffer: content } = ODD_CONTACTS;
    const preview = await guest.upload(upload, 'form[enctype]', { name, content });
    const more = [preview.path, `/admin/contacts/${contact?._id}`, '/nowhere'];
    for (const address of [...(await deskPages()), ...more]) {
      const page = await guest.get(address);
      problems.push(...(await faultsIn(page.html)).map((fault) => `${address}: ${fault}`));
    }
    expect(problems).toEqual([]);
  }, 90_000);

  // Last: a closed round is later than everything else.
  for (const [turn, state] of STATES.entries())
    inBrowser(
      `has no finding on the pages of a respondent that are ${state}`,
      async () => {
        const staged = await stage(on, round, state);
        // Errors and conflicts all; of the pages for reading every other one, the others in the next state.
        const read = ['empty', 'filled', 'closed'].indexOf(state);
        const pages = staged.pages.filter((_, place) => read < 0 || (place + read) % 2 === 0);
        const findings = await Promise.all(
          LANGUAGES.map((language, place) => {
            const width = WIDTHS[(place + turn) % WIDTHS.length] ?? 360;
            const share = pages.filter((_, at) => at % LANGUAGES.length === place);
            return lookAtStage(on, mustBe(browser), staged, share, { language, width });
          }),
        );
        expect(findings.flat()).toEqual([]);
      },
      120_000,
    );
});

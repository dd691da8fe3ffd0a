/** axe-core (WCAG 2.2 A and AA, best practice) and html-validate find nothing on the main pages, in both directions and at two widths. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HtmlValidate } from 'html-validate';
import type { Browser } from 'playwright-core';
import { bootstrapLink, createAccount } from '../../server/accounts/manage.ts';
import { SYSTEM } from '../../server/audit/event.ts';
import type { Round } from '../../server/rounds/round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { chromiumPath, launch } from '../support/chromium.ts';
import { linkFor, openedRound, respondent, SLUG } from '../support/rounds.ts';
import { visitor } from '../support/visitor.ts';

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const path = chromiumPath();
if (!path && process.env['CI']) throw new Error('There is no Chromium: CI must install it');
const inBrowser = path ? it : it.skip;
if (!path)
  console.warn('No Chromium: the accessibility tests are LEFT OUT. Install it to run them.');

let on: TestApp;
let round: Round;
let browser: Browser;
let base: string;

beforeAll(async () => {
  on = await testApp({ mailReplyTo: 'isu@example.org' });
  round = await openedRound(on);
  ({ base } = await respondent(on, round, 'KHM'));
  await on.sendMail();
  if (path) browser = await launch(path);
}, 30_000);
afterAll(async () => {
  await browser?.close();
  await on.close();
});

const RESPONDENT = [
  '',
  '/about',
  '/a42',
  '/a43',
  '/a44',
  '/a45',
  '/a46',
  '/a47',
  '/check',
  '/answers',
];
const COMMITTEE = [
  '',
  '/actions/42',
  '/actions/45',
  '/questions/a44_01?answer=_no_answer',
  '/indicators/i44a',
  '/states',
  '/states/KHM/affected',
].map((page) => `/results/${SLUG}${page}`);
const ADMIN = [
  '/admin/rounds',
  `/admin/rounds/${SLUG}`,
  '/admin/contacts',
  '/admin/outbox',
  '/admin/audit',
];

describe('accessibility', () => {
  for (const language of ['en', 'ar'])
    for (const width of [360, 1280])
      inBrowser(
        `has no finding on any page in ${language} at ${width} pixels`,
        async () => {
          // axe takes half a second a page: each language and each width is looked through once.
          const thorough = (language === 'ar') === (width === 1280);
          const context = await browser.newContext({
            viewport: { width, height: 900 },
            bypassCSP: true,
          });
          const page = await context.newPage();
          const findings: string[] = [];
          const look = async (address: string, name = address) => {
            if (address) await page.goto(on.url + address);
            const wide = Number(
              await page.evaluate('document.documentElement.scrollWidth - innerWidth'),
            );
            if (wide > 0) findings.push(`${name}: ${wide} pixels wider than the screen`);
            if (!thorough) return;
            await page.evaluate(axe);
            const violations = (await page.evaluate(
              "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(', ')))",
            )) as string[];
            findings.push(...violations.map((violation) => `${name}: ${violation}`));
          };
          await look(`/language/${language}?back=/sign-in`, 'sign-in');
          await page.goto(await linkFor(on, round, 'KHM', 'affected'));
          for (const part of RESPONDENT) await look(base + part);
          await page.goto(`${on.url}${base}/a42`);
          await page.fill('[name="a42_05.amount"]', 'many');
          await page.click('.actions button[value="next"]');
          await look('', 'error');
          await look('/r/0123456789abcdef01234567', 'link needed');
          const email = `${language}${width}@example.org`;
          const made = await createAccount(on.services, { email, role: 'admin' }, SYSTEM);
          if (!made.ok) throw new Error(made.reason);
          await page.goto(await bootstrapLink(on.services, made.account));
          await look('', 'confirm');
          await page.click('main form button');
          for (const address of [...COMMITTEE, ...ADMIN]) await look(address);
          await page.goto(`${on.url}/admin/outbox`);
          await page.click('main table a');
          await look('', 'message');
          await look('/nowhere');
          await context.close();
          expect(findings).toEqual([]);
        },
        90_000,
      );

  it('is built on valid HTML', async () => {
    const validate = new HtmlValidate({
      extends: ['html-validate:recommended'],
      rules: {
        // How the source is spaced and written is not what a browser or reader meets.
        'no-trailing-whitespace': 'off',
        'void-style': 'off',
        'attribute-boolean-style': 'off',
        'attribute-empty-style': 'off',
        'long-title': 'off',
        // Check boxes share a name, and so do the hidden fields that list the questions of a form.
        'form-dup-name': 'off',
        // A table that scrolls needs the keyboard, and a region with a name.
        'prefer-native-element': 'off',
      },
    });
    const guest = visitor(on.app);
    await guest.get(await linkFor(on, round, 'KHM', 'affected'));
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
    for (const address of [
      ...RESPONDENT.map((part) => base + part),
      ...COMMITTEE,
      ...ADMIN,
      '/nowhere',
    ]) {
      const page = await guest.get(address);
      const report = await validate.validateString(page.html);
      for (const result of report.results)
        problems.push(
          ...result.messages.map((m) => `${address}:${m.line} ${m.ruleId}: ${m.message}`),
        );
    }
    expect(problems).toEqual([]);
  }, 30_000);
});

/** Looks at pages in Chromium for barriers (axe-core), for what is wider than the screen, and for HTML that is not valid. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { HtmlValidate } from 'html-validate';
import type { Browser, Page } from 'playwright-core';
import type { TestApp } from './app.ts';
import type { Stage, StatePage } from './respondent-states.ts';

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const RUN = `axe.run({ runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'] }).then((result) =>
  result.violations.map((one) => one.id + ': ' + one.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(', ')))`;

/** What axe finds on the page as it stands; a context must bypass the content security policy for it. */
export async function barriersOn(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return (await page.evaluate(RUN)) as string[];
}

export async function overflowOf(page: Page): Promise<string[]> {
  const wide = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
  return wide > 0 ? [`${wide} pixels wider than the screen`] : [];
}

const validator = new HtmlValidate({
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

/** What html-validate says of a page as it was sent. */
export async function faultsIn(html: string): Promise<string[]> {
  const { results } = await validator.validateString(html);
  return results.flatMap(({ messages }) =>
    messages.map(({ line, ruleId, message }) => `line ${line} ${ruleId}: ${message}`),
  );
}

export type Look = { language: string; width: number };
export const LANGUAGES = ['en', 'fr', 'ar'];
export const WIDTHS = [360, 1280];

/** Findings on the pages of a stage, each with the page's name before it. */
export async function lookAtStage(
  on: TestApp,
  browser: Browser,
  { state, links }: Stage,
  pages: StatePage[],
  { language, width }: Look,
): Promise<string[]> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    bypassCSP: true,
    reducedMotion: 'reduce',
  });
  const findings: string[] = [];
  try {
    for (const address of [`${on.url}/language/${language}?back=/sign-in`, ...links])
      await context.request.get(address, { maxRedirects: 0 });
    const page = await context.newPage();
    for (const one of pages) {
      if (one.open) await context.request.get(await one.open(), { maxRedirects: 0 });
      const html = await bring(page, on.url, one);
      const lang = await page.getAttribute('html', 'lang');
      const found = [
        ...(lang === language ? [] : [`is in ${lang}`]),
        ...(await overflowOf(page)),
        ...(await barriersOn(page)),
        ...(await faultsIn(html)),
      ];
      findings.push(
        ...found.map((what) => `${state}, ${one.name}, ${language}, ${width}: ${what}`),
      );
    }
  } finally {
    await context.close();
  }
  return findings;
}

/** Opens the page, and where a form brings it, fills that in and presses. @returns the HTML as it was sent */
async function bring(page: Page, url: string, { name, path, press }: StatePage): Promise<string> {
  const opened = await page.goto(url + path);
  if (!opened || opened.status() >= 500) throw new Error(`${name} came with ${opened?.status()}`);
  if (!press) return opened.text();
  await press.before?.(page.context());
  for (const [field, text] of Object.entries(press.fields ?? {}))
    await page.fill(`main [name="${field}"]`, text);
  if (press.choose) await page.locator(`main [name="${press.choose}"]`).last().check();
  const answer = page.waitForResponse(
    (response) =>
      response.request().isNavigationRequest() && response.request().method() === 'POST',
  );
  const loaded = page.waitForEvent('load');
  await page.locator(press.button).first().click();
  const response = await answer;
  await loaded;
  // A state that did not come about would look clean.
  const { answers = [409, 422] } = press;
  if (!answers.includes(response.status()))
    throw new Error(`${name} came with ${response.status()}, not with ${answers.join(' or ')}`);
  return response.text();
}

/** Every page of results, to be looked at: by the proof in turns, by `npm run accessibility` in all languages and widths. */
import type { Browser } from 'playwright-core';
import { bootstrapLink, createAccount } from '../../server/accounts/manage.ts';
import { SYSTEM } from '../../server/audit/event.ts';
import { publish } from '../../server/progress/publication.ts';
import { takeCutOff } from '../../server/progress/read-cut-off.ts';
import type { Round } from '../../server/rounds/round.ts';
import type { TestApp } from './app.ts';
import { barriersOn, faultsIn, type Look, overflowOf } from './looking.ts';
import { SLUG } from './rounds.ts';

const page = (path: string) => `/results/${SLUG}${path}`;
export const RESULTS_PAGES = [
  '',
  '/actions/42',
  '/actions/45',
  '/questions/a44_01?answer=_no_answer',
  '/indicators/i44a',
  '/actions',
  '/matrix',
  '/texts',
  '/money',
  '/needs',
  '/needs?by=state&area=coordination',
  '/given-and-received',
  '/experience',
  '/states/TUR',
  '/states/KHM/profile',
  '/states',
  '/states/KHM/affected',
  '/compare',
  '/cut-offs',
  '/cross?of=a44_03&by=_region',
  '/cross?of=a44_01&by=a42_01&row=financial',
].map(page);
/** With a cut-off named "First". */
export const CUT_OFF_PAGES = ['/compare?with=oap-2023:first', '?cutoff=first&also=oap-2023'].map(
  page,
);

/** The one that everybody may see, in its language. */
export const publicPage = (language: string): string => `/public/${SLUG}/${language}`;

/** The cut-off that some of the pages are looked at, and that is public. */
export async function prepareResults({ services }: TestApp, round: Round): Promise<void> {
  const taken = await takeCutOff(services, round, { name: 'First', slug: 'first' }, SYSTEM);
  if (!taken.ok) throw new Error(JSON.stringify(taken.problems));
  await publish(services, round, 'first', SYSTEM);
}

/** Findings on all of them for a member of the Committee, each with the page before it. */
export async function lookAtResults(
  on: TestApp,
  browser: Browser,
  { language, width }: Look,
): Promise<string[]> {
  const email = `looks-${language}-${width}@example.org`;
  const made = await createAccount(on.services, { email, role: 'committee', state: null }, SYSTEM);
  if (!made.ok) throw new Error(made.reason);
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    bypassCSP: true,
    reducedMotion: 'reduce',
  });
  const findings: string[] = [];
  try {
    const page = await context.newPage();
    await page.goto(await bootstrapLink(on.services, made.account));
    await page.click('main form button');
    await page.goto(`${on.url}/language/${language}?back=/results/${SLUG}`);
    for (const address of [...RESULTS_PAGES, ...CUT_OFF_PAGES, publicPage(language)]) {
      const opened = await page.goto(on.url + address);
      const html = (await opened?.text()) ?? '';
      const found = [
        ...(opened?.status() === 200 ? [] : [`came with ${opened?.status()}`]),
        ...((await page.getAttribute('html', 'lang')) === language ? [] : ['another language']),
        ...(await overflowOf(page)),
        ...(await barriersOn(page)),
        ...(await faultsIn(html)),
      ];
      findings.push(...found.map((what) => `${address}, ${language}, ${width}: ${what}`));
    }
  } finally {
    await context.close();
  }
  return findings;
}

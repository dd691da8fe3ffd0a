/** The whole main job in a real Chromium, once with JavaScript and once without it. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { bootstrapLink, createAccount } from '../../server/accounts/manage.ts';
import { SYSTEM } from '../../server/audit/event.ts';
import type { Answers, FileAnswer } from '../../server/questionnaire/answers.ts';
import type { Questionnaire } from '../../server/questionnaire/questionnaire.ts';
import { fieldsOf } from '../../server/responses/fields.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { follow, itInBrowser, openBrowser, openWindow, type Window } from '../support/browser.ts';
import { linksIn, type Mailbox, mailbox } from '../support/mailbox.ts';
import { bundledQuestionnaire, openedRound, SLUG } from '../support/rounds.ts';

/** What a State answers: every type of question, each kind of cell that the questionnaire has, both kinds of way out. */
const ANSWERS: Answers = {
  r_currency: 'EUR',
  r_use: 'attributed',
  r_quote: 'ask',
  r_both: 'no',
  a42_01: 'financial',
  a42_02: {
    2021: { survey_clearance: 1500000, risk_education: 0 },
    2022: { victim_assistance: 250000.5 },
  },
  a42_03: ['staff', 'other'],
  a42_04: 'annual',
  a42_05: { amount: 1250000.5, currency: 'EUR' },
  a42_06: 12.5,
  a42_07: ['climate', 'private'],
  a43_01: 'yes',
  a43_02: 'adopted',
  a43_04: ['article7', 'other'],
  a43_05: {
    survey_clearance: 'covered',
    risk_education: 'partly',
    victim_assistance: 'uncovered',
    stockpile: 'not_applicable',
    coordination: 'dont_know',
  },
  a43_06: 'form',
  a43_07: 'yes',
  a43_08: 'published',
  a43_09: ['nothing'],
  a43_10: 'later',
  a44_01: 'yes',
  a44_02: 'quarterly',
  a44_03: ['survivors', 'women'],
  a44_04: 4,
  a44_05: 'dont_know',
  a45_01: {
    survey_clearance: ['funding', 'training'],
    risk_education: ['technical'],
    victim_assistance: ['none'],
    stockpile: ['dont_know'],
    coordination: ['equipment'],
  },
  a45_02: { 2022: { total: 700000 } },
  a45_03: 'most',
  a45_04: 'all',
  a45_05: 'mostly',
  a45_06: 'partly',
  a45_07: ['women', 'girls'],
  a45_08: 'sex_age',
  a45_09: 35.5,
  a46_01: 3,
  a46_02: ['none'],
  a46_03: 'Predictable support, "please" & <soon>.\nSecond line: é, العربية, 中文',
  a47_01: 'shared_and_received',
  a47_02: ['south_south'],
  a47_03: ['land_release', 'other'],
  a47_04: 'agreed',
  a47_05: 'shared',
  a47_06: 'A visit to a neighbouring programme.',
  a47_07: { land_release: ['offered'], im: ['offered', 'sought'] },
};
const OTHER = { a42_03: 'Detection dogs', a43_04: 'A letter', a47_03: 'Drones' };
const PDF = {
  name: 'Plan d’action 2023.pdf',
  mimeType: 'application/pdf',
  content: '%PDF-1.7\n%%EOF\n',
};

const inBrowser = itInBrowser('the journey');
let on: TestApp;
let post: Mailbox;
let browser: Browser | null;
let questionnaire: Questionnaire;

beforeAll(async () => {
  post = await mailbox();
  on = await testApp({ smtpUrl: post.url, mailReplyTo: 'isu@example.org' });
  questionnaire = bundledQuestionnaire();
  await openedRound(on);
  await on.sendMail();
  browser = await openBrowser();
}, 30_000);
afterAll(async () => {
  await browser?.close();
  await on.close();
  await post.close();
});

describe.each([
  { name: 'with JavaScript', script: true, state: 'KHM', email: 'alice@example.org' },
  { name: 'without JavaScript', script: false, state: 'TUR', email: 'emine@example.org' },
])('a State that answers $name', ({ script, state, email }) => {
  let window: Window;
  let page: Page;
  let link: string;
  let base: string;
  let reference: string;

  beforeAll(async () => {
    if (!browser) return;
    window = await openWindow(browser, { javaScriptEnabled: script });
    page = window.page;
  });
  afterAll(() => window?.context.close());

  inBrowser('comes from the mail to a page that says who asks and for which State', async () => {
    const [invitation] = post.to(email);
    [link = ''] = linksIn(invitation as never);
    await page.goto(link);
    base = page.url();
    expect(base).toMatch(/\/r\/[0-9a-f]{24}$/);
    expect(await text(page.locator('h1'))).toBe(questionnaire.definition.title);
    const stored = await on.services.states.find(state);
    expect(await text(page.locator('dl.facts'))).toContain(stored?.names.en);
    await follow(page, page.locator('main a.button').first());
    expect(page.url()).toBe(`${base}/about`);
  });

  inBrowser('is told what is wrong, at the field and with the words still there', async () => {
    await page.goto(`${base}/a42`);
    await page.fill('[name="a42_05.amount"]', 'about a million');
    await press(page, 'next');
    expect(page.url()).toBe(`${base}/a42`);
    const entry = page.locator('#summary a').first();
    expect(await text(entry)).toContain(questionnaire.question('a42_05')?.number);
    if (script) expect(await focused(page)).toBe('summary');
    await entry.click();
    expect(await focused(page)).toBe('a42_05-amount');
    const field = page.locator('#a42_05-amount');
    expect(await field.inputValue()).toBe('about a million');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    // Also when the page is left and opened again.
    await page.goto(`${base}/a42`);
    expect(await field.inputValue()).toBe('about a million');
  });

  if (script) {
    inBrowser('sees branches open and close at once, without a request', async () => {
      await page.goto(`${base}/a42`);
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      const amounts = page.locator('#q-a42_02');
      const cell = page.locator('[name="a42_02.2021.survey_clearance"]');
      expect(await amounts.count()).toBe(0);
      await choose(page, 'a42_01', 'financial');
      expect(await amounts.isVisible()).toBe(true);
      await cell.fill('1500000');
      await choose(page, 'a42_01', 'no');
      expect(await amounts.isVisible()).toBe(false);
      await choose(page, 'a42_01', 'financial');
      expect(await cell.inputValue()).toBe('1500000');
      expect(requests).toEqual([]);
    });

    inBrowser('cannot choose "none" together with something', async () => {
      await tick(page, 'a42_07', ['climate', 'private', 'none']);
      expect(await ticked(page, 'a42_07')).toEqual(['none']);
      await tick(page, 'a42_07', ['climate']);
      expect(await ticked(page, 'a42_07')).toEqual(['climate']);
    });
  }

  inBrowser(
    'answers each section by filling in what the page shows',
    async () => {
      await page.goto(`${base}/about`, { waitUntil: 'load' });
      const seen = new Set<string>();
      const returns: string[] = [];
      while (!page.url().endsWith('/check')) {
        const here = page.url();
        await fillIn(page, seen);
        await press(page, 'next');
        if (!page.url().startsWith(here.replace(/\?.*/, ''))) continue;
        returns.push(page.url());
        expect(await page.locator('#summary li').allTextContents()).toEqual([]);
      }
      expect([...seen].sort()).toEqual([...Object.keys(ANSWERS), 'a43_03'].sort());
      // Without the script the server brings up what an answer has opened.
      if (script) expect(returns).toEqual([]);
      else expect(returns.map((url) => new URL(url).searchParams.get('new'))).toContain('a42_02');
    },
    90_000,
  );

  inBrowser('finds what stood in a branch that was closed for a while', async () => {
    await page.goto(`${base}/a44`);
    await choose(page, 'a44_01', 'no');
    await press(page, 'next');
    await page.goto(`${base}/a44`);
    expect(await page.locator('#q-a44_02').count()).toBe(0);
    await choose(page, 'a44_01', 'yes');
    if (!script) await press(page, 'next');
    expect(await ticked(page, 'a44_02')).toEqual(['quarterly']);
    expect(await ticked(page, 'a44_03')).toEqual(['survivors', 'women']);
    await press(page, 'next');
    expect(page.url()).toBe(`${base}/a45`);
  });

  inBrowser('saves with the Enter key too, which takes no file off', async () => {
    await page.goto(`${base}/a43`);
    const loaded = page.waitForEvent('load');
    await page.locator('[name="a43_03.url"]').press('Enter');
    await loaded;
    expect(page.url()).toBe(`${base}/a44`);
    await page.goto(`${base}/a43`);
    expect(await text(page.locator('ul.files a'))).toBe(PDF.name);
  });

  inBrowser('goes on with another device, through the same link', async () => {
    const other = await openWindow(browser, { javaScriptEnabled: script });
    await other.page.goto(link);
    expect(other.page.url()).toBe(base);
    await other.page.goto(`${base}/a43`);
    expect(await ticked(other.page, 'a43_09')).toEqual(['nothing']);
    expect(await other.page.inputValue('[name="a43_04.other"]')).toBe(OTHER.a43_04);
    expect(await text(other.page.locator('ul.files a'))).toBe(PDF.name);
    await other.page.goto(`${base}/a46`);
    expect(await other.page.inputValue('[name="a46_03"]')).toBe(ANSWERS['a46_03']);
    expect(other.complaints).toEqual([]);
    await other.context.close();
  });

  inBrowser('checks its answers, submits them and gets a receipt with a reference', async () => {
    await page.goto(`${base}/check`);
    expect(await page.locator('#summary li').allTextContents()).toEqual([]);
    const given = await page.locator('section.given').allTextContents();
    const words = ['1,250,000.50 EUR', '12.5', 'Detection dogs', 'Second line: é, العربية, 中文'];
    for (const word of [...words, PDF.name, 'Every three months'])
      expect(given.join()).toContain(word);

    await follow(page, page.locator('#submit button'));
    await page.locator('#summary a').click();
    expect(await focused(page)).toBe('submitter-confirm');
    await page.locator('#submitter-confirm').check();
    await follow(page, page.locator('#submit button'));
    expect(page.url()).toBe(`${base}/receipt`);
    reference = await text(page.locator('.reference'));
    expect(reference).toMatch(/^R(-[2-9A-Z]{4}){3}$/);

    await on.sendMail();
    expect(post.to(email).map((mail) => mail.text?.includes(reference))).toEqual([false, true]);
  });

  inBrowser('has submitted exactly what was filled in', async () => {
    const response = await on.services.responses.find(base.slice(-24));
    const { a43_03: report, ...answers } = response?.submitted?.answers ?? {};
    expect(answers).toEqual(ANSWERS);
    expect(response?.submitted?.other).toEqual(OTHER);
    expect((report as FileAnswer).files).toEqual([
      expect.objectContaining({ name: PDF.name, size: PDF.content.length, type: PDF.mimeType }),
    ]);
  });

  inBrowser('is found by the Committee behind a bar, with its answer', async () => {
    await signInAsCommittee();
    await follow(page, page.locator(`a[href="/results/${SLUG}/actions/44"]`).first());
    const bar = page.locator('#a44_02 ul.bars a', { hasText: 'Every three months' });
    const count = Number(await bar.locator('b').textContent());
    if (script) await pressBar(page, '#a44_02 canvas', 'Every three months');
    else await follow(page, bar);
    const states = page.locator('#states ul.states a:not(.ask)');
    expect(new URL(page.url()).searchParams.get('answer')).toBe('quarterly');
    expect(await states.count()).toBe(count);
    const name = (await on.services.states.find(state))?.names.en ?? '';
    await follow(page, states.filter({ hasText: name }));
    expect(await text(page.locator('#q-a44_02 dd .said'))).toBe('Every three months');
    expect(await text(page.locator('dl.facts'))).toContain(reference);
  });

  inBrowser('and meets no page that breaks its own policy or a script', () => {
    // A form that is refused is answered with 422, which Chromium tells the console.
    const refused = window.complaints.filter((one) => one.includes('status of 422'));
    expect(window.complaints.filter((one) => !refused.includes(one))).toEqual([]);
  });

  async function signInAsCommittee(): Promise<void> {
    const wanted = { email: `committee-${state}@example.org`, role: 'committee' };
    const made = await createAccount(on.services, wanted, SYSTEM);
    if (!made.ok) throw new Error(made.reason);
    await page.goto(await bootstrapLink(on.services, made.account));
    await follow(page, page.locator('main form button'));
    expect(page.url()).toBe(`${on.url}/results/${SLUG}`);
  }

  /** Fills in each question that the page shows and that was not seen before, those too that open meanwhile. */
  async function fillIn(on: Page, seen: Set<string>): Promise<void> {
    for (;;) {
      const shown: string[] = await on
        .locator('#section > [data-question]:not(template):not([hidden])')
        .evaluateAll((all: Marked[]) => all.map((one) => one.dataset.question));
      const id = shown.find((one) => !seen.has(one));
      if (!id) return;
      seen.add(id);
      const question = questionnaire.question(id);
      if (!question) throw new Error(`The page asks ${id}, which is no question.`);
      if (question.type === 'file') await upload(on, id);
      else if (!(id in ANSWERS)) throw new Error(`Nobody knows an answer to ${id}.`);
      const draft = { answers: ANSWERS, other: OTHER, unparsed: {} };
      for (const [name, value] of Object.entries(fieldsOf(question, draft, 'en')))
        await fill(on, name, value ?? '');
    }
  }
});

/** What the tests read of an element; the DOM's own types are not among those of a program for Node. */
type Marked = { dataset: { question: string } };
type Seen = { heading: string; sections: number; content: number };

describe('the pages in Arabic', () => {
  inBrowser('run from right to left', async () => {
    const { page, context, complaints } = await openWindow(browser);
    const [invitation] = post.to('bob@example.org');
    const [link = ''] = linksIn(invitation as never);
    await page.goto(link);
    const base = page.url();
    for (const part of ['', '/about', '/a42', '/a45', '/check', '/answers']) {
      await page.goto(base + part);
      const seen = await page.evaluate(`({
        language: document.documentElement.lang,
        direction: getComputedStyle(document.querySelector('h1')).direction,
        heading: document.querySelector('h1').textContent,
        sections: document.querySelector('nav.sections')?.getBoundingClientRect().right,
        content: document.querySelector('h1').getBoundingClientRect().right,
      })`);
      expect(seen).toMatchObject({ language: 'ar', direction: 'rtl' });
      const { heading, sections, content } = seen as Seen;
      expect(heading).toMatch(/\p{Script=Arabic}/u);
      // What stands at the end of the line in English stands on the left here.
      if (part !== '/answers') expect(sections).toBeLessThan(content);
    }
    await page.goto(`${base}/a42`);
    await page.fill('[name="a42_05.amount"]', 'مليون');
    await press(page, 'next');
    expect(await text(page.locator('#summary'))).toMatch(/\p{Script=Arabic}/u);
    expect(await page.inputValue('[name="a42_05.amount"]')).toBe('مليون');
    expect(complaints.filter((one) => !one.includes('status of 422'))).toEqual([]);
    await context.close();
  });
});

const press = (page: Page, button: 'next' | 'later') =>
  follow(page, page.locator(`#section .actions button[value="${button}"]`));

/** What an element says, spaces made one. */
const text = async (of: Locator): Promise<string> =>
  ((await of.textContent()) ?? '').replace(/\s+/g, ' ').trim();

/** The id of the element that has the focus. */
const focused = (page: Page) => page.locator(':focus').getAttribute('id');

const named = (page: Page, name: string): Locator => page.locator(`#section [name="${name}"]`);
const option = (page: Page, name: string, value: string): Locator =>
  page.locator(`#section [name="${name}"][value="${value}"]`);

const choose = (page: Page, name: string, value: string) => option(page, name, value).check();

async function tick(page: Page, name: string, values: string[]): Promise<void> {
  for (const value of values) await option(page, name, value).check();
}

const ticked = (page: Page, name: string): Promise<string[]> =>
  page
    .locator(`#section [name="${name}"]:checked`)
    .evaluateAll((all: { value: string }[]) => all.map((one) => one.value));

/** Fills in a field by what it is on the page. */
async function fill(page: Page, name: string, value: string | string[]): Promise<void> {
  const field = named(page, name).first();
  const type = await field.getAttribute('type');
  if (type === 'checkbox') await tick(page, name, [value].flat());
  else if (type === 'radio') await choose(page, name, String(value));
  else if (await page.locator(`#section select[name="${name}"]`).count())
    await field.selectOption(value);
  else await field.fill(String(value));
}

async function upload(page: Page, id: string): Promise<void> {
  const { content, ...file } = PDF;
  await page.setInputFiles(`#${id}-file`, { ...file, buffer: Buffer.from(content) });
  await follow(page, page.locator(`#q-${id} .upload button`));
  expect(await text(page.locator(`#q-${id} ul.files a`))).toBe(PDF.name);
}

/** Clicks into the middle of a bar that Chart.js has drawn. */
async function pressBar(page: Page, canvas: string, label: string): Promise<void> {
  await page.locator(canvas).scrollIntoViewIfNeeded();
  const { x, y } = (await page.evaluate(`(() => {
    const canvas = document.querySelector(${JSON.stringify(canvas)});
    const chart = Chart.getChart(canvas);
    const place = chart.data.labels.findIndex((lines) => [lines].flat().join(' ') === ${JSON.stringify(label)});
    const { x, y, base } = chart.getDatasetMeta(0).data[place];
    const box = canvas.getBoundingClientRect();
    return { x: box.left + (x + base) / 2, y: box.top + y };
  })()`)) as { x: number; y: number };
  const loaded = page.waitForEvent('load');
  await page.mouse.click(x, y);
  await loaded;
}

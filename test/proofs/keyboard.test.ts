/**
 * The whole way of a respondent by keyboard alone, once without JavaScript and once with it: no mouse, and no address but that
 * of the link in each mail. On the way every stop must be in view, uncovered and outlined, and no page keeps the focus.
 */
import { afterAll, beforeAll, describe, expect, jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { createAccount } from '../../server/accounts/manage.ts';
import { SYSTEM } from '../../server/audit/event.ts';
import type { Fields } from '../../server/questionnaire/answers.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { itInBrowser, openBrowser, openWindow, type Window } from '../support/browser.ts';
import { type Keyboard, keyboard } from '../support/keyboard.ts';
import { linksIn, type Mailbox, mailbox } from '../support/mailbox.ts';
import { openedRound, SLUG } from '../support/rounds.ts';
import { smallDefinition } from '../support/small-questionnaire.ts';

jest.setTimeout(240_000);

const CONTACTS = `state,audience,name,post,email,language
KHM,affected,Alice Chan,Director,alice@example.org,en
KHM,affected,Bea Sok,Deputy director,bea@example.org,en
`;
const PDF = {
  name: 'Plan.pdf',
  mimeType: 'application/pdf',
  buffer: Buffer.from('%PDF-1.4\n%%EOF\n'),
};

/** What Alice says, as the fields of the pages: every type of question, and each kind of matrix. */
const SAID: Fields = {
  r_currency: 'EUR',
  commits: 'yes',
  'amount.amount': '1250000.50',
  'amount.currency': 'EUR',
  kinds: ['staff', 'other'],
  'kinds.other': 'Detection dogs',
  useful: '4',
  share: '12.5',
  'coverage.clearance': 'covered',
  'coverage.education': 'dont_know',
  'support.clearance': ['funding', 'training'],
  'support.education': ['none'],
  'spending.clearance.2021': '1000',
  'spending.education.2022': '2000.25',
  'trained.clearance.2021': '10',
  'remarks.education.2022': 'Late',
  story: 'Line one\nLine two',
  'report.url': 'https://example.org/plan',
};

const inBrowser = itInBrowser('the keyboard');
let browser: Browser | null;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

describe.each([
  { name: 'without JavaScript', script: false, viewport: { width: 1280, height: 900 } },
  // As a screen of 1280 by 1024 pixels is, enlarged four times.
  {
    name: 'with JavaScript and much enlarged',
    script: true,
    viewport: { width: 320, height: 256 },
  },
])('a respondent with a keyboard, $name', ({ script, viewport }) => {
  let on: TestApp;
  let post: Mailbox;
  let alice: Keyboard;
  const windows: Window[] = [];
  const people: Keyboard[] = [];

  beforeAll(async () => {
    post = await mailbox();
    on = await testApp({ smtpUrl: post.url, mailReplyTo: 'isu@example.org' });
    await openedRound(on, { contacts: CONTACTS, definition: smallDefinition() });
    await on.sendMail();
  }, 30_000);
  afterAll(async () => {
    for (const { context } of windows) await context.close();
    await on.close();
    await post.close();
  });

  /** A person with a browser of their own. */
  async function person(): Promise<Keyboard> {
    const window = await openWindow(browser, { javaScriptEnabled: script, viewport });
    windows.push(window);
    window.page.setDefaultTimeout(120_000);
    // From here on Chromium asks us instead of opening a window of its own, which takes it a moment to learn.
    window.page.on('filechooser', () => {});
    const keys = await keyboard(window.page);
    people.push(keys);
    return keys;
  }
  /** The pages are the same with the script, so their stops are counted only once. */
  const toured = (keys: Keyboard) => round(keys, !script);
  /** Opens the first link of the newest mail to the address. */
  async function openMail(keys: Keyboard, email: string): Promise<void> {
    await on.sendMail();
    const mail = post.to(email).at(-1);
    if (!mail) {
      const messages = await on.services.connection.collection('messages').find().toArray();
      const outcomes = messages.map(({ template, status, reply }) => ({ template, status, reply }));
      throw new Error(`nothing came to ${email}: ${JSON.stringify(outcomes)}`);
    }
    await keys.page.goto(linksIn(mail)[0] ?? '');
  }

  inBrowser('opens the link of the mail and starts', async () => {
    alice = await person();
    await openMail(alice, 'alice@example.org');
    expect(await text(alice, 'h1')).toBe('A small questionnaire');
    await toured(alice);
    await alice.to('Skip to the content');
    await alice.press('Enter');
    expect(await alice.step('Tab')).toMatchObject({ role: 'link', name: 'Start' });
    await alice.go();
    expect(alice.page.url()).toMatch(/\/about$/);
  });

  inBrowser('answers every question, and what an answer opens has the focus', async () => {
    const opened: string[] = [];
    while (!alice.page.url().endsWith('/check')) {
      const question = new URL(alice.page.url()).searchParams.get('new');
      if (question) {
        opened.push(question);
        expect((await alice.here())?.field).toMatch(new RegExp(`^${question}\\b`));
      }
      await toured(alice);
      await fillIn(alice, SAID);
      await alice.go();
    }
    // With the script they open on the page itself, before the walk comes to them.
    expect(opened).toEqual(script ? [] : ['amount', 'useful']);
    expect(await errors(alice)).toEqual([]);
    await toured(alice);
    for (const words of ['1,250,000.50 EUR', 'Detection dogs', '12.5', 'Line two', PDF.name])
      expect(await text(alice, 'main')).toContain(words);
  });

  inBrowser('is led to what is wrong, with the words still there', async () => {
    await alice.follow(/^42\. Resources/);
    await alice.write('share', 'a lot');
    await alice.follow('Save and continue', 'Space');
    const [problem = ''] = await errors(alice);
    expect(problem).toContain('Enter a number in digits');
    expect((await alice.here())?.id).toBe('summary');
    await alice.to(problem);
    await alice.press('Enter');
    expect(await alice.here()).toMatchObject({ id: 'share', value: 'a lot' });
    await seesItsWords(alice);
    await toured(alice);
    await alice.write('share', '12.5');
    await alice.follow('Save and continue');
    expect(alice.page.url()).toMatch(/\/plans$/);
  });

  inBrowser('hands a section to a colleague, who writes it and finishes', async () => {
    await alice.follow('Back to the start page');
    await alice.follow('Ask a colleague to answer some sections');
    await toured(alice);
    await alice.follow('Send the link');
    expect((await alice.here())?.id).toBe('summary');
    await alice.to('Enter your colleague’s name.');
    await alice.press('Enter');
    expect((await alice.here())?.id).toBe('colleague-name');
    await seesItsWords(alice);
    await alice.write('name', 'Carl Prum');
    await alice.write('email', 'carl@example.org');
    await alice.tick('sections', 'needs');
    await alice.write('note', 'Please see to the share.');
    await alice.follow('Send the link', 'Space');
    expect(await text(alice, 'ul.people')).toContain('Carl Prum');
    await toured(alice);

    const carl = await person();
    await openMail(carl, 'carl@example.org');
    expect(await text(carl, '.lead')).toContain('Alice Chan');
    await toured(carl);
    await carl.follow('Continue');
    await toured(carl);
    await fillIn(carl, { share: '20', kinds: ['staff', 'equipment', 'other'] });
    await carl.go('Space');
    expect(carl.page.url()).toMatch(/\/check$/);
    await toured(carl);
    await carl.follow('I have finished');
    expect(await text(carl, '.done-note')).toContain('You finished');
    await toured(carl);

    await on.sendMail();
    expect(post.to('alice@example.org').at(-1)?.subject).toContain('Carl Prum');
    await alice.follow('Back to the start page');
    await alice.follow('Ask a colleague to answer some sections');
    expect(await text(alice, 'ul.people')).toContain('Finished');
  });

  inBrowser('decides answer by answer where a second person saved the same section', async () => {
    await alice.follow('43. Needs');
    const bea = await person();
    await openMail(bea, 'bea@example.org');
    await bea.follow(/^43\. Needs/);
    await fillIn(bea, {
      'trained.clearance.2021': '20',
      'remarks.education.2022': 'Soon',
      story: 'By Bea',
    });
    await bea.go();
    expect(bea.page.url()).toMatch(/\/check$/);

    await fillIn(alice, { 'trained.clearance.2021': '30', story: 'By Alice' });
    await alice.go();
    expect(await text(alice, '#summary')).toContain('Somebody else saved this section');
    expect(await text(alice, '#summary')).toContain('Bea Sok');
    expect((await alice.here())?.id).toBe('summary');
    await toured(alice);
    expect(await text(alice, '#theirs-trained')).toContain('20');
    expect(await text(alice, '#theirs-story')).toContain('By Bea');
    // What only Bea changed is no matter for a decision.
    expect(await alice.page.locator('#theirs-remarks').count()).toBe(0);
    await alice.choose('keep.trained', 'theirs');
    await alice.choose('keep.story', 'mine');
    await alice.follow('Save and check your answers');
    expect(alice.page.url()).toMatch(/\/check$/);
    const given = await text(alice, 'main');
    for (const words of ['2021: 20', 'Soon', 'By Alice']) expect(given).toContain(words);
    expect(given).not.toContain('By Bea');
  });

  inBrowser('asks for more time, which the secretariat grants by keyboard too', async () => {
    await alice.follow('Back to the start page');
    await alice.follow('Ask for more time');
    await toured(alice);
    await alice.follow('Send the request');
    expect(await errors(alice)).toHaveLength(2);
    expect((await alice.here())?.id).toBe('summary');
    await alice.to('#extension-day');
    await alice.type('07142023');
    await alice.write('reason', 'The ministry is moving.');
    await alice.follow('Send the request', 'Space');
    expect(await text(alice, '.note')).toContain('Your request waits for an answer');
    await toured(alice);

    const email = 'admin@example.org';
    await createAccount(on.services, { email, role: 'admin' }, SYSTEM);
    const admin = await person();
    await admin.page.goto(`${on.url}/sign-in`);
    await admin.write('email', email);
    await admin.follow('Send me a link');
    expect(await text(admin, 'h1')).toBe('Look into your mail');
    await openMail(admin, email);
    await admin.follow('Sign in');
    await admin.follow('Rounds');
    await admin.follow(SLUG);
    await toured(admin);
    await admin.follow('Grant', 'Space');
    expect(await text(admin, '#requests')).not.toContain('The ministry is moving.');
    await toured(admin);

    await alice.follow('Back to the start page');
    expect(await text(alice, '.facts')).toContain('14 July 2023');
    await on.sendMail();
    expect(post.to('alice@example.org').at(-1)?.text).toContain('14 July 2023');
  });

  inBrowser(
    'submits and gets a receipt, which is genuine until one character changes',
    async () => {
      await alice.follow('Check and submit');
      await alice.follow('Submit');
      const confirm = 'Confirm that you are authorised to submit for your State.';
      expect(await errors(alice)).toContain(confirm);
      await alice.to(confirm);
      await alice.press('Enter');
      expect((await alice.here())?.id).toBe('submitter-confirm');
      await seesItsWords(alice);
      await toured(alice);
      await alice.write('name', 'Alice Chan');
      await alice.write('post', 'Director');
      await alice.write('email', 'alice@example.org');
      await alice.tick('confirm', 'yes');
      await alice.follow('Submit', 'Space');
      expect(alice.page.url()).toMatch(/\/receipt$/);
      const reference = await text(alice, '.reference');
      await toured(alice);

      await alice.to('Your receipt, to keep');
      await alice.press('Control+a');
      await alice.press('Control+c');
      await alice.follow('Verify a receipt');
      await toured(alice);
      await alice.toField('receipt');
      await alice.press('Control+v');
      await alice.follow('Verify', 'Space');
      expect(await text(alice, '.done-note')).toContain('This receipt is genuine');
      expect(await text(alice, '.reference')).toBe(reference);
      await toured(alice);

      const { value } = await alice.toField('receipt');
      // The last of the signature; a line's end stands between.
      const end = value.lastIndexOf('END OF RECEIPT') - 1;
      await alice.press('Control+End');
      for (let at = value.length; at > end; at -= 1) await alice.press('ArrowLeft');
      await alice.press('Backspace');
      await alice.type(value[end - 1] === 'a' ? 'b' : 'a');
      await alice.follow('Verify');
      expect(await text(alice, '#summary')).toContain('This receipt is not genuine');
      expect(await text(alice, '#error-receipt')).not.toBe('');
      expect(await alice.page.locator('.done-note').count()).toBe(0);
      await toured(alice);
    },
  );

  inBrowser('and nobody met a page that breaks its own policy or a script', () => {
    const complaints = windows.flatMap((window) => window.complaints);
    // A form that is refused, or meets a conflict, is answered with a status that Chromium tells the console.
    expect(complaints.filter((one) => !/status of (409|422)/.test(one))).toEqual([]);
    expect(people.flatMap(({ faults }) => [...faults])).toEqual([]);
  });
});

const text = async ({ page }: Keyboard, selector: string): Promise<string> =>
  ((await page.locator(selector).first().textContent()) ?? '').replace(/\s+/g, ' ').trim();
const errors = async ({ page }: Keyboard): Promise<string[]> =>
  (await page.locator('#summary li').allTextContents()).map((one) => one.trim());

/** All of the page can be reached, forwards and backwards, and nothing on the way was wrong. */
async function round(keys: Keyboard, isWhole: boolean): Promise<void> {
  if (isWhole) expect(await keys.tour()).toEqual([]);
  expect([...keys.faults]).toEqual([]);
}

/** What a field is called and what is wrong with it are in view with it. */
async function seesItsWords({ page }: Keyboard): Promise<void> {
  const question = page.locator('.question', { has: page.locator(':focus') });
  for (const words of await question.locator('legend, label, .problem').all())
    expect((await words.boundingBox())?.y).toBeGreaterThanOrEqual(0);
}

/** Walks over the form, answers what it meets, and stops at the button that saves. */
async function fillIn(keys: Keyboard, said: Fields): Promise<void> {
  for (let ends = 0; ends < 2; ) {
    const stop = await keys.step('Tab', false);
    if (stop === null) ends += 1;
    else if (stop.field === 'go' && stop.value === 'next') return;
    else if (stop.type === 'file' && (await attached(keys)) === 0) await attach(keys);
    const wanted = said[stop?.field ?? ''];
    if (!stop || wanted === undefined) continue;
    if (stop.type === 'radio') await keys.choose(stop.field, String(wanted));
    else if (stop.type === 'checkbox') {
      if (wanted.includes(stop.value)) await keys.tick(stop.field, stop.value);
    } else if (stop.type === 'select-one') await keys.pick(stop.field, String(wanted));
    else await keys.write(stop.field, String(wanted));
  }
  throw new Error('There is no button to save with.');
}

const attached = ({ page }: Keyboard): Promise<number> => page.locator('ul.files li').count();

/** The keyboard opens the window in which files are chosen; that one is the browser's own. */
async function attach(keys: Keyboard): Promise<void> {
  const chooser = keys.page.waitForEvent('filechooser');
  await keys.press('Enter');
  await (await chooser).setFiles(PDF);
  await keys.follow('Attach the file', 'Space');
  expect(await attached(keys)).toBe(1);
}

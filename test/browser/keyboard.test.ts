/** What walks over pages in `test/proofs/keyboard.test.ts` finds each fault that it is there to find. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { itInBrowser, openBrowser, openWindow, type Window } from '../support/browser.ts';
import { keyboard } from '../support/keyboard.ts';

const inBrowser = itInBrowser('walking by keyboard');
let browser: Browser | null;
let window: Window;
beforeAll(async () => {
  browser = await openBrowser();
  if (browser) window = await openWindow(browser);
});
afterAll(() => browser?.close());

const GOOD = ':focus-visible { outline: 3px solid #123; outline-offset: 2px }';
async function on(html: string, css = GOOD) {
  await window.page.setContent(`<style>body { margin: 20px } ${css}</style><body>${html}`);
  return keyboard(window.page);
}

describe('a walk over a page', () => {
  inBrowser('comes to each kind of element by its name, and finds nothing wrong', async () => {
    const keys = await on(
      `<a href="#a">A link</a> <label>Day <input type="date"></label> <label>Words <textarea></textarea></label>
      <label><input type="radio" name="r" value="1"> One</label> <label><input type="radio" name="r" value="2"> Two</label>
      <details><summary>More</summary><button>Hidden</button></details> <button aria-label="Save it">S</button>`,
    );
    expect(await keys.tour()).toEqual([]);
    for (const name of ['A link', 'Day', 'Words', 'One', 'More', 'Save it'])
      expect(await keys.to(name)).toMatchObject({ name });
    await keys.choose('r', '2');
    expect(await keys.here()).toMatchObject({ name: 'Two', checked: true });
    expect([...keys.faults]).toEqual([]);
  });

  inBrowser('says what it met when it never comes to something', async () => {
    const keys = await on(
      '<a href="#a">First</a> <button tabindex="-1">Away</button> <button>Last</button>',
    );
    await expect(keys.to('Away')).rejects.toThrow(
      /never came to Away.*link "First".*button "Last"/s,
    );
  });

  inBrowser('says what cannot be reached though it should be', async () => {
    const keys = await on(
      '<a href="#a">First</a> <a href="#b" id="passed">Passed</a> <a href="#c" id="last">Last</a>',
    );
    await window.page.evaluate(`document.querySelector('a').addEventListener('keydown', (event) => {
      if (event.shiftKey) return;
      event.preventDefault();
      document.getElementById('last').focus();
    })`);
    expect(await keys.tour()).toEqual(['a passed']);
  });

  inBrowser.each([
    ['on one element', ''],
    ['in a circle', "document.getElementById('circle').focus();"],
  ])('says where it is trapped %s', async (_where, leads) => {
    const keys = await on(
      '<a href="#a">First</a> <button id="circle">Round</button> <label>Trap <input id="trap"></label> <a href="#b">Last</a>',
    );
    await window.page.evaluate(`document.querySelector('input').addEventListener('keydown', (event) => {
      event.preventDefault();
      ${leads}
    })`);
    await expect(keys.to('Last')).rejects.toThrow(/trapped.*#(trap|circle)/s);
    await expect(keys.tour()).rejects.toThrow(/trapped.*#(trap|circle)/s);
  });

  inBrowser.each([
    ['has no outline', '', ':focus-visible { outline: none }'],
    ['has an outline that does not stand out', '', ':focus-visible { outline: 3px solid #eee }'],
    [
      'is covered by DIV.bar',
      '<div class="bar">',
      `${GOOD} .bar { position: fixed; inset: 0 0 50% }`,
    ],
    ['is out of view', '', `${GOOD} button { position: absolute; left: -9999px }`],
    ['is not visible', '', `${GOOD} button { opacity: 0 }`],
    ['is not visible', '', `${GOOD} button { width: 1px; height: 1px; padding: 0; border: 0 }`],
    ['has an outline that P. cuts off', '', `${GOOD} p { overflow: hidden }`],
  ])('says that what has the focus %s', async (fault, html, css) => {
    const keys = await on(`<p><button>Press</button></p>${html}`, css);
    await keys.to('Press');
    expect([...keys.faults].join()).toContain(`button "Press" ${fault}`);
  });
});

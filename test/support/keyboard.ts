/** A person who has a keyboard and no mouse: walks from stop to stop, types, and presses. */
import type { Page } from 'playwright-core';
import { focusOn, reachableOn, type Stop } from './focus.ts';

/** A date has a stop for each of its parts. Whoever stands longer on one element is trapped. */
const MOST_PARTS = 10;

export type Keyboard = Awaited<ReturnType<typeof keyboard>>;

/** @param page of a Chromium that keeps animations away, so that what scrolls has arrived */
export async function keyboard(page: Page) {
  const session = await page.context().newCDPSession(page);
  const faults = new Set<string>();

  /** What has the focus; what is wrong with how it shows is kept in `faults`. */
  async function here(isNamed = true): Promise<Stop | null> {
    const stop = await focusOn(session, isNamed);
    for (const fault of stop?.faults ?? [])
      faults.add(`${new URL(page.url()).pathname}: ${inWords(stop)} ${fault}`);
    return stop;
  }

  async function step(key: 'Tab' | 'Shift+Tab', isNamed = true): Promise<Stop | null> {
    await page.keyboard.press(key);
    return here(isNamed);
  }

  /**
   * Walks until a stop is as wanted, or the page ends: the focus leaves it then and comes in again at its other end.
   * @throws when it stays too long on one element, or comes back to one before the end
   */
  async function lap(
    key: 'Tab' | 'Shift+Tab',
    isWanted: (stop: Stop) => boolean = () => false,
    isNamed = true,
  ): Promise<{ found: Stop | null; met: Stop[] }> {
    const all = [...(await reachableOn(session)).keys()];
    const [first, last] = key === 'Tab' ? [all.at(0), all.at(-1)] : [all.at(-1), all.at(0)];
    const start = await here(isNamed);
    const met = start ? [start] : [];
    for (;;) {
      const stop = await step(key, isNamed);
      if (!stop || isWanted(stop)) return { found: stop, met };
      // Without a window around it Chromium at times goes from one end to the other at once.
      if (stop.key === first && met.at(-1)?.key === last) return { found: null, met };
      const since = met.findLastIndex((one) => one.key !== stop.key) + 1;
      const isBack = met.slice(0, since).some((one) => one.key === stop.key);
      if (isBack || met.length - since >= MOST_PARTS)
        throw new Error(`The focus is trapped at ${inWords(await here())}${listOf(met)}`);
      met.push(stop);
    }
  }

  /** @throws with the list of what it met when it came round without meeting it */
  async function walk(
    words: string,
    isWanted: (stop: Stop) => boolean,
    key: 'Tab' | 'Shift+Tab' = 'Tab',
  ): Promise<Stop> {
    const now = await here();
    if (now && isWanted(now)) return now;
    // The first lap may begin in the middle of the page.
    const first = await lap(key, isWanted);
    const { found, met } = first.found ? first : await lap(key, isWanted);
    if (!found) throw new Error(`${key} never came to ${words} on ${page.url()}${listOf(met)}`);
    return found;
  }

  /** @param wanted "#id", or the accessible name */
  const to = (wanted: string | RegExp, key?: 'Shift+Tab') =>
    walk(
      String(wanted),
      (stop) =>
        wanted instanceof RegExp
          ? wanted.test(stop.name)
          : [`#${stop.id}`, stop.name].includes(wanted),
      key,
    );

  const toField = (name: string, value?: string) =>
    walk(
      `the field ${name}`,
      ({ field, ...stop }) => field === name && (value === undefined || stop.value === value),
    );

  /** Presses on what has the focus, which brings another page or the same one again. */
  async function go(key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
    const loaded = page.waitForEvent('load');
    await page.keyboard.press(key);
    await loaded;
  }

  return {
    page,
    faults,
    here,
    step,
    to,
    toField,
    go,
    press: (key: string) => page.keyboard.press(key),
    type: (text: string) => page.keyboard.type(text),
    /** Walks to a link or button and presses it. */
    async follow(wanted: string | RegExp, key?: 'Enter' | 'Space'): Promise<void> {
      await to(wanted);
      await go(key);
    },
    /** Walks to a field and writes, instead of what stands there. */
    async write(name: string, text: string): Promise<void> {
      const { value } = await toField(name);
      if (value !== '') await page.keyboard.press('Control+a');
      await page.keyboard.type(text);
    },
    /** Walks to a group of radio buttons and chooses one with the arrows, or with Space where the focus is on it already. */
    async choose(name: string, value: string): Promise<void> {
      const passed: string[] = [];
      for (let stop = await toField(name); stop.value !== value; ) {
        if (passed.includes(stop.value)) throw new Error(`${name} has ${passed}, and no ${value}`);
        passed.push(stop.value);
        await page.keyboard.press('ArrowDown');
        const next = await here();
        if (next?.field !== name) throw new Error(`the arrow led out of ${name}`);
        stop = next;
      }
      if (!(await here())?.checked) await page.keyboard.press('Space');
      if (!(await here())?.checked) throw new Error(`${name} did not take ${value}`);
    },
    async tick(name: string, value: string): Promise<void> {
      const { checked } = await toField(name, value);
      if (!checked) await page.keyboard.press('Space');
    },
    /** Walks to a list and chooses by the first letters of an option. */
    async pick(name: string, letters: string): Promise<void> {
      await toField(name);
      await page.keyboard.type(letters);
    },
    /**
     * Walks round the page, forwards and backwards.
     * @returns what can take the focus but was not met in both directions
     */
    async tour(): Promise<string[]> {
      const reachable = await reachableOn(session);
      const missed: [string, string][] = [];
      for (const key of ['Tab', 'Shift+Tab'] as const) {
        const notMet = async () => {
          const { met } = await lap(key, undefined, false);
          return [...reachable].filter(([one]) => !met.some((stop) => stop.key === one));
        };
        // The first lap may begin in the middle of the page.
        if ((await notMet()).length > 0) missed.push(...(await notMet()));
      }
      return missed.map(([, words]) => words);
    },
  };
}

const inWords = (stop: Stop | null): string =>
  stop ? `${stop.role} "${stop.name}"${stop.id ? ` (#${stop.id})` : ''}` : '(end of the page)';
const listOf = (met: Stop[]): string => `; it met:\n${met.map(inWords).join('\n')}`;

/** Plays a schedule through the application and holds every answer of it against what the editors know. */
import type { TestApp } from '../app.ts';
import type { Fields } from '../visitor.ts';
import type { Editor, Saved, Sheet, Words } from './editor.ts';
import { type Drafted, draftOf, mustHaveOneReceiptEach } from './ledger.ts';
import { QUESTIONS, SECTIONS, type SectionName } from './round.ts';
import type { Save, Step, Typing } from './schedule.ts';

/** A page in somebody's browser, with all that its reader has seen of each field on the way to it. */
type Tab = {
  sheet: Sheet;
  version: number;
  seen: Record<string, Set<string>>;
  /** What the fields may have held when the page was made; more than one after a race. */
  base: Record<string, Set<string>>;
  /** The fields as a browser brings them back. */
  typed: Words;
};
type Check = { form: Fields; saw: Drafted };
type Person = { browser: Editor; tabs: Record<SectionName, Tab[]>; checks: Check[] };
/** A save on its way: what is in the form, and from which page. */
type Post = { tab: Tab; person: Person; words: Words; attach: boolean };

class Violation extends Error {
  override name = 'Violation';
}
function must(holds: boolean, what: string, details: unknown = ''): asserts holds {
  if (!holds) throw new Violation(`${what} ${JSON.stringify(details)}`);
}

/** @throws Violation when an answer of the application does not fit */
export async function play(
  on: TestApp,
  invitation: string,
  editors: Editor[],
  steps: Step[],
): Promise<void> {
  const people = editors.map(
    (browser): Person => ({ browser, tabs: { first: [], second: [] }, checks: [] }),
  );
  const look = () => draftOf(on, invitation);
  let now = await look();
  let words = 0;

  const person = (who: number) => people[who % people.length] as Person;

  async function open(who: number, section: SectionName): Promise<Tab> {
    const sheet = await person(who).browser.open(section);
    for (const id of SECTIONS[section])
      must(sheet.words[id] === now.words[id], `an opened page shows what is stored`, {
        id,
        sheet,
        now,
      });
    const sets = () =>
      Object.fromEntries(SECTIONS[section].map((id) => [id, new Set([sheet.words[id] ?? ''])]));
    const version = Number(sheet.form['revision']);
    const tab = { sheet, version, seen: sets(), base: sets(), typed: { ...sheet.words } };
    person(who).tabs[section].unshift(tab);
    return tab;
  }

  async function postOf({ who, section, back, typing, attach }: Save): Promise<Post> {
    const tabs = person(who).tabs[section];
    const tab = tabs[Math.min(back, tabs.length - 1)] ?? (await open(who, section));
    const typed: Words = { ...tab.typed };
    for (const [place, id] of SECTIONS[section].entries()) {
      const written: Record<Typing, string> = {
        leave: typed[id] ?? '',
        write: `${who}-${++words}`,
        clear: '',
        agree: 'agreed',
      };
      typed[id] = written[typing[place] ?? 'leave'];
    }
    return { tab, person: person(who), words: typed, attach: attach && section === 'second' };
  }

  const send = ({ person, tab, words, attach }: Post) =>
    person.browser.save(tab.sheet, words, attach);

  /** What may have happened between `now` and what is stored after the posts, all sent at one moment. */
  async function judge(posts: Post[], outcomes: Saved[]): Promise<void> {
    const after = await look();
    const accepted = posts.filter((_, place) => outcomes[place]?.kind === 'saved');
    for (const { tab, words } of accepted)
      for (const id of SECTIONS[tab.sheet.section])
        must(after.words[id] === words[id], `what an accepted save wrote is stored`, {
          id,
          words,
          after,
        });
    for (const id of QUESTIONS) {
      if (after.words[id] === now.words[id]) continue;
      const writer = accepted.find(({ words }) => id in words);
      must(writer !== undefined, 'only an accepted save changes a text', { id, now, after });
      const known = writer.tab.seen[id];
      must(
        known?.has(now.words[id] ?? '') === true,
        'LOST UPDATE: a save replaced a text that its writer had not seen',
        { id, was: now.words[id], is: after.words[id], seen: [...(known ?? [])] },
      );
    }
    for (const section of Object.keys(SECTIONS) as SectionName[]) {
      const here = posts.filter(({ tab }) => tab.sheet.section === section);
      const isFresh = here.some(({ tab }) => tab.version === now.versions[section]);
      // A file is attached whoever was first, so it may overtake a save.
      if (isFresh && !here.some(({ attach }) => attach))
        must(
          here.some((post) => accepted.includes(post)),
          'of those who saw the newest state, one is accepted',
          { section, now },
        );
    }
    for (const [place, post] of posts.entries()) {
      const outcome = outcomes[place];
      if (outcome?.kind === 'conflict') meet(post, outcome.sheet, after);
      else {
        post.tab.typed = post.words;
        for (const [id, text] of Object.entries(post.words)) post.tab.seen[id]?.add(text);
      }
    }
    now = after;
  }

  /** The conflict page has both texts, and becomes the editor's newest page. */
  function meet({ tab, person, words }: Post, sheet: Sheet, after: Drafted): void {
    const { section } = sheet;
    const next: Tab = {
      sheet,
      version: Number(sheet.form['revision']),
      seen: {},
      base: {},
      typed: { ...sheet.words },
    };
    for (const id of SECTIONS[section]) {
      const [field, mine, stored] = [sheet.words[id] ?? '', words[id] ?? '', after.words[id] ?? ''];
      const [base, seen] = [tab.base[id] as Set<string>, tab.seen[id] as Set<string>];
      const shown = [field, ...(sheet.theirs[id] === undefined ? [] : [sheet.theirs[id]])];
      if (!base.has(mine))
        must(field === mine, 'a conflict page keeps what was typed', { id, mine, shown });
      else if (base.size === 1 && now.words[id] === stored)
        must(field === stored, "a conflict page takes over a colleague's text", {
          id,
          stored,
          shown,
        });
      // In a race the page may have been made before the other save.
      const known = new Set([...seen, ...shown]);
      must(
        known.has(stored) || known.has(now.words[id] ?? ''),
        'a conflict page shows what is stored',
        { id, stored, shown },
      );
      next.seen[id] = new Set([...known, mine]);
      next.base[id] = new Set(field === mine ? [now.words[id] ?? '', stored] : [field]);
      if (sheet.theirs[id] !== undefined) next.base[id] = new Set([sheet.theirs[id]]);
    }
    person.tabs[section].unshift(next);
  }

  async function check(who: number): Promise<void> {
    const { form } = await person(who).browser.check();
    const nothingNew = now.submitted !== null && !now.ahead;
    must(
      (form === null) === nothingNew,
      'the check page can be submitted when there is something new',
      now,
    );
    if (form) person(who).checks.unshift({ form, saw: now });
  }

  async function submit(
    who: number,
    back: number,
    times: number,
    beside: Save | null,
  ): Promise<void> {
    const { checks, browser } = person(who);
    if (checks.length === 0) await check(who);
    const pressed = checks[Math.min(back, checks.length - 1)];
    if (!pressed) return;
    const { form, saw } = pressed;
    const posts = beside ? [await postOf(beside)] : [];
    const before = now;
    const [outcomes, saves] = await Promise.all([
      Promise.all(Array.from({ length: times }, () => browser.submit(form))),
      Promise.all(posts.map(send)),
    ]);
    await judge(posts, saves);
    const receipts = outcomes.filter(({ kind }) => kind === 'receipt').length;
    const fresh = now.submissions - before.submissions;
    must(receipts === 0 || receipts === times, 'presses of one button end alike', {
      receipts,
      times,
    });
    must(fresh === 0 || (fresh === 1 && receipts > 0), 'one button makes one submission', {
      fresh,
      receipts,
    });
    if (receipts > 0)
      must(sameWords(now.submitted, saw.words), 'a receipt is for what the check page showed', {
        saw,
        now,
      });
    const sameState = JSON.stringify(saw) === JSON.stringify(before);
    if (sameState && !beside)
      must(fresh === 1 && receipts === times, 'who saw the newest state can submit', {
        saw,
        now,
        outcomes,
      });
  }

  for (const step of steps) {
    if (step.do === 'open') await open(step.who, step.section);
    else if (step.do === 'check') await check(step.who);
    else if (step.do === 'submit') await submit(step.who, step.back, step.times, step.beside);
    else {
      const posts: Post[] = [];
      for (const save of step.do === 'save' ? [step] : step.saves) {
        const post = await postOf(save);
        // One page pressed twice sends the same form twice.
        const twin = posts.find(({ tab }) => tab === post.tab);
        posts.push(twin ?? post);
      }
      await judge(posts, await Promise.all(posts.map(send)));
    }
    must(
      now.submitted === null || now.ahead || sameWords(now.submitted, now.words),
      'a draft that differs from what was submitted says so',
      now,
    );
  }
  await mustHaveOneReceiptEach(on, invitation, now.submissions);
}

const sameWords = (one: Words | null, other: Words): boolean =>
  QUESTIONS.every((id) => (one?.[id] ?? '') === (other[id] ?? ''));

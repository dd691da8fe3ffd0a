/** The respondent's pages in each state that they can be in, for what must hold on all of them. */
import type { BrowserContext } from 'playwright-core';
import { GRACE_MINUTES, type Round } from '../../server/rounds/round.ts';
import { answered } from './answering.ts';
import type { TestApp } from './app.ts';
import { askedStage, colleagueStage, HELP_CAST, outsideStage, prepareHelp } from './help-states.ts';
import { askedBackStage, prepareReview, REVIEW_CAST } from './review-states.ts';
import { bundledQuestionnaire, CAST, linkFor } from './rounds.ts';
import { type Fields, type SeenPage, type Visitor, visitor } from './visitor.ts';

/** In this order: the last one moves the clock past the deadline. */
export const STATES = [
  'empty',
  'error',
  'filled',
  'conflict',
  'asked',
  'colleague',
  'outside',
  'askedBack',
  'closed',
] as const;
export type RespondentState = (typeof STATES)[number];

/** Carlos has answered all and not submitted: where a submission can go wrong. */
export const STATES_CAST = `${CAST}${HELP_CAST}${REVIEW_CAST}COL,affected,Carlos Ruiz,Director,carlos@example.org,en\n`;

/** A page to open; one that only a form brings has what is done before, filled in, and pressed. */
export type StatePage = {
  name: string;
  path: string;
  /** A link that the browser opens first, beside those of the stage. */
  open?: () => Promise<string>;
  press?: {
    button: string;
    fields?: Record<string, string>;
    /** Name of a field whose last option is chosen. */
    choose?: string;
    before?: (context: BrowserContext) => Promise<unknown>;
    /** The statuses that the page may come with; by default those of an error and of a conflict. */
    answers?: number[];
  };
};
export type Stage = { state: RespondentState; links: string[]; pages: StatePage[] };

const SECTIONS = bundledQuestionnaire()
  .sections('affected')
  .map(({ id }) => id);
const READING = [
  ...['', ...SECTIONS, 'check', 'answers', 'colleagues', 'extension', 'right-person'],
  ...['print', 'print/answers'],
];
const COUNTRY = { empty: 'KHM', error: 'IRQ', filled: 'TCD', conflict: 'TUR', closed: 'TCD' };
const NEXT = '.actions button[value="next"]';

/** The answers that some of the states need. Once, before the first stage. */
export async function prepareStates(on: TestApp, round: Round): Promise<void> {
  await answered(on, round, COUNTRY.filled, { receipt: true });
  await answered(on, round, 'COL', { sections: SECTIONS.length });
  await prepareHelp(on, round);
  await prepareReview(on, round);
}

/** Whoever opens the links finds the pages in the state. */
export async function stage(on: TestApp, round: Round, state: RespondentState): Promise<Stage> {
  const after = round.closesAt.getTime() + (GRACE_MINUTES + 1) * 60_000;
  if (state === 'closed') on.setTime(new Date(after).toISOString());
  if (state === 'asked') return askedStage(on, round);
  if (state === 'colleague') return colleagueStage(on, round);
  if (state === 'askedBack') return askedBackStage(on, round);
  if (state === 'outside') return outsideStage(on, round, COUNTRY.filled);
  const link = await linkFor(on, round, COUNTRY[state], 'affected');
  const colleague = visitor(on.app);
  const { path: base } = await colleague.get(link);
  const at = (part: string) => (part ? `${base}/${part}` : base);
  const reading = READING.map((part): StatePage => ({ name: part || 'landing', path: at(part) }));
  switch (state) {
    case 'empty':
      return { state, links: [link], pages: reading };
    case 'filled':
    case 'closed':
      return {
        state,
        links: [link],
        pages: [...reading, { name: 'receipt', path: at('receipt') }],
      };
    case 'conflict':
      return { state, links: [link], pages: await conflicts(colleague, at) };
    case 'error': {
      const submitting = await linkFor(on, round, 'COL', 'affected');
      const carlos = visitor(on.app);
      const { path: other } = await carlos.get(submitting);
      return {
        state,
        links: [link, submitting],
        pages: [
          ...(await unreadable(colleague, at)),
          ...FORMS.map(([name, form]) => ({
            name,
            path: at(name),
            press: { button: `${form} .button[type="submit"]` },
          })),
          {
            name: 'check',
            path: `${other}/check`,
            press: { button: '#submit .button', fields: { name: '', email: 'nobody' } },
          },
          {
            name: 'check, seen before a colleague saved',
            path: `${other}/check`,
            press: {
              button: '#submit .button',
              fields: { name: 'Carlos Ruiz', post: 'Director', email: 'carlos@example.org' },
              choose: 'confirm',
              before: async () => saveWords(carlos, `${other}/a46`),
            },
          },
        ],
      };
    }
  }
}

const FORMS = [
  ['extension', '#extension'],
  ['right-person', '#person'],
  ['colleagues', '#colleague'],
] as const;

const chosen = (page: SeenPage, selector: string) =>
  page.all(selector).filter((one) => !one.closest('template'));

/** In each section with a field for a number, words in it. */
async function unreadable(colleague: Visitor, at: (part: string) => string): Promise<StatePage[]> {
  const pages: StatePage[] = [];
  for (const section of SECTIONS) {
    const page = await colleague.get(at(section));
    const [field] = chosen(page, '#section input[inputmode="decimal"]');
    const fields = { [field?.getAttribute('name') ?? '']: 'many' };
    if (field) pages.push({ name: section, path: at(section), press: { button: NEXT, fields } });
  }
  return pages;
}

let times = 0;
/** Other words each time. */
async function saveWords(colleague: Visitor, path: string) {
  times += 1;
  const fields = { a46_03: `Written ${times} times` };
  return colleague.submit(await colleague.get(path), '#section', fields, 'later');
}

/** While the page is open, a colleague chooses another option of its first question. */
async function conflicts(colleague: Visitor, at: (part: string) => string): Promise<StatePage[]> {
  const pages: StatePage[] = [];
  for (const section of SECTIONS) {
    const path = at(section);
    const choose = nameOfFirst(await colleague.get(path));
    const before = async () => {
      const page = await colleague.get(path);
      return colleague.submit(page, '#section', otherChoice(page, choose), 'later');
    };
    pages.push({ name: section, path, press: { button: NEXT, choose, before } });
  }
  return pages;
}

const CHOICES = '#section input[type="radio"], #section input[type="checkbox"]';
const nameOfFirst = (page: SeenPage): string =>
  chosen(page, CHOICES)[0]?.getAttribute('name') ?? '';

/** The first option, or the second where that was chosen. */
function otherChoice(page: SeenPage, name: string): Fields {
  const [first, second] = chosen(page, CHOICES).filter((one) => one.getAttribute('name') === name);
  const other = first?.hasAttribute('checked') ? second : first;
  return { [name]: other?.getAttribute('value') ?? '' };
}

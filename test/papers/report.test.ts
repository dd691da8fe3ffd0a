/** The Committee's paper: its figures are those of the pages, nobody is named who is not to be, and Word can work on it. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SYSTEM } from '../../server/audit/event.ts';
import type { Block, Report } from '../../server/papers/report.ts';
import { reportFile, reportOf } from '../../server/papers/report-file.ts';
import { NO_FILTER } from '../../server/progress/dataset.ts';
import { allMoneyQuestions, moneyPage } from '../../server/progress/money-page.ts';
import { readDataset } from '../../server/progress/read.ts';
import { readAnswers } from '../../server/progress/read-answers.ts';
import { takeCutOff } from '../../server/progress/read-cut-off.ts';
import { summaryOf } from '../../server/progress/summary.ts';
import { genderFigures, ruleId } from '../../server/review/gender-figures.ts';
import { createRound, openRound } from '../../server/rounds/plan.ts';
import type { Round } from '../../server/rounds/round.ts';
import { nameIn } from '../../server/states/state.ts';
import { INTERFACE_LANGUAGES, voiceOf } from '../../server/texts.ts';
import { AFFECTED, answeredRound, submitAnswers } from '../support/answered-round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { SLUG, signedIn } from '../support/rounds.ts';
import type { Visitor } from '../support/visitor.ts';
import { readWord, type WordFile } from '../support/word.ts';
import { hurtRules } from '../support/word-rules.ts';

jest.setTimeout(60_000);

/** Counted, and not to be named. */
const TOTALS = ['TCD', 'COD', 'ETH', 'SEN', 'IRQ', 'JOR'];
/** To be named to the Committee, and a paper is for everybody. */
const COMMITTEE_ONLY = ['LKA', 'THA', 'YEM'];
const SILENT = ['PER', 'BIH'];

let on: TestApp;
let round: Round;

beforeAll(async () => {
  on = await testApp();
  round = await answeredRound(on, {
    silent: SILENT,
    uses: {
      ...Object.fromEntries(TOTALS.map((state) => [state, 'aggregate' as const])),
      ...Object.fromEntries(COMMITTEE_ONLY.map((state) => [state, 'committee' as const])),
    },
    answers: (state, audience) =>
      audience === 'affected'
        ? { a44_01: 'no', a44_06: ['mandate', AFFECTED.indexOf(state) % 3 ? 'funds' : 'other'] }
        : {},
  });
});
afterAll(() => on.close());

async function report(language = 'en', cutoff = '', of = round): Promise<Report> {
  const cutOff = cutoff ? await on.services.cutOffs.find(of._id, cutoff) : null;
  const made = await reportOf(on.services, of, cutOff, voiceOf(language));
  if (!made) throw new Error('the questionnaire is not loaded');
  return made;
}
/** Made once for each language: it takes seconds. */
const files = new Map<string, Promise<{ made: Report; file: WordFile }>>();
async function make(language: string) {
  const made = await report(language);
  return { made, file: readWord(await reportFile(on.services, made)) };
}
function written(language: string) {
  const kept = files.get(language) ?? make(language);
  files.set(language, kept);
  return kept;
}

const textOf = (block: Block): string[] => {
  switch (block.kind) {
    case 'paragraph':
      return [block.text];
    case 'points':
      return block.lines;
    case 'table':
      return [block.caption, ...block.header, ...block.rows.flat()];
    case 'chart':
      return [block.caption, block.alt, JSON.stringify(block.picture)];
  }
};
const textsOf = (sections: Report['sections']) =>
  sections.flatMap(({ heading, blocks }) => [heading, ...blocks.flatMap(textOf)]);

describe('the figures of the paper', () => {
  it('equal those of the results, for every indicator', async () => {
    const data = await readDataset(on.services, round, 'en');
    if (!data) throw new Error('no data');
    const { indicators } = summaryOf(data, NO_FILTER, { identifies: false });
    const text = textsOf((await report()).sections).join('\n');
    const counted = indicators.filter(({ numerator }) => numerator !== null);
    expect(counted).toHaveLength(8);
    for (const { key, numerator, denominator, value } of counted) {
      const indicator = data.questionnaire.definition.indicators.find((one) => one.key === key);
      const said =
        value === null
          ? `${indicator?.label}: no answers yet`
          : `${indicator?.label}: ${numerator} of ${denominator} `;
      expect(text).toContain(said);
    }
  });

  it('equal those of the results, for every answer to every closed question', async () => {
    const data = await readDataset(on.services, round, 'en');
    if (!data) throw new Error('no data');
    const { questions } = summaryOf(data, NO_FILTER, { identifies: false });
    const rows = new Map(
      (await report()).annexes
        .flatMap(({ blocks }) => blocks)
        .flatMap((block) =>
          block.kind === 'table' ? block.rows.map((row) => ({ row, block })) : [],
        )
        .map(({ row: [label = '', figures = ''], block }) => [
          `${block.caption.split(': ')[1]}: ${label}`,
          figures,
        ]),
    );
    let compared = 0;
    for (const { id, audience, counts, noAnswer } of questions) {
      const [name = '', row] = id.split('/');
      const question = data.questionnaire.question(name);
      if (!question?.action) continue;
      const under =
        question.type === 'matrix' ? question.rows.find(({ value }) => value === row) : null;
      const label = `${question.number} ${question.label}${under ? ` – ${under.label}` : ''}`;
      const asked = data.questionnaire.definition.audiences.find((one) => one.id === audience);
      const figures = rows.get(`${asked?.short}: ${label}`) ?? '';
      const options = question.type === 'matrix' ? question.columns : question.options;
      for (const option of options) {
        const count = counts[option.value] ?? 0;
        if (count === 0 && !figures.includes(option.label)) continue;
        expect(`; ${figures};`).toContain(`; ${option.label}\u00a0${count};`);
        compared += 1;
      }
      expect([id, figures.includes(`No answer\u00a0${noAnswer}`)]).toEqual([id, true]);
    }
    expect(compared).toBeGreaterThan(300);
  });

  it('equal those of the charts on the results pages of a viewer, bar by bar', async () => {
    const viewer = await signedIn(on, 'viewer');
    const charts = (await report()).sections
      .flatMap(({ blocks }) => blocks)
      .flatMap((block) => (block.kind === 'chart' ? [block.picture] : []));
    expect(charts.length).toBeGreaterThan(15);
    const pages = new Map<string, string[]>();
    for (const { rows } of charts) {
      const [path = ''] = (rows[0]?.cells[0]?.href ?? '').split('?');
      const page = await viewer.get(path);
      pages.set(
        path,
        page
          .all('ul.bars a')
          .map((bar) => `${bar.getAttribute('href')} ${bar.querySelector('b')?.text}`),
      );
      for (const { cells } of rows)
        expect(pages.get(path)).toContain(`${cells[0]?.href} ${cells[0]?.text}`);
    }
  });

  it('of who reported on gender and diversity equal those of its page', async () => {
    const viewer = await signedIn(on, 'viewer');
    const page = await viewer.get(`/results/${SLUG}/gender`);
    const data = await readDataset(on.services, round, 'en');
    if (!data) throw new Error('no data');
    const text = textsOf((await report()).sections).join('\n');
    for (const rule of data.questionnaire.definition.followUps ?? []) {
      const { cooperation, gender, missing } = genderFigures(data, rule, NO_FILTER, {
        identifies: false,
      });
      const said = `${cooperation.length} reported on cooperation by the rules of the questionnaire. Of these ${gender.length} reported on gender and diversity too, and ${missing.length} did not.`;
      if (cooperation.length > 0) expect(text).toContain(said);
      const shown = page.root.querySelector(`#${ruleId(rule)}`)?.text ?? '';
      for (const one of [cooperation, gender, missing]) expect(shown).toContain(String(one.length));
    }
  });

  it('of money equal those of the page of money, for each question and currency', async () => {
    const data = await readDataset(on.services, round, 'en');
    if (!data) throw new Error('no data');
    const view = { data, filter: NO_FILTER, reader: { identifies: false }, voice: voiceOf('en') };
    const asked = allMoneyQuestions(view).map(({ question }) => question.id);
    const answers = await readAnswers(on.services, data, [...asked, 'r_currency']);
    const tables = (await report()).sections
      .flatMap(({ blocks }) => blocks)
      .flatMap((block) => (block.kind === 'table' ? [block] : []));
    let compared = 0;
    for (const { question } of allMoneyQuestions(view)) {
      const wish = {
        question: question.id,
        converted: false,
        currency: null,
        year: null,
        area: null,
      };
      const page = moneyPage(view, answers, [], wish);
      const written = tables.find(({ caption }) =>
        caption.startsWith(
          `Amounts in question ${question.number} by currency (${page?.audience})`,
        ),
      );
      expect(written?.rows.map((row) => [row[0], row.at(-2)]) ?? []).toEqual(
        page?.tables.map(({ currency, total }) => [currency, total]),
      );
      compared += page?.tables.length ?? 0;
    }
    expect(compared).toBeGreaterThan(4);
  });

  it('of what hinders and helps name the answers that were given most', async () => {
    const section = (await report()).sections.find(({ heading }) => heading.includes('#44'));
    const at = section?.blocks.findIndex((block) =>
      textOf(block)[0]?.startsWith('What would help'),
    );
    const points = section?.blocks[(at ?? 0) + 1];
    expect(points?.kind).toBe('points');
    // All said "mandate": to count those in totals only would tell what each of them said.
    const lines = points ? textOf(points) : [];
    expect(lines[0]).toMatch(/^A clear mandate and lead: 7 States \(Angola, Cambodia, .*\)$/);
    expect(lines).toHaveLength(3);
  });
});

describe('the names in the paper', () => {
  it.each(INTERFACE_LANGUAGES)(
    'in %s are only of States that answered with their name, but for who answered at all',
    async (language) => {
      const made = await report(language);
      // The third has lists of States to choose from, which names none of them for its answer.
      const [who, rules] = made.annexes;
      const states = await on.services.states.all();
      const name = (key: string) => {
        const state = states.find(({ _id }) => _id === key);
        return state ? nameIn(state, language) : key;
      };
      const text = textsOf([...made.sections, ...(rules ? [rules] : [])]).join('\n');
      for (const one of [...TOTALS, ...COMMITTEE_ONLY, ...SILENT].map(name))
        expect([one, new RegExp(`(?<!\\p{L})و?${one}(?!\\p{L})`, 'u').test(text)]).toEqual([
          one,
          false,
        ]);
      expect(text).toContain(name('KHM'));
      const answered = textsOf(who ? [who] : []);
      for (const one of [...TOTALS, ...COMMITTEE_ONLY].map(name)) expect(answered).toContain(one);
      for (const one of SILENT.map(name)) expect(answered).not.toContain(one);
    },
  );

  it.each([
    ['en', ['Angola', 'Cambodia', 'Colombia', 'Niger']],
    ['fr', ['Angola', 'Cambodge', 'Colombie', 'Niger']],
  ])('in %s stand in the order of its alphabet', async (language, expected) => {
    const text = textsOf((await report(language)).sections).join('\n');
    const places = expected.map((name) => text.indexOf(name));
    const row = text.split('\n').find((one) => expected.every((name) => one.includes(name))) ?? '';
    expect(row).not.toBe('');
    expect(expected.map((name) => row.indexOf(name))).toEqual(
      expected.map((name) => row.indexOf(name)).toSorted((a, b) => a - b),
    );
    expect(Math.min(...places)).toBeGreaterThan(0);
  });
});

describe('the Word file', () => {
  let file: WordFile;
  beforeAll(async () => {
    ({ file } = await written('en'));
  });

  it('breaks none of the rules that Word insists on', () => {
    expect(hurtRules(file)).toEqual([]);
  });

  it('has real headings, numbering, captions that count and tables with heads', () => {
    const { document, parts } = file;
    const paragraphs = document.match(/<w:p[ >].*?<\/w:p>/gs) ?? [];
    const styled = (style: string) => paragraphs.filter((one) => one.includes(`w:val="${style}"`));
    for (const id of ['Heading1', 'AnnexHeading'])
      expect(parts.get('word/styles.xml')).toMatch(
        new RegExp(`w:styleId="${id}">(?:(?!</w:style>).)*<w:outlineLvl w:val="0"/>`, 's'),
      );
    expect(styled('Heading1').length).toBe(8);
    expect(styled('AnnexHeading').length).toBe(3);
    expect(styled('Paragraph').length).toBeGreaterThan(30);
    for (const one of [...styled('Heading1'), ...styled('Paragraph'), ...styled('Point')])
      expect(one).toMatch(/<w:numPr><w:ilvl w:val="[01]"\/><w:numId w:val="\d+"\/><\/w:numPr>/);
    expect(document.match(/w:instr="SEQ Table \\\* ARABIC"/g)?.length).toBeGreaterThan(20);
    const tables = document.match(/<w:tbl>/g)?.length ?? 0;
    expect(document.match(/<w:tblHeader\/>/g)).toHaveLength(tables);
    expect(parts.get('word/numbering.xml')).toContain('upperRoman');
  });

  it('has for each chart a picture with its numbers as a text for those who cannot see it', () => {
    const pictures = file.document.match(/<wp:docPr [^>]*>/g) ?? [];
    expect(pictures.length).toBeGreaterThan(15);
    for (const one of pictures) {
      const [, alt = ''] = /descr="([^"]*)"/.exec(one) ?? [];
      expect(alt).toMatch(/^Bar chart of the number of States by answer\. .+ \d+; .+ \d+\.$/);
    }
    const media = [...file.parts.keys()].filter((name) => name.endsWith('.png'));
    expect(media.length).toBe(pictures.length);
  });

  it.each(['en', 'ar'])('in %s says everything that the paper says', async (language) => {
    const { made, file: word } = await written(language);
    expect(hurtRules(word)).toEqual([]);
    const wanted = textsOf([...made.sections, ...made.annexes]).filter(
      (text) => text.length > 2 && !text.startsWith('{') && !text.includes('\n'),
    );
    const alts = new Set(
      [...made.sections, ...made.annexes].flatMap(({ blocks }) =>
        blocks.flatMap((block) => (block.kind === 'chart' ? [block.alt] : [])),
      ),
    );
    const text = word.text;
    for (const one of wanted.filter((each) => !alts.has(each))) expect(text).toContain(one);
  });

  it('in Arabic reads from right to left, tables too', async () => {
    const { file: word } = await written('ar');
    const tables = word.document.match(/<w:tbl>/g) ?? [];
    expect(word.document.match(/<w:bidiVisual\/>/g)).toHaveLength(tables.length);
    const paragraphs = (word.document.match(/<w:p[ >].*?<\/w:p>/gs) ?? []).filter((one) =>
      /[\u0600-\u06ff]/.test(one),
    );
    expect(paragraphs.length).toBeGreaterThan(200);
    for (const one of paragraphs) expect(one).toContain('<w:bidi/>');
  });
});

describe('a paper at a cut-off', () => {
  it('keeps its figures, whatever is submitted later', async () => {
    const taken = await takeCutOff(on.services, round, { name: 'June', slug: 'june' }, SYSTEM);
    expect(taken.ok).toBe(true);
    const then = textsOf((await report('en', 'june')).sections);
    const invitation = await on.services.invitations.ofState(SLUG, 'PER', 'affected');
    if (!invitation) throw new Error('not invited');
    await submitAnswers(on, invitation, { a44_01: 'yes' });
    expect(textsOf((await report('en', 'june')).sections)).toEqual(then);
    expect(then.join()).toContain('17 of 18'.replace('17', String(AFFECTED.length - 2)));
    expect(textsOf((await report()).sections)).not.toEqual(then);
  });
});

describe('a round without answers', () => {
  it('has a paper that says so', async () => {
    const { services } = on;
    const wanted = {
      slug: 'empty',
      questionnaire: round.questionnaire,
      opens: '2023-05-01T09:00',
      closes: '2023-06-30T18:00',
      zone: 'UTC',
      demonstration: true,
    };
    await createRound(services, wanted, SYSTEM);
    const opened = await openRound(services, 'empty', SYSTEM);
    if (!opened.ok) throw new Error(opened.reason);
    const made = await report('en', '', opened.round);
    const text = textsOf(made.sections).join('\n');
    expect(text.match(/: no answers yet\./g)).toHaveLength(8);
    expect(text).not.toMatch(/NaN|undefined|null/);
    const word = readWord(await reportFile(services, made));
    expect(hurtRules(word)).toEqual([]);
    // And as it is a demonstration, it says that too, on every page.
    expect(word.text).toContain('Demonstration data');
    expect(word.parts.get('word/header1.xml')).toContain('Demonstration data');
  });
});

describe('whoever takes the paper', () => {
  const taken = async (by: Visitor, fields = {}) =>
    by.submit(await by.get(`/results/${SLUG}?cutoff=june`), 'form[action$="/paper"]', fields);

  it('gets it from the results pages in the language that was chosen, and the audit knows', async () => {
    const committee = await signedIn(on, 'committee');
    const file = await taken(committee, { language: 'fr' });
    expect(file.status).toBe(200);
    expect(file.headers['content-disposition']).toBe(
      `attachment; filename=${SLUG}-june-paper-fr.docx`,
    );
    const [row] = await on.services.audit.list(1);
    expect(row).toMatchObject({
      event: 'round.exported',
      actor: { kind: 'account' },
      details: { format: 'paper', language: 'fr', snapshot: 'june' },
    });
  });

  it('is no viewer, chooses a language that there is, and has the token of the page', async () => {
    const viewer = await signedIn(on, 'viewer');
    const page = await viewer.get(`/results/${SLUG}`);
    expect(page.all('form[action$="/paper"]')).toEqual([]);
    const committee = await signedIn(on, 'committee');
    const before = (await on.services.audit.list(100)).length;
    expect((await taken(committee, { language: 'xx' })).status).toBe(404);
    expect((await taken(committee, { cutoff: 'none' })).status).toBe(404);
    expect((await taken(committee, { token: 'x' })).status).toBe(403);
    expect((await on.services.audit.list(100)).length).toBe(before);
  });
});

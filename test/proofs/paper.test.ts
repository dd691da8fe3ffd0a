/** The Committee's paper in LibreOffice: it opens, becomes a PDF with every figure in it, and comes back as a Word file that is whole. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { parse } from 'node-html-parser';
import type { Report } from '../../server/papers/report.ts';
import { reportFile, reportOf } from '../../server/papers/report-file.ts';
import type { Round } from '../../server/rounds/round.ts';
import { INTERFACE_LANGUAGES, voiceOf } from '../../server/texts.ts';
import { answeredRound } from '../support/answered-round.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { converted, itInOffice } from '../support/office.ts';
import { readWord } from '../support/word.ts';

const inOffice = itInOffice('the paper');
let on: TestApp;
let round: Round;
let folder: string;

beforeAll(async () => {
  on = await testApp();
  round = await answeredRound(on);
  folder = await mkdtemp(join(tmpdir(), 'rapporteur-paper-'));
}, 60_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await on.close();
});

/** Made once for each language. */
const papers = new Map<string, ReturnType<typeof make>>();
function paper(language: string) {
  const kept = papers.get(language) ?? make(language);
  papers.set(language, kept);
  return kept;
}
async function make(language: string): Promise<{ made: Report; file: string }> {
  const made = await reportOf(on.services, round, null, voiceOf(language));
  if (!made) throw new Error('the questionnaire is not loaded');
  const file = join(folder, `paper-${language}.docx`);
  await writeFile(file, await reportFile(on.services, made));
  return { made, file };
}

/** Words without what a line break or a hyphen does to them. */
const bare = (text: string) => text.replace(/[\s\u00a0\u00ad\u200e\u200f\u202a-\u202e-]+/g, '');

describe('LibreOffice', () => {
  inOffice.each(INTERFACE_LANGUAGES.filter((language) => language !== 'ar'))(
    'makes a PDF of the paper in %s with every numbered paragraph, table and figure',
    async (language) => {
      const { made, file } = await paper(language);
      const pdf = await converted(file, 'pdf');
      const { stdout } = await promisify(execFile)('pdftotext', ['-layout', pdf, '-'], {
        maxBuffer: 50_000_000,
      });
      const text = bare(stdout);
      for (const { heading, blocks } of [...made.sections, ...made.annexes]) {
        expect(text).toContain(bare(heading));
        for (const block of blocks) {
          if (block.kind === 'table')
            for (const row of block.rows)
              for (const cell of row.filter((one) => /^\d+$/.test(one)))
                expect(text).toContain(cell);
        }
      }
      const figures = made.sections.flatMap(({ blocks }) =>
        blocks.flatMap((block) => (block.kind === 'paragraph' ? [block.text] : [])),
      );
      expect(figures.length).toBeGreaterThan(25);
      for (const one of figures.filter((words) => words.length < 90))
        expect(text).toContain(bare(one));
      const pages = /Pages:\s+(\d+)/.exec((await promisify(execFile)('pdfinfo', [pdf])).stdout);
      expect(Number(pages?.[1])).toBeGreaterThan(10);
    },
    150_000,
  );

  inOffice.each(INTERFACE_LANGUAGES)(
    'reads the paper in %s with all its paragraphs, tables, pictures and headings',
    async (language) => {
      const { made, file } = await paper(language);
      const word = readWord(await readFile(file));
      const flat = await readFile(await converted(file, 'fodt'), 'utf8');
      const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;
      expect(count(flat, /<table:table /g)).toBe(count(word.document, /<w:tbl>/g));
      expect(count(flat, /<draw:image /g)).toBe(count(word.document, /<wp:docPr /g));
      expect(count(flat, /<table:table-header-rows>/g)).toBe(count(word.document, /<w:tbl>/g));
      expect(count(flat, /<text:h /g)).toBe(made.sections.length + made.annexes.length);
      expect(count(flat, /<text:sequence /g)).toBe(count(word.document, /<w:fldSimple /g));
      const read = bare(
        parse(flat.replace(/<office:binary-data>[^<]*/g, '')).text.replace(/&apos;/g, "'"),
      );
      for (const one of word.paragraphs.filter((text) => text.length > 3))
        expect(read).toContain(bare(one));
    },
    120_000,
  );
});

/** The questionnaire and one's own answers on paper: as pages and as Word files, for those who may have them. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HtmlValidate } from 'html-validate';
import type { AskedQuestion, Questionnaire } from '../../server/questionnaire/questionnaire.ts';
import { answerLines } from '../../server/responses/answer-text.ts';
import { closeRound } from '../../server/rounds/plan.ts';
import type { Round } from '../../server/rounds/round.ts';
import { voiceOf } from '../../server/texts.ts';
import { answered } from '../support/answering.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { openedRound, respondent, signedIn } from '../support/rounds.ts';
import { type Visitor, visitor } from '../support/visitor.ts';
import { readWord, type WordFile } from '../support/word.ts';

let on: TestApp;
let round: Round;
beforeAll(async () => {
  on = await testApp({ mailReplyTo: 'isu@example.org' });
  round = await openedRound(on);
});
afterAll(() => on.close());

async function wordOf(person: Visitor, path: string): Promise<WordFile & { name: string }> {
  const response = await person.agent
    .get(path)
    .buffer()
    .parse((res, done) => {
      const pieces: Buffer[] = [];
      res.on('data', (piece: Buffer) => pieces.push(piece));
      res.on('end', () => done(null, Buffer.concat(pieces)));
    });
  expect(response.status).toBe(200);
  expect(response.headers['content-type']).toContain('wordprocessingml');
  expect(response.headers['content-security-policy']).toContain('sandbox');
  return { ...readWord(response.body), name: response.headers['content-disposition'] ?? '' };
}

async function questionnaireIn(language: string): Promise<Questionnaire> {
  const edition = await on.services.catalogue.find(round.questionnaire);
  if (!edition) throw new Error('no questionnaire');
  return edition.in(language);
}

/** Every text of a question that must be on paper. */
const textsOf = (question: AskedQuestion): string[] => [
  question.label,
  ...question.options.map((option) => option.label),
  ...(question.type === 'matrix'
    ? [...question.rows, ...question.columns].map((one) => one.label)
    : []),
  ...(question.type === 'scale' ? [question.minLabel, question.maxLabel] : []),
];

describe('the questionnaire on paper', () => {
  it.each([
    ['KHM', 'affected', 'en', 'Only if', '“Yes”', 'Deadline', 'Page '],
    ['TCD', 'affected', 'fr', 'Seulement si', '« Oui »', 'Date limite', 'Page '],
    ['IRQ', 'affected', 'ar', 'فقط إذا', '«نعم»', 'الموعد', 'الصفحة '],
    ['NOR', 'donor', 'en', 'Only if', '“Yes”', 'Deadline', 'Page '],
  ])('of %s as %s has every question, option and branch in %s', async (...row) => {
    const [state, audience, language, onlyIf, yes, , pageWord] = row;
    const { visitor: person, base } = await respondent(on, round, state, audience);
    const page = await person.get(`${base}/print`);
    expect(page.status).toBe(200);
    expect(page.root.querySelector('html')?.getAttribute('lang')).toBe(language);
    const word = await wordOf(person, `${base}/print.docx`);
    expect(word.name).toContain(`oap-2023-${state}-${audience}-blank-${language}.docx`);

    const questionnaire = await questionnaireIn(language);
    const asked = questionnaire.asked(audience);
    const onPage = page.text('article');
    const wordText = word.text.replace(/\s+/g, ' ');
    for (const question of asked) {
      const own = page.text(`#q-${question.id}`);
      const missing = textsOf(question).map((text) => text.replace(/\s+/g, ' '));
      expect(missing.filter((text) => !own.includes(text))).toEqual([]);
      expect(missing.filter((text) => !wordText.includes(text))).toEqual([]);
      if (question.number) expect(own).toContain(question.number);
      expect(own.includes(onlyIf)).toBe(question.shownWhen !== undefined);
    }
    for (const text of [onPage, wordText]) {
      expect(text).toContain(yes);
      expect(text).toContain('isu@example.org');
      expect(text).toContain(questionnaire.definition.sender);
    }
    const branches = asked.filter((question) => question.shownWhen).length;
    expect(word.paragraphs.filter((text) => text.startsWith(onlyIf))).toHaveLength(branches);
    const marks = (text: string, mark: string) => text.split(mark).length - 1;
    for (const mark of ['○', '☐']) expect(marks(word.text, mark)).toBe(marks(page.html, mark));
    expect(word.parts.get('word/footer1.xml')).toContain(pageWord);
    expect(word.parts.get('word/footer1.xml')).toContain('NUMPAGES');
    expect(word.parts.get('word/header1.xml')).toContain(page.text('.facts dd'));
  });

  it('names what it is in the properties of the file, with a language and styles, and formats nothing by hand', async () => {
    const { visitor: person, base } = await respondent(on, round, 'KHM');
    const { parts, document } = await wordOf(person, `${base}/print.docx`);
    const { title, sender } = (await questionnaireIn('en')).definition;
    expect(parts.get('docProps/core.xml')).toContain(`<dc:title>${title} – Cambodia</dc:title>`);
    expect(parts.get('docProps/core.xml')).toContain(`<dc:creator>${sender}</dc:creator>`);
    expect(parts.get('word/styles.xml')).toContain('w:val="en-GB"');
    const styles = new Set(
      [...document.matchAll(/<w:pStyle w:val="(\w+)"/g)].map(([, style]) => style),
    );
    expect([...styles]).toEqual(
      expect.arrayContaining(['Title', 'Heading1', 'Heading2', 'Choice']),
    );
    for (const style of styles)
      expect(parts.get('word/styles.xml')).toContain(`w:styleId="${style}"`);
    expect(document).not.toMatch(/<w:(b|i|sz|color|rFonts|jc|ind|spacing)[ /]/);
  });

  it('runs from right to left in Arabic, in words and in tables', async () => {
    const { visitor: person, base } = await respondent(on, round, 'IRQ');
    const { document, parts } = await wordOf(person, `${base}/print.docx`);
    const count = (pattern: RegExp) => document.match(pattern)?.length ?? 0;
    expect(count(/<w:p>/g)).toBeGreaterThan(300);
    expect(count(/<w:bidi\/>/g)).toBe(count(/<w:p>/g));
    expect(count(/<w:bidiVisual\/>/g)).toBe(count(/<w:tbl>/g));
    expect(count(/<w:rtl\/>/g)).toBe(count(/<w:r>/g));
    expect(parts.get('word/styles.xml')).toContain('w:bidi="ar-SA"');
  });

  it('is built on valid HTML, as a form and as answers', async () => {
    const validate = new HtmlValidate({
      extends: ['html-validate:recommended'],
      // How the source is spaced is not what a reader meets; a table that scrolls needs the keyboard and a name.
      rules: {
        'no-trailing-whitespace': 'off',
        'void-style': 'off',
        'attribute-boolean-style': 'off',
        'attribute-empty-style': 'off',
        'long-title': 'off',
        'prefer-native-element': 'off',
        'form-dup-name': 'off',
      },
    });
    const { visitor: person, base } = await respondent(on, round, 'KHM');
    for (const leads of ['print', 'print/answers']) {
      const page = await person.get(`${base}/${leads}`);
      const report = await validate.validateString(page.html);
      expect(report.results.flatMap(({ messages }) => messages.map((one) => one.message))).toEqual(
        [],
      );
    }
  });

  it('is led to from the start page and from the answers', async () => {
    const { visitor: person, base } = await respondent(on, round, 'KHM');
    for (const path of [base, `${base}/answers`]) {
      const page = await person.get(path);
      for (const leads of ['print', 'print.docx', 'print/answers', 'print/answers.docx'])
        expect(page.all(`a[href="${base}/${leads}"]`)).toHaveLength(1);
    }
    const paper = await person.get(`${base}/print`);
    expect(paper.all(`a[href="${base}/print.docx"]`)).toHaveLength(1);
  });

  it('is for those who hold a link of this State only', async () => {
    const { base } = await respondent(on, round, 'KHM');
    const { visitor: other } = await respondent(on, round, 'TCD');
    for (const person of [other, visitor(on.app)])
      for (const leads of ['print', 'print.docx', 'print/answers', 'print/answers.docx']) {
        const page = await person.get(`${base}/${leads}`);
        expect(page.status).toBe(401);
        expect(page.html).not.toContain('Cambodia');
      }
    expect((await visitor(on.app).get('/r/nobody/print')).status).toBe(404);
  });

  it('says on each page, on the paper and in the file name that a demonstration is one', async () => {
    const paper = async (demonstration: boolean) => {
      await on.services.connection
        .collection('rounds')
        .updateOne({ _id: round._id as never }, { $set: { demonstration } });
      const { visitor: person, base } = await respondent(on, round, 'KHM');
      return {
        page: await person.get(`${base}/print`),
        word: await wordOf(person, `${base}/print.docx`),
      };
    };
    const mark = 'Demonstration data';
    const real = await paper(false);
    expect(real.page.html + real.word.text + real.word.parts.get('word/header1.xml')).not.toContain(
      mark,
    );
    const shown = await paper(true);
    expect(shown.page.text('.printed-notice')).toContain(mark);
    expect(shown.word.text).toContain(mark);
    expect(shown.word.parts.get('word/header1.xml')).toContain(mark);
    expect(shown.word.name).toContain('demonstration');
    await paper(false);
  });

  it('says that a translation has not been reviewed, and says nothing of the original', async () => {
    const notice = voiceOf('fr').t('notice.unreviewed');
    const { visitor: chantal, base } = await respondent(on, round, 'TCD');
    expect((await chantal.get(`${base}/print`)).text('.printed-notice')).toBe(notice);
    expect((await wordOf(chantal, `${base}/print.docx`)).text).toContain(notice);
    const { visitor: alice, base: hers } = await respondent(on, round, 'KHM');
    expect((await alice.get(`${hers}/print`)).all('.printed-notice')).toHaveLength(0);
  });
});

describe("a State's own answers on paper", () => {
  it('are those that were saved, in words, with the branches that were not asked', async () => {
    await answered(on, round, 'TUR', {
      answers: { r_use: 'aggregate', r_currency: 'EUR' },
      seed: 3,
    });
    const { visitor: person, base } = await respondent(on, round, 'TUR');
    const page = await person.get(`${base}/print/answers`);
    const word = await wordOf(person, `${base}/print/answers.docx`);
    expect(word.name).toContain('oap-2023-TUR-affected-answers-en.docx');

    const questionnaire = await questionnaireIn('en');
    const { submitted } = (await on.services.responses.ofRound(round._id)).find(
      (one) => one.state === 'TUR' && one.audience === 'affected',
    ) as unknown as {
      submitted: {
        answers: Record<string, never>;
        other: Record<string, string>;
        reference: string;
      };
    };
    expect(page.text('.facts')).toContain(submitted.reference);
    const given = questionnaire.asked('affected').filter(({ id }) => id in submitted.answers);
    expect(given.length).toBeGreaterThan(20);
    for (const question of given) {
      const own = page.text(`#q-${question.id}`);
      if (question.type === 'matrix') continue;
      const lines = answerLines(
        question,
        submitted.answers[question.id],
        submitted.other[question.id],
        'EUR',
        voiceOf('en'),
      );
      for (const { text } of lines) {
        expect(own).toContain(text.replace(/\s+/g, ' '));
        expect(word.text).toContain(text);
      }
    }
    const matrix = given.find((one) => one.type === 'matrix' && one.cell.type === 'single');
    if (matrix?.type !== 'matrix') throw new Error('no matrix was answered');
    const answer = submitted.answers[matrix.id] as unknown as Record<string, string>;
    const chosen = page
      .all(`#q-${matrix.id} tbody tr`)
      .map((row) => row.querySelectorAll('td').findIndex((cell) => cell.text === '●'));
    expect(chosen).toEqual(
      matrix.rows.map((row) =>
        matrix.columns.findIndex((column) => column.value === answer[row.value]),
      ),
    );
    const skipped = page.all('.ask').filter((one) => one.text.includes('Not asked'));
    expect(skipped.length).toBeGreaterThan(0);
    for (const one of skipped) expect(one.text).toContain('Only if');
  });

  it('hold words with signs, with Arabic, with marks of direction and with characters that Word cannot hold', async () => {
    const text = '<b>A & B</b>\n"نزع الألغام" \u200f(2020)\u200e ]]> \u{1f600}';
    const { visitor: person, base } = await respondent(on, round, 'KHM');
    const section = await person.get(`${base}/a42`);
    const saved = await person.submit(section, 'form#section', {
      'a42_02.amount': 'about <1 million',
    });
    expect([200, 422]).toContain(saved.status);
    const id = base.split('/').at(-1) ?? '';
    const questionnaire = await questionnaireIn('en');
    const free = questionnaire
      .asked('affected')
      .find((one) => one.type === 'text' && !one.shownWhen);
    await on.services.connection
      .collection('responses')
      .updateOne(
        { _id: id as never },
        { $set: { [`draft.answers.${free?.id}`]: `${text}\ufffe\u0001` } },
      );

    const page = await person.get(`${base}/print/answers`);
    expect(page.text(`#q-${free?.id} .said`)).toContain(
      '<b>A & B</b> "نزع الألغام" \u200f(2020)\u200e ]]>',
    );
    expect(page.html).not.toContain('<b>A');
    const { document, paragraphs } = await wordOf(person, `${base}/print/answers.docx`);
    const [first, second] = text.split('\n');
    expect(paragraphs).toEqual(expect.arrayContaining([first, second]));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    expect(document).not.toMatch(/[\u0000-\u0008\ufffe\uffff]/);
    // An Arabic line runs from right to left in an English paper.
    expect(document).toMatch(
      /<w:bidi\/><\/w:pPr><w:r><w:rPr><w:rtl\/><\/w:rPr><w:t[^>]*>&quot;نزع/,
    );
  });

  it('shows a colleague who was handed some sections those sections, and no others', async () => {
    await answered(on, round, 'TUR', { audience: 'donor', sections: 2 });
    const invitation = await on.services.invitations.ofState(round._id, 'TUR', 'donor');
    if (!invitation) throw new Error('not invited');
    const now = on.services.clock();
    const delegate = {
      _id: 'd'.repeat(24),
      invitation: invitation._id,
      name: 'Deniz',
      email: 'deniz@example.org',
      language: 'en' as const,
      sections: ['d43'],
      note: '',
      askedBy: 'none',
      askedAt: now,
      doneAt: null,
      declinedAt: null,
      reason: '',
      revokedAt: null,
    };
    await on.services.transaction((session) => on.services.delegates.insert(delegate, session));
    const { token } = await on.services.links.mint(
      { invitation: invitation._id, contact: null, delegate: delegate._id, message: null },
      now,
    );
    const colleague = visitor(on.app);
    const base = (await colleague.get(`/r/${token}`)).path;
    const questionnaire = await questionnaireIn('en');
    const own = questionnaire.questions('d43').map(({ id }) => `q-${id}`);
    for (const leads of ['print', 'print/answers']) {
      const page = await colleague.get(`${base}/${leads}`);
      expect(page.all('.ask').map((one) => one.id)).toEqual(own);
      const { text } = await wordOf(colleague, `${base}/${leads}.docx`);
      expect(text).toContain(questionnaire.questions('d43')[0]?.label);
      expect(text).not.toContain(questionnaire.questions('d42')[0]?.label);
    }
  });

  it('can be read when the round is closed', async () => {
    await answered(on, round, 'IRQ', { seed: 5 });
    const { visitor: person, base } = await respondent(on, round, 'IRQ');
    await closeRound(on.services, round._id, { kind: 'system', id: 'system' });
    for (const leads of ['print', 'print/answers']) {
      expect((await person.get(`${base}/${leads}`)).status).toBe(200);
      expect((await wordOf(person, `${base}/${leads}.docx`)).paragraphs.length).toBeGreaterThan(50);
    }
  });
});

describe('the questionnaire on paper for the secretariat', () => {
  it('lies on the page of the round for each audience, without a State', async () => {
    const admin = await signedIn(on, 'admin');
    const page = await admin.get(`/admin/rounds/${round._id}`);
    for (const audience of ['affected', 'donor']) {
      const path = `/admin/rounds/${round._id}/print/${audience}`;
      expect(page.all(`a[href="${path}"]`)).toHaveLength(1);
      expect(page.all(`a[href="${path}.docx"]`)).toHaveLength(1);
      const paper = await admin.get(path);
      const first = (await questionnaireIn('en')).asked(audience).at(-1);
      expect(paper.text('article')).toContain(first?.label ?? 'nothing');
      const word = await wordOf(admin, `${path}.docx`);
      expect(word.text).toContain(first?.label ?? 'nothing');
      expect(word.name).toContain(`oap-2023-${audience}-blank-en.docx`);
    }
    expect((await admin.get(`/admin/rounds/${round._id}/print/nobody`)).status).toBe(404);
    expect((await admin.get('/admin/rounds/none/print/donor.docx')).status).toBe(404);
  });

  it.each(['committee', 'gender-focal-point', 'viewer'])('is not for the role %s', async (role) => {
    const person = await signedIn(on, role);
    for (const ending of ['', '.docx'])
      expect((await person.get(`/admin/rounds/${round._id}/print/donor${ending}`)).status).toBe(
        403,
      );
  });

  it('asks for a sign-in', async () => {
    const page = await visitor(on.app).get(`/admin/rounds/${round._id}/print/donor`);
    expect(page.path).toContain('/sign-in');
  });
});

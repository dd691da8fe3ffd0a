import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Answers,
  type AnswerValue,
  clean,
  type Fields,
  parseQuestion,
} from '../../server/questionnaire/answers.ts';
import { type AskedQuestion, compile } from '../../server/questionnaire/questionnaire.ts';
import { fieldsOf } from '../../server/responses/fields.ts';
import { currenciesOf } from '../../server/responses/section-form.ts';
import {
  bundledDefinition,
  questionOf,
  smallQuestionnaire,
} from '../support/small-questionnaire.ts';
import { validAnswer } from '../support/valid-answers.ts';

// The same cases in each run, so that CI fails for a change and not by chance; SEED tries others.
fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 20230501) });

const small = smallQuestionnaire();
const bundled = compile(bundledDefinition());
const currencies = currenciesOf(small);

const parse = (id: string, fields: Fields, language = 'en') =>
  parseQuestion(questionOf(small, id), fields, { language, currency: 'EUR', currencies });

const draftWith = (id: string, answer: AnswerValue, other: Record<string, string> = {}) => ({
  answers: { [id]: answer },
  other,
  unparsed: {},
});

describe('a posted form', () => {
  it.each<[string, string, Fields, AnswerValue]>([
    ['single', 'commits', { commits: 'yes' }, 'yes'],
    ['multi of one', 'kinds', { kinds: 'staff' }, ['staff']],
    ['multi of two', 'kinds', { kinds: ['equipment', 'staff'] }, ['staff', 'equipment']],
    ['step of a scale', 'useful', { useful: '4' }, 4],
    ['way out of a scale', 'useful', { useful: 'dont_know' }, 'dont_know'],
    ['number', 'share', { share: '12.5' }, 12.5],
    ['number of nothing', 'share', { share: '0' }, 0],
    [
      'money',
      'amount',
      { 'amount.amount': '1,000', 'amount.currency': 'USD' },
      { amount: 1000, currency: 'USD' },
    ],
    [
      'money in the usual currency',
      'amount',
      { 'amount.amount': '5' },
      { amount: 5, currency: 'EUR' },
    ],
    ['text', 'story', { story: ' Two\r\nlines ' }, 'Two\nlines'],
    [
      'matrix of choices',
      'coverage',
      { 'coverage.education': 'covered' },
      { education: 'covered' },
    ],
    [
      'matrix of several choices',
      'support',
      { 'support.clearance': ['training', 'funding'], 'support.education': 'none' },
      { clearance: ['funding', 'training'], education: ['none'] },
    ],
    [
      'matrix of amounts',
      'spending',
      { 'spending.clearance.2021': '1 000,50', 'spending.clearance.2022': '' },
      { clearance: { 2021: 1000.5 } },
    ],
    ['matrix of numbers', 'trained', { 'trained.education.2022': '7' }, { education: { 2022: 7 } }],
    [
      'matrix of words',
      'remarks',
      { 'remarks.clearance.2021': 'Slow', 'remarks.education.2022': '' },
      { clearance: { 2021: 'Slow' } },
    ],
    [
      'link in place of a file',
      'report',
      { 'report.url': 'https://example.org/a' },
      { files: [], url: 'https://example.org/a' },
    ],
  ])('with a %s becomes an answer', (_, id, fields, answer) => {
    expect(parse(id, fields, 'fr')).toEqual({ answer, unparsed: {}, problems: [] });
  });

  it.each(small.definition.questions.map(({ id }) => id))(
    'that leaves %s empty has no answer and no problem',
    (id) => {
      const nothing = { unparsed: {}, problems: [] };
      expect(parse(id, {})).toEqual(nothing);
      expect(parse(id, { [id]: '', [`${id}.amount`]: ' ', [`${id}.url`]: '' })).toEqual(nothing);
    },
  );

  it('that says one thing twice counts the last of a single choice and each of several once', () => {
    expect(parse('commits', { commits: ['yes', 'no'] }).answer).toBe('no');
    expect(parse('kinds', { kinds: ['staff', 'staff'] }).answer).toEqual(['staff']);
  });
});

describe('what cannot be read', () => {
  it.each<[string, string, Fields, string, string]>([
    ['no such option', 'commits', { commits: 'perhaps' }, 'commits', 'choice'],
    ['no such step', 'useful', { useful: '6' }, 'useful', 'choice'],
    ['no such choice', 'kinds', { kinds: ['staff', 'ghosts'] }, 'kinds', 'choice'],
    ['none and something', 'kinds', { kinds: ['staff', 'none'] }, 'kinds', 'exclusive'],
    ['other without words', 'kinds', { kinds: 'other' }, 'kinds.other', 'otherText'],
    [
      'no such column',
      'coverage',
      { 'coverage.clearance': 'half' },
      'coverage.clearance',
      'choice',
    ],
    ['no such columns', 'support', { 'support.education': ['x'] }, 'support.education', 'choice'],
    [
      'none and something in a row',
      'support',
      { 'support.education': ['none', 'funding'] },
      'support.education',
      'exclusive',
    ],
  ])('as a choice is named: %s', (_, id, fields, field, code) => {
    expect(parse(id, fields).problems).toEqual([
      expect.objectContaining({ question: id, field, code }),
    ]);
  });

  it.each<[string, string, Fields, string, string]>([
    ['words', 'share', { share: 'half' }, 'share', 'number'],
    ['too much', 'share', { share: '101' }, 'share', 'max'],
    ['too little', 'share', { share: '-1' }, 'share', 'min'],
    ['too fine', 'share', { share: '12.55' }, 'share', 'decimals'],
    ['no amount', 'amount', { 'amount.amount': 'a lot' }, 'amount.amount', 'number'],
    [
      'no amount in a cell',
      'spending',
      { 'spending.clearance.2021': 'x' },
      'spending.clearance.2021',
      'number',
    ],
    [
      'too much in a cell',
      'trained',
      { 'trained.clearance.2022': '1001' },
      'trained.clearance.2022',
      'max',
    ],
    ['too long', 'story', { story: 'x'.repeat(41) }, 'story', 'length'],
    [
      'too long in a cell',
      'remarks',
      { 'remarks.clearance.2021': 'y'.repeat(21) },
      'remarks.clearance.2021',
      'length',
    ],
    ['too many other words', 'kinds', { 'kinds.other': 'z'.repeat(301) }, 'kinds.other', 'length'],
    ['no address', 'report', { 'report.url': 'the library' }, 'report.url', 'url'],
    [
      'an address that runs',
      'report',
      { 'report.url': 'javascript:alert(1)' },
      'report.url',
      'url',
    ],
    [
      'too long an address',
      'report',
      { 'report.url': `https://${'a'.repeat(500)}` },
      'report.url',
      'length',
    ],
  ])('is kept as it was typed: %s', (_, id, fields, field, code) => {
    const { answer, unparsed, problems } = parse(id, fields);
    expect(answer).toBeUndefined();
    expect(problems).toEqual([expect.objectContaining({ question: id, field, code })]);
    // All that was typed, the currency beside an amount too.
    expect(unparsed).toEqual(fields);
  });

  it('does not take the rest with it', () => {
    const { answer, unparsed } = parse('spending', {
      'spending.clearance.2021': '5',
      'spending.clearance.2022': 'five',
    });
    expect(answer).toEqual({ clearance: { 2021: 5 } });
    expect(unparsed).toEqual({ 'spending.clearance.2022': 'five' });
  });

  it('keeps the amount beside a currency that is not listed', () => {
    const { answer, unparsed, problems } = parse('amount', {
      'amount.amount': '5',
      'amount.currency': 'XXX',
    });
    expect(answer).toBeUndefined();
    expect(problems).toEqual([{ question: 'amount', field: 'amount.currency', code: 'currency' }]);
    expect(unparsed).toEqual({ 'amount.amount': '5', 'amount.currency': 'XXX' });
  });

  it('says what would be right', () => {
    expect(parse('share', { share: '101' }).problems[0]?.params).toEqual({ max: 100 });
    expect(parse('story', { story: 'x'.repeat(41) }).problems[0]?.params).toEqual({
      max: 40,
      length: 41,
    });
    expect(parse('kinds', { kinds: ['none', 'staff'] }).problems[0]?.params).toEqual({
      option: 'None',
    });
  });

  it('counts characters as people do, not their halves', () => {
    expect(parse('story', { story: '🙂'.repeat(40) }).problems).toEqual([]);
    expect(parse('story', { story: '🙂'.repeat(41) }).problems[0]?.params).toMatchObject({
      length: 41,
    });
  });
});

describe('the words beside "other"', () => {
  it('are kept with it', () => {
    expect(parse('kinds', { kinds: ['staff', 'other'], 'kinds.other': ' Dogs ' })).toEqual({
      answer: ['staff', 'other'],
      other: 'Dogs',
      unparsed: {},
      problems: [],
    });
  });

  it('are kept without it, for when it is chosen again', () => {
    expect(parse('kinds', { kinds: 'staff', 'kinds.other': 'Dogs' })).toMatchObject({
      answer: ['staff'],
      other: 'Dogs',
    });
  });

  it('are not asked for where no option has them', () => {
    expect(parse('commits', { commits: 'no', 'commits.other': 'Dogs' })).not.toHaveProperty(
      'other',
    );
  });
});

describe('a text', () => {
  const NUL = '\u0000';
  it.each<[string, string, string]>([
    ['zero bytes', `a${NUL}b`, 'ab'],
    ['control characters', 'a\u0007\u001b\u007f\u0085\u009bb', 'ab'],
    ['overrides of direction', 'a\u202eb\u2066c\u2069', 'abc'],
    ['a byte order mark', '\ufeffa', 'a'],
    ['space around', ' \n\ta \n', 'a'],
  ])('loses %s', (_, written, kept) => {
    expect(clean(written)).toBe(kept);
  });

  it.each<[string, string, string]>([
    ['lines with one kind of end', 'a\r\nb\rc', 'a\nb\nc'],
    ['letters composed', 'Cafe\u0301', 'Café'],
    ['no halves of characters', 'a\ud83d', 'a\ufffd'],
    ['marks of direction, which Arabic needs', 'أ\u200fb\u200e', 'أ\u200fb\u200e'],
    ['tabs and lines inside', 'a\tb\n\nc', 'a\tb\n\nc'],
  ])('has %s', (_, written, kept) => {
    expect(clean(written)).toBe(kept);
  });

  it('is clean once cleaned, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (written) => {
        const once = clean(written);
        expect(clean(once)).toBe(once);
        expect(once).not.toMatch(/[\p{Cs}\u202a-\u202e\u2066-\u2069]|(?![\n\t])\p{Cc}/u);
      }),
      { numRuns: 500 },
    );
  });
});

const asked = bundled.definition.questions.map(({ id }) => questionOf(bundled, id));
const bundledContext = { currency: 'USD', currencies: currenciesOf(bundled) };

/** Fields that may be the question's, with values that may be its codes. */
function anyFields(question: AskedQuestion): fc.Arbitrary<Fields> {
  const { id, options } = question;
  const rows = question.type === 'matrix' ? question.rows : [];
  const columns = question.type === 'matrix' ? question.columns : [];
  const cells = rows.flatMap((row) =>
    columns.map((column) => `${id}.${row.value}.${column.value}`),
  );
  const names = [id, `${id}.other`, `${id}.amount`, `${id}.currency`, `${id}.url`, ...cells];
  const codes = [...options, ...columns].map((option) => option.value);
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.double().map(String),
    fc.constantFrom('', 'USD', 'constructor', '__proto__', ...codes),
  );
  const name = fc.constantFrom(...names, ...rows.map((row) => `${id}.${row.value}`));
  return fc.dictionary(name, fc.oneof(value, fc.array(value)), { maxKeys: 8 });
}

/** Every code in an answer that the question does not have. */
function unknownCodes(question: AskedQuestion, answer: AnswerValue | undefined): unknown[] {
  const known = (list: { value: string }[]) => list.map((option) => option.value);
  if (answer === undefined) return [];
  if (question.options.length > 0)
    return [answer].flat().filter((code) => !known(question.options).includes(String(code)));
  if (question.type !== 'matrix') return [];
  const columns = known(question.columns);
  return Object.entries(answer).flatMap(([row, cells]: [string, string | string[] | object]) => {
    const chosen = typeof cells === 'object' && !Array.isArray(cells) ? Object.keys(cells) : cells;
    return [chosen]
      .flat()
      .filter((code) => !columns.includes(code) || !known(question.rows).includes(row));
  });
}

describe('any form, however mangled', () => {
  it.each(asked)('is read without falling over: $id', (question) => {
    fc.assert(
      fc.property(anyFields(question), fc.constantFrom('en', 'fr', 'ar'), (fields, language) => {
        const parsed = parseQuestion(question, fields, { language, ...bundledContext });
        expect(unknownCodes(question, parsed.answer)).toEqual([]);
        for (const problem of parsed.problems) expect(problem.question).toBe(question.id);
        expect(parsed.problems.map(({ field }) => field)).toEqual(
          expect.arrayContaining(
            Object.keys(parsed.unparsed).filter((field) => !field.endsWith('.currency')),
          ),
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe('a stored answer, shown in a form and posted again', () => {
  const others = (question: AskedQuestion): Record<string, string> =>
    question.options.some((option) => option.text) ? { [question.id]: 'Dogs' } : {};

  it.each(['en', 'fr', 'ar'])('is the same in %s', (language) => {
    for (const question of [
      ...asked,
      ...small.definition.questions.map(({ id }) => questionOf(small, id)),
    ])
      fc.assert(
        fc.property(validAnswer(question), (answer) => {
          const other = others(question);
          const fields = fieldsOf(question, draftWith(question.id, answer, other), language);
          const parsed = parseQuestion(question, fields, { language, ...bundledContext });
          expect(parsed.problems).toEqual([]);
          expect({ [question.id]: parsed.answer } as Answers).toEqual({ [question.id]: answer });
          expect(parsed.other).toBe(other[question.id]);
        }),
        { numRuns: 25 },
      );
  });

  it('is the same with three digits after the decimal mark', () => {
    const question = { ...questionOf(small, 'share'), decimals: 3, max: 1e6 } as AskedQuestion;
    for (const language of ['en', 'fr', 'es', 'ar', 'ru', 'zh']) {
      const fields = fieldsOf(question, draftWith('share', 1.234), language);
      const parsed = parseQuestion(question, fields, { language, ...bundledContext });
      expect(parsed.answer).toBe(1.234);
    }
  });
});

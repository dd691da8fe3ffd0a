import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkDefinition } from '../../server/questionnaire/check.ts';
import { FILE_TYPES } from '../../server/questionnaire/definition.ts';
import { completeLanguages } from '../../server/questionnaire/texts.ts';
import { ENDINGS } from '../../server/responses/file-content.ts';
import {
  bundledDefinition,
  bundledSource,
  smallDefinition,
} from '../support/small-questionnaire.ts';

/** Values by path; `questions.kinds.options.staff.label` names list items by their code. Undefined takes one out. */
type Changes = Record<string, unknown>;
type Node = Record<string, unknown>;

const codeOf = (item: Node) => String(item['id'] ?? item['key'] ?? item['number'] ?? item['value']);

function change(document: unknown, path: string, value: unknown): void {
  const steps = path.split('.');
  const last = steps.pop() as string;
  const place = (list: Node[], code: string) => list.findIndex((item) => codeOf(item) === code);
  let here = document as Node;
  for (const step of steps)
    here = (Array.isArray(here) ? here[place(here, step)] : here[step]) as Node;
  if (!Array.isArray(here)) {
    if (value === undefined) delete here[last];
    else here[last] = value;
  } else if (place(here, last) < 0) here.push(value);
  else here.splice(place(here, last), 1, ...(value === undefined ? [] : [value]));
}

function changed(changes: Changes): unknown {
  const document: unknown = JSON.parse(JSON.stringify(smallDefinition()));
  for (const [path, value] of Object.entries(changes)) change(document, path, value);
  return document;
}

function problemsOf(source: unknown) {
  const result = checkDefinition(source);
  return result.ok ? [] : result.problems;
}

const within = (path: string, changes: Changes): Changes =>
  Object.fromEntries(Object.entries(changes).map(([key, value]) => [`${path}.${key}`, value]));

const problemAt = (where: string, word: string) => ({
  where,
  problem: expect.stringContaining(word),
  remedy: expect.stringMatching(/^[A-Z].+\.$/),
});

const rule = (q: string, op = 'answered', value?: unknown) => ({ q, op, value });
const both = (...all: object[]) => ({ all });
const commits = (value: string) => rule('commits', 'eq', value);
const NO_TEXTS = { reviewed: true, texts: {} };
const GROUPS = Array.from({ length: 32 }, (_, i) => ({ id: `g${i}`, label: `${i}` }));
const MANY = Array.from({ length: 255 }, (_, i) => ({ value: `v${i}`, label: `${i}` }));

const kindIs = (value: string) => rule('kinds', 'includes', value);
const above = (value: number) => rule('share', 'gt', value);
const NEVER = both(commits('yes'), commits('no'));

/** A question whose branch is broken below; it stands after `commits`, `amount`, `kinds` and `useful`. */
const BRANCH = 'questions.share.shownWhen';
/** The same after `share`. */
const LATE_BRANCH = 'questions.story.shownWhen';

/** The same at the end of the section. */
const LAST_BRANCH = 'questions.report.shownWhen';

const NUMERATOR = 'indicators.i_commits.numerator';
const BASE = 'indicators.i_gives.denominator.where';
const STAFF = 'questions.kinds.options.staff';
const EXTRA = 'questions.recipients.extraOptions.dont_know';
const ROWS = 'questions.spending.rows';
const COLUMNS = 'questions.spending.columns';
const SPARE = { id: 'spare', audiences: ['donor'], action: 42, title: 'Spare' };
const CYCLE_OF_TWO = { 'questions.commits.shownWhen': rule('share'), [BRANCH]: rule('commits') };
const CYCLE_OF_THREE = {
  'questions.commits.shownWhen': rule('share'),
  'questions.kinds.shownWhen': rule('commits'),
  [BRANCH]: rule('kinds'),
};
/** The first question in the file, in a section that comes last. */
const LISTED_EARLIER = {
  'sections.spare': SPARE,
  'sections.spare.audiences': ['affected', 'donor'],
  'questions.r_currency.section': 'spare',
  'questions.gives.section': 'about',
  'questions.recipients.section': 'giving',
  'questions.commits.shownWhen': rule('r_currency'),
};

/** Donors are followed up by one rule, which a test breaks. */
const followUp = (of: Changes): Changes => ({
  followUps: [
    { action: 42, audience: 'donor', cooperation: rule('gives'), gender: rule('gives'), ...of },
  ],
});

/** A value in one place, and a word of what is said about that place. */
const BROKEN_AT: [name: string, path: string, value: unknown, word: string][] = [
  // Shape
  ['more groups than are counted by', 'groups', GROUPS, 'more than 31 groups'],
  ['an empty text', 'questions.share.label', '  ', 'empty'],
  ['an option without words', 'questions.kinds.options.staff.label', '', 'empty'],
  ['a missing title', 'title', undefined, 'expected string'],
  ['an unknown type', 'questions.share.type', 'date', 'nvalid'],
  ['a day that does not exist', 'referenceDate', '2023-02-30', 'YYYY-MM-DD'],
  ['a condition of no known form', BRANCH, rule('commits', 'is', 'yes'), 'op'],
  ['a scale without end', 'questions.useful.max', 1e9, '100'],
  ['a scale below zero', 'questions.useful.min', -2, '0'],
  ['an official text that is empty', 'actions.42.officialText', '', 'empty'],
  // References
  ['an unknown section', 'questions.share.section', 'nowhere', 'nowhere'],
  ['an unknown audience of a section', 'sections.plans.audiences', ['press'], 'press'],
  ['an unknown audience of an indicator', 'indicators.i_gives.audiences', ['press'], 'press'],
  ['an unknown action of a section', 'sections.plans.action', 99, '99'],
  ['an unknown action of an indicator', 'indicators.i_gives.action', 99, '99'],
  ['an unknown indicator', 'questions.share.indicator', 'i_lost', 'i_lost'],
  ['an unknown option set', 'questions.recipients.optionSet', 'planets', 'planets'],
  ['an unknown group of an audience', 'audiences.donor.groups', ['friends'], 'friends'],
  ['an unknown group to count', 'indicators.i_gives.denominator.group', 'friends', 'friends'],
  ['an unknown question of a branch', BRANCH, rule('ghost'), 'ghost'],
  ['an unknown question to count', NUMERATOR, rule('ghost'), 'ghost'],
  ['no currencies', 'optionSets.currencies', [], 'no currency'],
  // Branches
  ['a later question', 'questions.commits.shownWhen', rule('share'), 'later'],
  ['a question that waits for itself', BRANCH, rule('share'), 'cycle'],
  ['a question of another audience', 'questions.gives.shownWhen', rule('commits'), 'audience'],
  ['an unknown option', BRANCH, rule('commits', 'eq', 'perhaps'), 'perhaps'],
  ['an unknown option in a list', BRANCH, rule('commits', 'in', ['yes', 'perhaps']), 'perhaps'],
  ['a step that the scale lacks', BRANCH, rule('useful', 'eq', 6), '6'],
  ['"includes" on one choice', BRANCH, rule('commits', 'includes', 'yes'), 'includes'],
  ['"eq" on several choices', BRANCH, rule('kinds', 'eq', 'staff'), 'eq'],
  ['"gt" on a choice', BRANCH, rule('commits', 'gt', 1), 'gt'],
  ['"eq" on an amount', BRANCH, rule('amount', 'eq', 5), 'eq'],
  ['"eq" on words', LAST_BRANCH, rule('story', 'eq', 'x'), 'eq'],
  ['"eq" on a matrix', LAST_BRANCH, rule('spending', 'eq', 'x'), 'eq'],
  ['a missing value', BRANCH, rule('commits', 'eq'), 'value'],
  ['one value for a list', BRANCH, rule('commits', 'in', 'yes'), 'list'],
  ['a list for one value', BRANCH, rule('commits', 'eq', ['yes']), 'one value'],
  ['words for a number', BRANCH, rule('useful', 'gt', 'three'), 'number'],
  ['digits in quotation marks', LATE_BRANCH, rule('share', 'eq', '5'), 'number'],
  ['a contradiction', BRANCH, NEVER, 'ever show'],
  ['one through two questions', BRANCH, both(commits('no'), rule('kinds')), 'ever show'],
  ['no number between', LATE_BRANCH, both(above(5), rule('share', 'lt', 5.1)), 'ever show'],
  // Indicators
  ['an unknown option to count', NUMERATOR, commits('perhaps'), 'perhaps'],
  ['an op that does not fit', NUMERATOR, rule('commits', 'gt', 1), 'gt'],
  ['amounts compared', NUMERATOR, rule('amount', 'gt', 0), 'currencies'],
  ['another audience counted', NUMERATOR, rule('gives'), 'audience'],
  ['an audience that feeds nothing', 'indicators.s_coverage.audiences', ['donor'], 'donor'],
  ['a percentage without numerator', NUMERATOR, null, 'needs a numerator'],
  ['a distribution with one', 'indicators.s_coverage.numerator', rule('commits'), 'has none'],
  ['a count without denominator', 'indicators.i_gives.denominator', null, 'no denominator'],
  ['an unknown option in a base', BASE, rule('gives', 'eq', 'perhaps'), 'perhaps'],
  ['an unknown question in a base', BASE, rule('ghost'), 'ghost'],
];

const PAIR = { id: 'p', action: 42, label: 'Both', given: 'gives', received: 'commits' };
const views = (of: object) => ({ views: of });

/** What is done, the place that is named for it, and a word of what is said. */
const BROKEN: [name: string, changes: Changes, where: string, word: string][] = [
  ['an unknown field', { 'questions.share.colour': 'red' }, 'questions.share', 'colour'],
  ['a follow-up of an unknown action', followUp({ action: 99 }), 'followUps.99.donor', '99'],
  [
    'a follow-up of an unknown audience',
    followUp({ audience: 'press' }),
    'followUps.42.press',
    'press',
  ],
  [
    'a follow-up with a question of another audience',
    followUp({ gender: rule('commits') }),
    'followUps.42.donor.gender',
    'audience donor',
  ],
  ['a follow-up with nothing to ask about', followUp({}), 'followUps.42.donor', 'gender'],
  [
    'an internal questionnaire with a rule on nothing',
    { internal: { of: ['other'], mentioned: rule('ghost'), absent: rule('gives') } },
    'internal.mentioned',
    'ghost',
  ],
  [
    'an id that JavaScript has',
    { 'questions.share.id': 'toString' },
    'questions.toString.id',
    'word',
  ],
  [
    'a code that JavaScript has',
    { [`${STAFF}.value`]: 'constructor' },
    'questions.kinds.options.constructor.value',
    'word',
  ],
  ['an id with a space', { 'questions.share.id': 'a b' }, 'questions.a b.id', 'letters'],
  [
    'a file type that nobody can tell',
    { 'questions.report.accept': ['text/plain'] },
    'questions.report.accept.0',
    'pdf',
  ],
  ['an unknown language', { translations: { xx: NO_TEXTS } }, 'translations', 'xx'],
  [
    'a translation into its own',
    { translations: { en: NO_TEXTS } },
    'translations.en',
    'this language',
  ],
  // Codes that stand twice
  ['two audiences', { 'audiences.donor.id': 'affected' }, 'audiences.affected', 'once'],
  ['two groups', { 'groups.donors.id': 'parties' }, 'groups.parties', 'once'],
  ['two actions', { 'actions.43.number': 42 }, 'actions.42', 'once'],
  ['two indicators', { 'indicators.i_gives.key': 's_coverage' }, 'indicators.s_coverage', 'once'],
  ['two sections', { 'sections.plans.id': 'needs' }, 'sections.needs', 'once'],
  ['two questions', { 'questions.share.id': 'kinds' }, 'questions.kinds', 'once'],
  ['two options', { [`${STAFF}.value`]: 'other' }, 'questions.kinds.options.other', 'once'],
  ['two in a set', { 'optionSets.states.KHM.value': 'TCD' }, 'optionSets.states.TCD', 'once'],
  [
    'one in set and list',
    { [`${EXTRA}.value`]: 'TCD' },
    'questions.recipients.options.TCD',
    'once',
  ],
  ['two rows', { [`${ROWS}.clearance.value`]: 'education' }, `${ROWS}.education`, 'once'],
  ['two columns', { [`${COLUMNS}.2021.value`]: '2022' }, `${COLUMNS}.2022`, 'once'],
  // Sections, audiences, period
  ['a section without questions', { 'sections.spare': SPARE }, 'sections.spare', 'no questions'],
  [
    'an audience not asked',
    { 'sections.giving.audiences': ['affected'] },
    'audiences.donor',
    'no section',
  ],
  ['a period before its start', { 'period.to': '2020-12-31' }, 'period', 'before it begins'],
  // Values to compare with
  [
    'a share in per cent',
    { 'indicators.i_commits.target': { value: 60, source: 'A plan' } },
    'indicators.i_commits.target',
    'fraction',
  ],
  [
    'a value without a source',
    { 'indicators.i_commits.baseline': { value: 0.6 } },
    'indicators.i_commits.baseline.source',
    'expected string',
  ],
  [
    'a value of a distribution',
    { 'indicators.s_coverage.target': { value: 1, source: 'A plan' } },
    'indicators.s_coverage.target',
    'no single value',
  ],
  // Views
  [
    'a pair with an unknown question',
    views({ pairs: [{ ...PAIR, given: 'ghost' }] }),
    'views.pairs.p.given',
    'ghost',
  ],
  [
    'a pair of an unknown action',
    views({ pairs: [{ ...PAIR, action: 9 }] }),
    'views.pairs.p.action',
    '9',
  ],
  ['two pairs of one name', views({ pairs: [PAIR, PAIR] }), 'views.pairs.p', 'once'],
  [
    'a pair without a scale',
    views({ pairs: [{ ...PAIR, given: 'recipients' }] }),
    'views.pairs.p',
    'no scale',
  ],
  [
    'a pair on two scales',
    views({ pairs: [{ ...PAIR, received: 'useful' }] }),
    'views.pairs.p',
    'same choices',
  ],
  ['a profile of an unknown question', views({ profile: ['ghost'] }), 'views.profile', 'ghost'],
  [
    'needs from an unknown question',
    views({ needs: { question: 'ghost', open: ['covered'] } }),
    'views.needs.question',
    'ghost',
  ],
  [
    'needs from another kind of matrix',
    views({ needs: { question: 'support', open: ['funding'] } }),
    'views.needs',
    'one choice',
  ],
  [
    'a need that cannot be chosen',
    views({ needs: { question: 'coverage', open: ['lost'] } }),
    'views.needs',
    'lost',
  ],
  [
    'an exchange from one choice',
    views({ exchange: { questions: ['coverage'], offered: 'covered', sought: 'covered' } }),
    'views.exchange.coverage',
    'several choices',
  ],
  // Branches
  [
    'a rule deep inside',
    { [BRANCH]: { any: [both(rule('ghost'))] } },
    `${BRANCH}.any[0].all[0]`,
    'ghost',
  ],
  ['two that wait for each other', CYCLE_OF_TWO, 'questions.share.shownWhen', 'cycle'],
  ['three that wait in a ring', CYCLE_OF_THREE, 'questions.kinds.shownWhen', 'cycle'],
  ['a later section listed first', LISTED_EARLIER, 'questions.commits.shownWhen', 'later'],
  [
    'a question below one never shown',
    { 'questions.kinds.shownWhen': NEVER },
    'questions.useful.shownWhen',
    'ever show',
  ],
  // Questions
  [
    'one option',
    { [`${EXTRA}`]: undefined, 'questions.recipients.optionSet': undefined },
    'questions.recipients.options',
    'fewer than two',
  ],
  [
    'too many options to count',
    { 'questions.commits.options': MANY },
    'questions.commits.options',
    '254',
  ],
  [
    'too many columns to count',
    { 'questions.coverage.columns': MANY },
    'questions.coverage.columns',
    '254',
  ],
  [
    'two options with words',
    { [`${STAFF}.text`]: true },
    'questions.kinds.options',
    'two options ask',
  ],
  [
    'a scale the wrong way round',
    { 'questions.useful.min': 9 },
    'questions.useful.max',
    'begins at 9',
  ],
  ['a scale of one step', { 'questions.useful.max': 1 }, 'questions.useful.max', 'ends at 1'],
  [
    'a way out that looks like a step',
    { 'questions.useful.extraOptions.dont_know.value': '99' },
    'questions.useful.options',
    '99',
  ],
  [
    'a number between no bounds',
    { 'questions.share.min': 101 },
    'questions.share.max',
    'below min',
  ],
  [
    'an amount between no bounds',
    { 'questions.spending.cell.max': -1 },
    'questions.spending.max',
    'below min',
  ],
  // Indicators
  [
    'an indicator that nothing feeds',
    { 'questions.coverage.indicator': undefined },
    'indicators.s_coverage',
    'no question feeds',
  ],
];

const read = (path: string) => readFileSync(join(import.meta.dirname, '..', '..', path), 'utf8');

/** Words in the address of a page where the id of a section would stand. */
const pageNames = ['routes', 'file-routes', 'help-routes', 'colleague-routes'].flatMap((file) =>
  [...read(`server/responses/${file}.ts`).matchAll(/'\/r\/:invitation\/([a-z]+)(?=['/`])/g)].map(
    ([, name = '']) => name,
  ),
);

/** Fields of a section's form that are none of a question's. */
const fieldNames = [
  'was',
  ...['section', 'question'].flatMap((view) =>
    [...read(`views/responses/${view}.ejs`).matchAll(/ name="([a-z]+)"/g)].map(
      ([, name = '']) => name,
    ),
  ),
];

describe('the questionnaire that comes with the platform', () => {
  it('is accepted, with nothing left to say', () => {
    expect(checkDefinition(bundledSource())).toMatchObject({ ok: true, warnings: [] });
  });

  it('is there in full in English, French and Arabic', () => {
    expect(completeLanguages(bundledDefinition())).toEqual(['en', 'fr', 'ar']);
  });
});

describe('a small questionnaire', () => {
  it('is accepted as it stands', () => {
    expect(problemsOf(smallDefinition())).toEqual([]);
  });

  it.each(BROKEN_AT)('is refused for %s', (_, path, value, word) => {
    expect(problemsOf(changed({ [path]: value }))).toContainEqual(problemAt(path, word));
  });

  it.each(BROKEN)('is refused for %s', (_, changes, where, word) => {
    expect(problemsOf(changed(changes))).toContainEqual(problemAt(where, word));
  });

  it.each([
    ['single', 'commits', 'options'],
    ['multi', 'kinds', 'options'],
    ['scale', 'useful', 'extraOptions'],
    ['single matrix', 'coverage', 'columns'],
  ])('is refused for a required %s question without a way out', (_, id, list) => {
    const changes = { required: true, [`${list}.dont_know`]: undefined };
    expect(problemsOf(changed(within(`questions.${id}`, changes)))).toContainEqual(
      problemAt(`questions.${id}.required`, 'no way out'),
    );
  });

  it.each(['share', 'amount', 'story', 'report', 'support', 'spending', 'trained', 'remarks'])(
    'is refused for a required question that has no way out: %s',
    (id) => {
      expect(problemsOf(changed({ [`questions.${id}.required`]: true }))).toEqual([
        problemAt(`questions.${id}.required`, 'no way out'),
      ]);
    },
  );

  it.each(pageNames)('is refused for a section named like the page %s', (name) => {
    expect(problemsOf(changed({ 'sections.plans.id': name }))).toContainEqual(
      problemAt(`sections.${name}`, 'another page'),
    );
  });

  it.each(fieldNames)('is refused for a question named like the field %s', (name) => {
    expect(problemsOf(changed({ 'questions.story.id': name }))).toEqual([
      problemAt(`questions.${name}`, 'another field'),
    ]);
  });

  it('may ask for files of exactly the types that the server knows', () => {
    expect(FILE_TYPES.toSorted()).toEqual(Object.keys(ENDINGS).sort());
  });

  it('may require what has "prefer not to say" only', () => {
    const source = changed({ 'questions.commits.options.dont_know.value': 'prefer_not' });
    expect(problemsOf(source)).toEqual([]);
  });

  it('may require anything about the answers, which needs no way out', () => {
    const source = changed({
      'questions.story.section': 'about',
      'questions.story.required': true,
    });
    expect(problemsOf(source)).toEqual([]);
  });

  it('is refused, not followed forever, for a question behind a cycle', () => {
    const source = changed({ ...CYCLE_OF_TWO, [LATE_BRANCH]: rule('share') });
    expect(problemsOf(source)).toContainEqual(problemAt(BRANCH, 'cycle'));
  });

  it('names all that is wrong at once', () => {
    const source = changed({
      'questions.share.section': 'elsewhere',
      'sections.plans.action': 99,
      'indicators.i_gives.denominator.group': 'friends',
    });
    expect(problemsOf(source).map(({ where }) => where)).toEqual([
      'sections.plans.action',
      'questions.share.section',
      'indicators.i_gives.denominator.group',
    ]);
  });

  it.each([null, 'a text', [], 5])('is not %j', (source) => {
    expect(problemsOf(source)).toEqual([
      expect.objectContaining({ where: 'the document', remedy: expect.stringMatching(/\S/) }),
    ]);
  });
});

/** Branches that open for few answers only, which the check must not take for dead ones. */
const NARROW: [name: string, changes: Changes][] = [
  ['between two numbers', { [LATE_BRANCH]: both(above(5), rule('share', 'lt', 6)) }],
  ['between two cents', { [BRANCH]: both(rule('amount', 'gt', 0), rule('amount', 'lt', 0.02)) }],
  ['on two choices at once', { [BRANCH]: both(kindIs('staff'), kindIs('equipment')) }],
  ['on a step of a scale in quotation marks', { [BRANCH]: rule('useful', 'eq', '4') }],
  ['on the end of a chain', { [BRANCH]: both(rule('useful', 'gt', 4), commits('yes')) }],
  ['on words or a matrix', { [LAST_BRANCH]: { any: [rule('story'), rule('coverage')] } }],
  [
    'on a number below zero',
    { [LATE_BRANCH]: rule('share'), 'questions.share.min': undefined, 'questions.share.max': -5 },
  ],
];

describe('a branch', () => {
  it.each(NARROW)('may hang %s', (_, changes) => {
    expect(problemsOf(changed(changes))).toEqual([]);
  });
});

describe('a translation', () => {
  const warningsOf = (texts: Record<string, string>) => {
    const result = checkDefinition(changed({ translations: { fr: { reviewed: false, texts } } }));
    return result.ok ? result.warnings : [];
  };

  it('that lacks a text is a warning that names it, and no refusal', () => {
    expect(warningsOf({ Yes: 'Oui' })).toContainEqual({
      where: 'translations.fr',
      problem: 'not translated: No',
      remedy: expect.stringMatching(/\S/),
    });
  });

  it('of a text that is gone is a warning', () => {
    expect(warningsOf({ Perhaps: 'Peut-être' })).toContainEqual(
      expect.objectContaining({ problem: expect.stringContaining('gone: Perhaps') }),
    );
  });
});

describe('the documentation', () => {
  const examples = [...read('docs/questionnaire.md').matchAll(/```json\n(.*?)```/gs)].map(
    ([, example = '']) => JSON.parse(example) as Node,
  );
  const [smallest = {}, ...questions] = examples;

  it('has a whole questionnaire that is accepted as it stands', () => {
    expect(problemsOf(smallest)).toEqual([]);
  });

  it('has an example of each type of question, and all are accepted together', () => {
    const types = questions.map((question) => question['type']);
    expect(types.sort()).toEqual([
      'file',
      'matrix',
      'money',
      'multi',
      'number',
      'scale',
      'single',
      'text',
    ]);
    const all = [...(smallest['questions'] as Node[]), ...questions];
    expect(problemsOf({ ...smallest, questions: all })).toEqual([]);
  });

  it.each([...new Set([...pageNames, ...fieldNames])])('names the reserved word %s', (name) => {
    expect(read('docs/questionnaire.md')).toContain(`\`${name}\``);
  });
});

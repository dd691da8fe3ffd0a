/** Refuses a questionnaire that could not be answered or counted. Each problem says where it is and what to do. */
import { MOST_CODES } from './columns.ts';
import { rulesOf } from './condition.ts';
import {
  type Condition,
  type Definition,
  definitionSchema,
  type Indicator,
  type Language,
  type Question,
  type Rule,
  WAYS_OUT,
} from './definition.ts';
import { compile, optionsOf, type Questionnaire } from './questionnaire.ts';
import { canBeShown } from './reachable.ts';
import { translationGaps } from './texts.ts';

/** `where` is a path such as `questions.a44_02.shownWhen`. */
export type Finding = { where: string; problem: string; remedy: string };
export type CheckResult =
  | { ok: true; definition: Definition; warnings: Finding[] }
  | { ok: false; problems: Finding[] };

type Report = (where: string, problem: string, remedy: string) => void;

/** @param source parsed JSON of unknown shape */
export function checkDefinition(source: unknown): CheckResult {
  const shape = definitionSchema.safeParse(source);
  if (!shape.success)
    return {
      ok: false,
      problems: shape.error.issues.map((issue) => ({
        where: placeOf(issue.path, source),
        problem: issue.message,
        remedy: 'See docs/questionnaire.md for the fields and their forms.',
      })),
    };
  const definition = shape.data;
  const problems: Finding[] = [];
  const report: Report = (where, problem, remedy) => problems.push({ where, problem, remedy });
  checkCodes(definition, report);
  checkReferences(definition, report);
  // What follows reads questions through their sections and sets, so these must stand first.
  if (problems.length === 0) {
    const questionnaire = compile(definition);
    checkQuestions(questionnaire, report);
    checkBranches(questionnaire, report);
    checkIndicators(questionnaire, report);
  }
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, definition, warnings: translationWarnings(definition) };
}

/** A zod path with list places replaced by the id, key, number or value of what stands there. */
function placeOf(path: PropertyKey[], source: unknown): string {
  let here = source;
  const names = path.map((step) => {
    here = (here as Record<PropertyKey, unknown> | undefined)?.[step];
    const named = here as Record<string, unknown> | undefined;
    const name = named?.['id'] ?? named?.['key'] ?? named?.['number'] ?? named?.['value'];
    return typeof step === 'number' ? (name ?? step) : step;
  });
  return names.map(String).join('.') || 'the document';
}

/** Words that stand in the address of a page where the id of a section would. */
export const RESERVED_SECTIONS = ['check', 'receipt', 'answers', 'submission', 'files', 'print'];
/** Fields of a section's form that stand beside those of the questions. */
const RESERVED_QUESTIONS = ['link', 'token', 'revision', 'shown', 'was', 'go'];

function checkCodes(definition: Definition, report: Report): void {
  for (const section of definition.sections)
    if (RESERVED_SECTIONS.includes(section.id))
      report(`sections.${section.id}`, 'the id is the name of another page', 'Choose another id.');
  for (const { id } of definition.questions)
    if (RESERVED_QUESTIONS.includes(id))
      report(`questions.${id}`, 'the id is another field of the form', 'Choose another id.');
  const unique = (where: string, codes: (string | number)[]) => {
    const twice = codes.filter((code, place) => codes.indexOf(code) !== place);
    for (const code of new Set(twice))
      report(
        `${where}.${code}`,
        `the code ${code} stands more than once`,
        'Give each its own code.',
      );
  };
  unique(
    'audiences',
    definition.audiences.map((a) => a.id),
  );
  unique(
    'groups',
    definition.groups.map((g) => g.id),
  );
  unique(
    'actions',
    definition.actions.map((a) => a.number),
  );
  unique(
    'indicators',
    definition.indicators.map((i) => i.key),
  );
  unique(
    'sections',
    definition.sections.map((s) => s.id),
  );
  unique(
    'questions',
    definition.questions.map((q) => q.id),
  );
  for (const [name, set] of Object.entries(definition.optionSets))
    unique(
      `optionSets.${name}`,
      set.map((option) => option.value),
    );
  for (const question of definition.questions) {
    const at = `questions.${question.id}`;
    const options = optionsOf(question, definition.optionSets);
    unique(
      `${at}.options`,
      options.map((o) => o.value),
    );
    if (question.type !== 'matrix') continue;
    unique(
      `${at}.rows`,
      question.rows.map((row) => row.value),
    );
    unique(
      `${at}.columns`,
      question.columns.map((column) => column.value),
    );
  }
}

function checkReferences(definition: Definition, report: Report): void {
  const known = (where: string, what: string, code: string | number, list: (string | number)[]) => {
    if (!list.includes(code))
      report(where, `there is no ${what} ${code}`, `Use one of: ${list.join(', ') || '(none)'}.`);
  };
  const audiences = definition.audiences.map((a) => a.id);
  const actions = definition.actions.map((a) => a.number);
  for (const section of definition.sections) {
    const at = `sections.${section.id}`;
    for (const audience of section.audiences)
      known(`${at}.audiences`, 'audience', audience, audiences);
    if (section.action !== null) known(`${at}.action`, 'action', section.action, actions);
    if (!definition.questions.some((question) => question.section === section.id))
      report(at, 'the section has no questions', 'Give it one or take it out.');
  }
  for (const audience of definition.audiences)
    for (const group of audience.groups)
      known(
        `audiences.${audience.id}.groups`,
        'group',
        group,
        definition.groups.map((g) => g.id),
      );
  for (const audience of audiences)
    if (!definition.sections.some((s) => s.action !== null && s.audiences.includes(audience)))
      report(`audiences.${audience}`, 'no section is put to it', 'Name it in a section.');
  for (const question of definition.questions) {
    const at = `questions.${question.id}`;
    known(
      `${at}.section`,
      'section',
      question.section,
      definition.sections.map((s) => s.id),
    );
    if (question.indicator)
      known(
        `${at}.indicator`,
        'indicator',
        question.indicator,
        definition.indicators.map((i) => i.key),
      );
    if ((question.type === 'single' || question.type === 'multi') && question.optionSet)
      known(
        `${at}.optionSet`,
        'option set',
        question.optionSet,
        Object.keys(definition.optionSets),
      );
  }
  for (const indicator of definition.indicators) {
    const at = `indicators.${indicator.key}`;
    known(`${at}.action`, 'action', indicator.action, actions);
    for (const audience of indicator.audiences)
      known(`${at}.audiences`, 'audience', audience, audiences);
    if (indicator.denominator)
      known(
        `${at}.denominator.group`,
        'group',
        indicator.denominator.group,
        definition.groups.map((g) => g.id),
      );
  }
  const usesMoney = definition.questions.some(
    (q) => q.type === 'money' || (q.type === 'matrix' && q.cell.type === 'money'),
  );
  if (usesMoney && !definition.optionSets['currencies']?.length)
    report(
      'optionSets.currencies',
      'amounts are asked for, but no currency is listed',
      'List the currencies by ISO 4217 code.',
    );
  if (definition.translations?.[definition.language])
    report(
      `translations.${definition.language}`,
      'the questionnaire is written in this language',
      'Change the texts themselves.',
    );
  if (definition.period.from > definition.period.to)
    report('period', 'it ends before it begins', 'Exchange the two dates.');
}

function checkQuestions({ definition, question: lookUp }: Questionnaire, report: Report): void {
  for (const { id } of definition.questions) {
    const question = lookUp(id);
    if (!question) continue;
    const at = `questions.${id}`;
    if ((question.type === 'single' || question.type === 'multi') && question.options.length < 2)
      report(`${at}.options`, 'fewer than two options', 'List them, or name an option set.');
    if (question.type === 'scale' && question.min >= question.max)
      report(
        `${at}.max`,
        `the scale ends at ${question.max} and begins at ${question.min}`,
        'Let max be greater than min.',
      );
    if (question.type === 'scale')
      for (const { value } of question.extraOptions ?? [])
        if (/^\d+$/.test(value))
          report(
            `${at}.options`,
            `the code ${value} reads as a step of the scale`,
            'Let the code be a word, such as not_applicable.',
          );
    const [part, codes] =
      question.type === 'matrix' ? ['columns', question.columns] : ['options', question.options];
    if (choosesOne(question) && codes.length > MOST_CODES)
      report(`${at}.${part}`, `more than ${MOST_CODES} to choose from`, 'Ask in two questions.');
    const asked = question.type === 'matrix' ? question.cell : question;
    if (asked.type === 'number' || asked.type === 'money') {
      const { min = -Infinity, max = Infinity } = { max: undefined, ...asked };
      if (min > max)
        report(
          `${at}.max`,
          'no number is allowed: max is below min',
          'Let max be greater than min.',
        );
    }
    if (question.options.filter((option) => option.text).length > 1)
      report(`${at}.options`, 'two options ask for words', 'Let one option have "text".');
    if (question.required && question.action !== null && !hasWayOut(question, question.options))
      report(
        `${at}.required`,
        'the question is required and offers no way out',
        `Add ${WAYS_OUT.join(' and ')}, or let the question be optional.`,
      );
  }
}

const choosesOne = (question: Question): boolean =>
  question.type === 'single' ||
  question.type === 'scale' ||
  (question.type === 'matrix' && question.cell.type === 'single');

/** Open questions have no code for "do not know", so they may not be required. */
function hasWayOut(question: Question, options: { value: string }[]): boolean {
  const codes =
    question.type === 'matrix' &&
    (question.cell.type === 'single' || question.cell.type === 'multi')
      ? question.columns
      : options;
  return codes.some(({ value }) => (WAYS_OUT as readonly string[]).includes(value));
}

function checkBranches(questionnaire: Questionnaire, report: Report): void {
  const { definition, question: lookUp } = questionnaire;
  const inOrder = definition.sections.flatMap((section) => questionnaire.questions(section.id));
  const place = new Map(inOrder.map((question, i) => [question.id, i]));
  for (const { id, shownWhen } of definition.questions) {
    const question = lookUp(id);
    if (!question || !shownWhen) continue;
    const at = `questions.${id}.shownWhen`;
    let sound = true;
    for (const { rule, path } of rulesOf(shownWhen)) {
      const where = `${at}${path}`;
      const asked = lookUp(rule.q);
      if (!asked) {
        report(
          where,
          `there is no question ${rule.q}`,
          'Name an earlier question of the same audience.',
        );
        sound = false;
      } else if (leadsBack(rule.q, id, lookUp)) {
        report(
          where,
          `${id} and ${rule.q} wait for each other (a cycle)`,
          'Let one of them be shown always.',
        );
        sound = false;
      } else if ((place.get(rule.q) ?? 0) > (place.get(id) ?? 0)) {
        report(
          where,
          `${rule.q} comes later than ${id}`,
          'A branch can look back only: move one of the two.',
        );
        sound = false;
      } else if (!question.audiences.every((audience) => asked.audiences.includes(audience))) {
        report(
          where,
          `${rule.q} is not put to every audience of ${id}`,
          'Name a question that is.',
        );
        sound = false;
      } else sound = checkRule(rule, where, lookUp, report) && sound;
    }
    if (sound && !canBeShown(question, lookUp))
      report(at, 'no answers can ever show the question', 'Change the rule so that it can hold.');
  }
}

/** Whether the branch of `from` depends, at any distance, on `target`. */
function leadsBack(
  from: string,
  target: string,
  lookUp: Questionnaire['question'],
  seen = new Set<string>(),
): boolean {
  if (from === target) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  const condition = lookUp(from)?.shownWhen;
  return (
    !!condition && rulesOf(condition).some(({ rule }) => leadsBack(rule.q, target, lookUp, seen))
  );
}

const OPERATIONS: Record<Question['type'], Rule['op'][]> = {
  single: ['eq', 'neq', 'in', 'answered'],
  scale: ['eq', 'neq', 'in', 'gt', 'lt', 'answered'],
  multi: ['includes', 'answered'],
  number: ['gt', 'lt', 'eq', 'neq', 'answered'],
  money: ['gt', 'lt', 'answered'],
  text: ['answered'],
  matrix: ['answered'],
  file: ['answered'],
};

function checkRule(
  rule: Rule,
  where: string,
  lookUp: Questionnaire['question'],
  report: Report,
): boolean {
  const question = lookUp(rule.q);
  if (!question) {
    report(where, `there is no question ${rule.q}`, 'Name a question of the questionnaire.');
    return false;
  }
  if (!OPERATIONS[question.type].includes(rule.op)) {
    report(
      where,
      `"${rule.op}" does not go with ${rule.q}, which is a ${question.type} question`,
      `Use one of: ${OPERATIONS[question.type].join(', ')}.`,
    );
    return false;
  }
  if (rule.op === 'answered') return true;
  if (rule.value === undefined || (rule.op === 'in') !== Array.isArray(rule.value)) {
    report(
      where,
      `"${rule.op}" needs ${rule.op === 'in' ? 'a list of values' : 'one value'}`,
      'Give "value".',
    );
    return false;
  }
  if (question.type === 'number' || rule.op === 'gt' || rule.op === 'lt') {
    if (typeof rule.value === 'number') return true;
    report(
      where,
      `"${rule.op}" on ${rule.q} needs a number`,
      'Write "value" as a number, without quotation marks.',
    );
    return false;
  }
  const codes = question.options.map((option) => option.value);
  const unknown = [rule.value].flat().filter((value) => !codes.includes(String(value)));
  for (const value of unknown)
    report(where, `${rule.q} has no option ${value}`, `Use one of: ${codes.join(', ')}.`);
  return unknown.length === 0;
}

function checkIndicators({ definition, question: lookUp }: Questionnaire, report: Report): void {
  for (const indicator of definition.indicators) {
    const at = `indicators.${indicator.key}`;
    const rulesIn = (condition: Condition | null | undefined, part: string) =>
      (condition ? rulesOf(condition) : []).map(({ rule, path }) => ({
        rule,
        where: `${at}.${part}${path}`,
      }));
    const rules = [
      ...rulesIn(indicator.numerator, 'numerator'),
      ...rulesIn(indicator.denominator?.where, 'denominator.where'),
    ];
    for (const { rule, where } of rules)
      if (checkRule(rule, where, lookUp, report))
        checkCountable(indicator, rule, where, lookUp, report);
    const feeds = definition.questions.filter((question) => question.indicator === indicator.key);
    if (feeds.length === 0 && rules.length === 0)
      report(
        at,
        'no question feeds it and no rule names one',
        'Name it in a question, or take it out.',
      );
    const reached = new Set(
      [...feeds.map((q) => q.id), ...rules.map(({ rule }) => rule.q)].flatMap(
        (id) => lookUp(id)?.audiences ?? [],
      ),
    );
    for (const audience of indicator.audiences)
      if (reached.size > 0 && !reached.has(audience))
        report(
          `${at}.audiences`,
          `nothing of the audience ${audience} feeds it`,
          'Take the audience out, or ask it something.',
        );
    if ((indicator.kind === 'distribution') !== (indicator.numerator === null))
      report(
        `${at}.numerator`,
        'a percentage or count needs a numerator, a distribution has none',
        'Change the kind or the numerator.',
      );
    if (indicator.numerator && !indicator.denominator)
      report(
        `${at}.denominator`,
        'there is no denominator',
        'Name the group of States that is counted against.',
      );
  }
}

/** What is counted is counted from the columns of the indicator's own audiences, which hold no amounts of money. */
function checkCountable(
  indicator: Indicator,
  rule: Rule,
  where: string,
  lookUp: Questionnaire['question'],
  report: Report,
): void {
  const question = lookUp(rule.q);
  if (question?.type === 'money' && rule.op !== 'answered')
    report(
      where,
      `the amounts of ${rule.q} are in several currencies and cannot be compared`,
      'Use "answered", or ask for a number.',
    );
  if (!question?.audiences.some((audience) => indicator.audiences.includes(audience)))
    report(
      where,
      `${rule.q} is not put to any audience of the indicator`,
      'Add the audience to the indicator, or name another question.',
    );
}

function translationWarnings(definition: Definition): Finding[] {
  return (Object.keys(definition.translations ?? {}) as Language[]).flatMap((language) => {
    const { missing, stale } = translationGaps(definition, language);
    const at = `translations.${language}`;
    return [
      ...missing.map((text) => ({
        where: at,
        problem: `not translated: ${text}`,
        remedy: 'People will see the source text.',
      })),
      ...stale.map((text) => ({
        where: at,
        problem: `its source text is gone: ${text}`,
        remedy: 'Take it out or adapt it.',
      })),
    ];
  });
}

/** Ids that stand twice, that are taken, or that name nothing. Pure. */
import type { Report } from './check.ts';
import { MOST_GROUPS } from './columns.ts';
import type { Definition } from './definition.ts';
import { optionsOf } from './questionnaire.ts';

/** Words that stand in the address of a page where the id of a section would. */
const RESERVED_SECTIONS = [
  'check',
  'receipt',
  'answers',
  'submission',
  'files',
  'print',
  'extension',
  'language',
  'colleagues',
  'colleague',
];

/** Fields of a section's form that stand beside those of the questions. */
const RESERVED_QUESTIONS = [
  ...['link', 'token', 'revision', 'key', 'turn'],
  ...['shown', 'was', 'use', 'keep', 'go'],
];

const ids = (list: { id: string }[]): string[] => list.map(({ id }) => id);
const values = (list: { value: string }[]): string[] => list.map(({ value }) => value);

export function checkCodes(definition: Definition, report: Report): void {
  for (const section of definition.sections)
    if (RESERVED_SECTIONS.includes(section.id))
      report(`sections.${section.id}`, 'the id is the name of another page', 'Choose another id.');
  for (const { id } of definition.questions)
    if (RESERVED_QUESTIONS.includes(id))
      report(`questions.${id}`, 'the id is another field of the form', 'Choose another id.');
  if (definition.groups.length > MOST_GROUPS)
    report(
      'groups',
      `more than ${MOST_GROUPS} groups`,
      'Leave out those that nothing is counted by.',
    );
  const unique = (where: string, codes: (string | number)[]) => {
    const twice = codes.filter((code, place) => codes.indexOf(code) !== place);
    for (const code of new Set(twice))
      report(
        `${where}.${code}`,
        `the code ${code} stands more than once`,
        'Give each its own code.',
      );
  };
  const lists = {
    audiences: ids(definition.audiences),
    groups: ids(definition.groups),
    actions: definition.actions.map(({ number }) => number),
    indicators: definition.indicators.map(({ key }) => key),
    sections: ids(definition.sections),
    questions: ids(definition.questions),
  };
  for (const [where, codes] of Object.entries(lists)) unique(where, codes);
  for (const [name, set] of Object.entries(definition.optionSets))
    unique(`optionSets.${name}`, values(set));
  for (const question of definition.questions) {
    const at = `questions.${question.id}`;
    unique(`${at}.options`, values(optionsOf(question, definition.optionSets)));
    if (question.type !== 'matrix') continue;
    unique(`${at}.rows`, values(question.rows));
    unique(`${at}.columns`, values(question.columns));
  }
}

export function checkReferences(definition: Definition, report: Report): void {
  const known = (where: string, what: string, code: string | number, list: (string | number)[]) => {
    if (!list.includes(code))
      report(where, `there is no ${what} ${code}`, `Use one of: ${list.join(', ') || '(none)'}.`);
  };
  const audiences = ids(definition.audiences);
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
      known(`audiences.${audience.id}.groups`, 'group', group, ids(definition.groups));
  for (const audience of audiences)
    if (!definition.sections.some((s) => s.action !== null && s.audiences.includes(audience)))
      report(`audiences.${audience}`, 'no section is put to it', 'Name it in a section.');
  for (const question of definition.questions) {
    const at = `questions.${question.id}`;
    known(`${at}.section`, 'section', question.section, ids(definition.sections));
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
        ids(definition.groups),
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

/** Questions that could not be answered: too few options, no way out, a scale without steps. Pure. */
import type { Report } from './check.ts';
import { MOST_CODES } from './columns.ts';
import { type Question, WAYS_OUT } from './definition.ts';
import type { Questionnaire } from './questionnaire.ts';

export function checkQuestions(
  { definition, question: lookUp }: Questionnaire,
  report: Report,
): void {
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

/** Arbitrary answers that a respondent may give, as they are stored, for properties. */
import fc from 'fast-check';
import {
  type Answers,
  type AnswerValue,
  clean,
  type MatrixAnswer,
} from '../../server/questionnaire/answers.ts';
import type { Option } from '../../server/questionnaire/definition.ts';
import type {
  AskedOf,
  AskedQuestion,
  Questionnaire,
} from '../../server/questionnaire/questionnaire.ts';

/** Any of the questions of an audience answered, whether its branch is open or not. */
export const validAnswers = (
  questionnaire: Questionnaire,
  audience: string,
): fc.Arbitrary<Answers> =>
  fc.record<Answers>(
    Object.fromEntries(
      questionnaire.asked(audience).map((question) => [question.id, validAnswer(question)]),
    ),
    { requiredKeys: [] },
  );

export function validAnswer(question: AskedQuestion): fc.Arbitrary<AnswerValue> {
  switch (question.type) {
    case 'single':
      return oneOf(question.options);
    case 'scale':
      return oneOf(question.options).map((code) => (/^\d+$/.test(code) ? Number(code) : code));
    case 'multi':
      return someOf(question.options);
    case 'number':
      return numbers(question, question.decimals);
    case 'money':
      return fc.record({ amount: numbers(question, 2), currency: fc.constantFrom('USD', 'EUR') });
    case 'text':
      return words(question.maxLength);
    case 'matrix':
      return validMatrix(question);
    case 'file':
      return fc.webUrl({ size: 'small' }).map((url) => ({ files: [], url }));
  }
}

const oneOf = (options: Option[]) => fc.constantFrom(...options.map((option) => option.value));

/** In the order of the options, as they are stored. */
function someOf(options: Option[]): fc.Arbitrary<string[]> {
  const alone = options.filter((option) => option.exclusive);
  const together = options.filter((option) => !option.exclusive).map((option) => option.value);
  return fc.oneof(
    fc.subarray(together, { minLength: 1 }),
    ...alone.map((option) => fc.constant<string[]>([option.value])),
  );
}

function numbers(
  { min = -1e6, max = 1e12 }: { min?: number | undefined; max?: number | undefined },
  decimals: number,
): fc.Arbitrary<number> {
  const units = 10 ** decimals;
  return fc
    .integer({ min: Math.ceil(min * units), max: Math.floor(max * units) })
    .map((n) => n / units || 0);
}

const words = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 10 })
    .map((text) => clean([...text].slice(0, maxLength).join('')))
    .filter((text) => text !== '' && [...text].length <= maxLength);

function validMatrix({ cell, columns, rows }: AskedOf<'matrix'>): fc.Arbitrary<MatrixAnswer> {
  const cells = (value: fc.Arbitrary<number | string>) =>
    fc
      .record<Record<string, number | string>>(
        Object.fromEntries(columns.map((column) => [column.value, value])),
        { requiredKeys: [] },
      )
      .filter((row) => Object.keys(row).length > 0);
  const row: fc.Arbitrary<MatrixAnswer[string]> =
    cell.type === 'single'
      ? oneOf(columns)
      : cell.type === 'multi'
        ? someOf(columns)
        : cells(cell.type === 'text' ? words(cell.maxLength) : numbers(cell, 2));
  return fc
    .record<MatrixAnswer>(Object.fromEntries(rows.map(({ value }) => [value, row])), {
      requiredKeys: [],
    })
    .filter((answer) => Object.keys(answer).length > 0);
}

/** The answers one by one: a row for each thing that was said, for programs that count by rows. Pure. */
import type { AnswerValue, FileAnswer, MatrixAnswer, Money } from '../questionnaire/answers.ts';
import type { Option } from '../questionnaire/definition.ts';
import type { AskedQuestion, Questionnaire } from '../questionnaire/questionnaire.ts';
import { nameIn } from '../states/state.ts';
import { questionsOf } from './history.ts';
import { type Cell, DEMONSTRATION, type ExportRow } from './table.ts';

/** One thing that was said: an option that was chosen, a number, a text, a cell of a matrix. */
type Said = {
  row?: Option;
  column?: Option;
  value: string | number;
  /** Of a code, in words. */
  label?: string | undefined;
  /** Currency of an amount, unit of a number. */
  unit?: string;
  /** The words beside "Other". */
  words?: string | undefined;
};

const LONG_COLUMNS = [
  ...['state', 'state_name', 'region', 'audience', 'version', 'reference', 'submitted_at'],
  ...['review', 'question', 'number', 'type', 'text', 'row', 'row_label', 'column', 'column_label'],
  ...['value', 'value_label', 'unit', 'in_words'],
];

export const longHeader = (demonstration: boolean): string[] => [
  ...LONG_COLUMNS,
  ...(demonstration ? ['data'] : []),
];

/** Empty for a response of which nothing may be shown, or that said nothing. */
export function longRows(
  { response, state, may }: ExportRow,
  questionnaire: Questionnaire,
  demonstration: boolean,
): Cell[][] {
  const { submitted, audience, review } = response;
  if (!submitted) return [];
  const currency = String(submitted.answers['r_currency'] ?? '');
  const about: Cell[] = [
    state._id,
    nameIn(state, questionnaire.definition.language),
    state.region,
    audience,
    questionnaire.definition.version,
    submitted.reference,
    submitted.submittedAt,
    review,
  ];
  return questionsOf(questionnaire)
    .filter(({ id }) => submitted.answers[id] !== undefined && may(id))
    .flatMap((question) => {
      const { id, number, type, label } = question;
      const answer = submitted.answers[id] as AnswerValue;
      return saidIn(question, answer, submitted.other[id], currency).map((said): Cell[] => [
        ...about,
        ...[id, number, type, label],
        ...[said.row?.value ?? null, said.row?.label ?? null],
        ...[said.column?.value ?? null, said.column?.label ?? null],
        ...[said.value, said.label ?? null, said.unit ?? null, said.words ?? null],
        ...(demonstration ? [DEMONSTRATION] : []),
      ]);
    });
}

function saidIn(
  question: AskedQuestion,
  answer: AnswerValue,
  other: string | undefined,
  currency: string,
): Said[] {
  const choice = (value: string): Said => {
    const option = question.options.find((one) => one.value === value);
    return { value, label: option?.label, words: option?.text ? other : undefined };
  };
  switch (question.type) {
    case 'single':
      return [choice(String(answer))];
    case 'scale':
      return typeof answer === 'number' ? [{ value: answer }] : [choice(String(answer))];
    case 'multi':
      return (answer as string[]).map(choice);
    case 'number':
      return [{ value: answer as number, unit: question.unit }];
    case 'money': {
      const { amount, currency: unit } = answer as Money;
      return [{ value: amount, unit }];
    }
    case 'text':
      return [{ value: String(answer) }];
    case 'file': {
      const { files, url } = answer as FileAnswer;
      return [...files.map(({ name }) => ({ value: name })), ...(url ? [{ value: url }] : [])];
    }
    case 'matrix':
      return question.rows.flatMap((row) =>
        cellsSaid(question.columns, (answer as MatrixAnswer)[row.value]).map((said) => ({
          row,
          ...said,
          ...(question.cell.type === 'money' ? { unit: currency } : {}),
        })),
      );
  }
}

/** A choice in a matrix is a value; an amount or a text stands in a column. */
function cellsSaid(columns: Option[], cells: MatrixAnswer[string] | undefined): Said[] {
  if (cells === undefined) return [];
  const labelled = (value: string) => columns.find((one) => one.value === value)?.label;
  if (typeof cells === 'string') return [{ value: cells, label: labelled(cells) }];
  if (Array.isArray(cells)) return cells.map((value) => ({ value, label: labelled(value) }));
  return columns.flatMap((column) => {
    const value = cells[column.value];
    return value === undefined ? [] : [{ column, value }];
  });
}

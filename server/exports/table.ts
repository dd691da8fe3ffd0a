/** A round as a table: one row per response, columns in questionnaire order, the same columns whatever was answered. Pure. */
import type { AnswerValue, FileAnswer, MatrixAnswer, Money } from '../questionnaire/answers.ts';
import type { AskedQuestion, Questionnaire } from '../questionnaire/questionnaire.ts';
import { type Response, statusOf } from '../responses/response.ts';
import { nameIn, type State } from '../states/state.ts';

/** A cell: text, a number as a number, or null for nothing. */
export type Cell = string | number | null;
type TableRow = {
  response: Response;
  state: State;
  /** Whether the reader may see the State's answer to a question. */
  may(question: string): boolean;
};
/** `answers` says whether the column tells what was answered, and so obeys "in totals only". */
export type TableColumn = {
  header: string;
  label: string;
  question: AskedQuestion | null;
  value(row: TableRow): Cell;
};

/** Codes are stable, labels are in the questionnaire's language. A multi question has a column for each option: 1, 0 or nothing. */
export function tableColumns(questionnaire: Questionnaire, demonstration: boolean): TableColumn[] {
  const about = (header: string, label: string, value: (row: TableRow) => Cell): TableColumn => ({
    header,
    label,
    question: null,
    value,
  });
  const asked = new Map(
    questionnaire.definition.audiences
      .flatMap((audience) => questionnaire.asked(audience.id))
      .map((question) => [question.id, question]),
  );
  return [
    about('state', 'State (ISO 3166-1 alpha-3)', ({ state }) => state._id),
    about('state_name', 'State', ({ state }) => nameIn(state, questionnaire.definition.language)),
    about('region', 'UN regional group', ({ state }) => state.region),
    about('audience', 'Audience', ({ response }) => response.audience),
    about('status', 'Status', ({ response }) => statusOf(response)),
    about('revision', 'Submissions', ({ response }) => response.submitted?.revision ?? 0),
    about('reference', 'Reference', ({ response }) => response.submitted?.reference ?? null),
    about(
      'submitted_at',
      'Submitted at (UTC)',
      ({ response }) => response.submitted?.submittedAt.toISOString() ?? null,
    ),
    about(
      'attribution',
      'How the answers may be used',
      ({ response }) => response.submitted?.use ?? null,
    ),
    about('uses', 'Single answers for closer use', ({ response, may }) => {
      const visible = Object.entries(response.submitted?.uses ?? {}).filter(([id]) => may(id));
      return visible.map(([id, use]) => `${id}=${use}`).join(' ') || null;
    }),
    about('note_verbale', 'Entered by the secretariat from the Note Verbale', ({ response }) => {
      const note = response.submitted?.note;
      return note ? `${note.reference} (${note.dated})` : null;
    }),
    about('review', 'Review', ({ response }) => (response.submitted ? response.review : null)),
    ...(demonstration ? [about('data', 'Kind of data', () => 'demonstration data, invented')] : []),
    ...[...asked.values()].flatMap(columnsOf),
  ];
}

function columnsOf(question: AskedQuestion): TableColumn[] {
  const { id } = question;
  const column = (
    header: string,
    label: string,
    value: (answer: AnswerValue, other: string | undefined) => Cell,
  ): TableColumn => ({
    header,
    label: label ? `${question.label} [${label}]` : question.label,
    question,
    value: ({ response }) => {
      const answer = response.submitted?.answers[id];
      return answer === undefined ? null : value(answer, response.submitted?.other[id]);
    },
  });
  const labelOf = (value: unknown) =>
    question.options.find((option) => option.value === String(value))?.label ?? String(value);
  const other = question.options.some((option) => option.text)
    ? [column(`${id}.in_words`, 'in words', (_answer, words) => words ?? null)]
    : [];
  switch (question.type) {
    case 'single':
      return [
        column(id, 'code', (answer) => String(answer)),
        column(`${id}.label`, 'label', labelOf),
        ...other,
      ];
    case 'scale':
      return [column(id, '', (answer) => (typeof answer === 'number' ? answer : String(answer)))];
    case 'multi':
      return [
        column(id, 'codes', (answer) => (answer as string[]).join(' ')),
        column(`${id}.label`, 'labels', (answer) => (answer as string[]).map(labelOf).join('; ')),
        ...question.options.map((option) =>
          column(`${id}.${option.value}`, option.label, (answer) =>
            Number((answer as string[]).includes(option.value)),
          ),
        ),
        ...other,
      ];
    case 'number':
      return [column(id, question.unit, (answer) => answer as number)];
    case 'money':
      return [
        column(`${id}.amount`, 'amount', (answer) => (answer as Money).amount),
        column(`${id}.currency`, 'currency', (answer) => (answer as Money).currency),
      ];
    case 'text':
      return [column(id, '', (answer) => String(answer))];
    case 'file':
      return [
        column(
          `${id}.files`,
          'file names',
          (answer) => (answer as FileAnswer).files.map((file) => file.name).join('; ') || null,
        ),
        column(`${id}.url`, 'link', (answer) => (answer as FileAnswer).url ?? null),
      ];
    case 'matrix':
      return question.rows.flatMap((row) => {
        const cells = (answer: AnswerValue) => (answer as MatrixAnswer)[row.value];
        if (question.cell.type === 'single')
          return [
            column(`${id}.${row.value}`, row.label, (answer) => (cells(answer) as string) ?? null),
          ];
        return question.columns.map((one) =>
          column(`${id}.${row.value}.${one.value}`, `${row.label}: ${one.label}`, (answer) => {
            const own = cells(answer);
            if (own === undefined) return null;
            return Array.isArray(own)
              ? Number(own.includes(one.value))
              : ((own as Record<string, number | string>)[one.value] ?? null);
          }),
        );
      });
  }
}

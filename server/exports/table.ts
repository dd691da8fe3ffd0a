/** A round as a table: one row per response, the same columns whatever was answered. Pure. */
import type { AnswerValue, FileAnswer, MatrixAnswer, Money } from '../questionnaire/answers.ts';
import type { AskedQuestion, Questionnaire } from '../questionnaire/questionnaire.ts';
import { type Submitted, statusOf } from '../responses/response.ts';
import { nameIn, type State } from '../states/state.ts';
import { lastingNames, questionsOf } from './history.ts';

/** A cell: text, a number as a number, an instant, or null for nothing. */
export type Cell = string | number | Date | null;
export type ExportRow = {
  response: Submitted;
  state: State;
  /** Whether the reader may see the State's answer to a question. */
  may(question: string): boolean;
};
export type TableColumn = {
  header: string;
  label: string;
  /** Null for what is about the response. Else the column tells what was answered, and so obeys "in totals only". */
  question: AskedQuestion | null;
  /** Versions of the questionnaire that have it; all where it is about the response. */
  versions: Questionnaire[];
  value(row: ExportRow): Cell;
};

/**
 * Codes are stable, labels are in the questionnaire's language. A multi question has a column for each option: 1, 0 or nothing.
 * @param versions in the order in which they came; see `history.ts`
 * @param own the version that the rows answered: the columns of others are empty
 */
export function tableColumns(
  versions: Questionnaire[],
  own: Questionnaire,
  demonstration: boolean,
): TableColumn[] {
  return [...aboutColumns(versions, own, demonstration), ...answerColumns(versions, own)];
}

export const DEMONSTRATION = 'demonstration data, invented';

function aboutColumns(
  versions: Questionnaire[],
  own: Questionnaire,
  demonstration: boolean,
): TableColumn[] {
  const about = (header: string, label: string, value: (row: ExportRow) => Cell): TableColumn => ({
    header,
    label,
    question: null,
    versions,
    value,
  });
  return [
    about('state', 'State (ISO 3166-1 alpha-3)', ({ state }) => state._id),
    about('state_name', 'State', ({ state }) => nameIn(state, own.definition.language)),
    about('region', 'UN regional group', ({ state }) => state.region),
    about('audience', 'Audience', ({ response }) => response.audience),
    about('status', 'Status', ({ response }) => statusOf(response)),
    about('revision', 'Submissions', ({ response }) => response.submitted?.revision ?? 0),
    about('reference', 'Reference', ({ response }) => response.submitted?.reference ?? null),
    about(
      'submitted_at',
      'Submitted at (UTC)',
      ({ response }) => response.submitted?.submittedAt ?? null,
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
    ...(demonstration ? [about('data', 'Kind of data', () => DEMONSTRATION)] : []),
  ];
}

/** Those of a version that came later stand behind those of the earlier ones. The words are the round's own where it has the column. */
function answerColumns(versions: Questionnaire[], own: Questionnaire): TableColumn[] {
  const names = lastingNames(versions);
  const columns = new Map<string, TableColumn>();
  for (const version of versions)
    for (const question of questionsOf(version))
      for (const one of columnsOf(question, names.get(version)?.get(question.id) ?? question.id)) {
        const before = columns.get(one.header);
        const isOwn = version === own;
        const kept = before?.versions.includes(own) ? before : one;
        columns.set(one.header, {
          ...(isOwn ? one : kept),
          versions: [...(before?.versions ?? []), version],
          value: isOwn ? seenOnly(one) : (before?.value ?? (() => null)),
        });
      }
  return [...columns.values()];
}

const seenOnly =
  ({ question, value }: AnswerColumn) =>
  (row: ExportRow): Cell =>
    row.may(question.id) ? value(row) : null;

type AnswerColumn = Omit<TableColumn, 'versions'> & { question: AskedQuestion };

/** @param name that the question has in the headers */
export function columnsOf(question: AskedQuestion, name: string): AnswerColumn[] {
  const { id } = question;
  const column = (
    header: string,
    label: string,
    value: (answer: AnswerValue, other: string | undefined) => Cell,
  ): AnswerColumn => ({
    header: `${name}${header}`,
    label: label ? `${question.label} [${label}]` : question.label,
    question,
    value: ({ response }) => {
      const answer = response.submitted?.answers[id];
      return answer === undefined ? null : value(answer, response.submitted?.other[id]);
    },
  });
  const labels = new Map(question.options.map((option) => [option.value, option.label]));
  const labelOf = (value: unknown) => labels.get(String(value)) ?? String(value);
  const other = question.options.some((option) => option.text)
    ? [column('.in_words', 'in words', (_answer, words) => words ?? null)]
    : [];
  switch (question.type) {
    case 'single':
      return [
        column('', 'code', (answer) => String(answer)),
        column('.label', 'label', labelOf),
        ...other,
      ];
    case 'scale':
      return [column('', '', (answer) => (typeof answer === 'number' ? answer : String(answer)))];
    case 'multi':
      return [
        column('', 'codes', (answer) => (answer as string[]).join(' ')),
        column('.label', 'labels', (answer) => (answer as string[]).map(labelOf).join('; ')),
        ...question.options.map((option) =>
          column(`.${option.value}`, option.label, (answer) =>
            Number((answer as string[]).includes(option.value)),
          ),
        ),
        ...other,
      ];
    case 'number':
      return [column('', question.unit, (answer) => answer as number)];
    case 'money':
      return [
        column('.amount', 'amount', (answer) => (answer as Money).amount),
        column('.currency', 'currency', (answer) => (answer as Money).currency),
      ];
    case 'text':
      return [column('', '', (answer) => String(answer))];
    case 'file':
      return [
        column(
          '.files',
          'file names',
          (answer) => (answer as FileAnswer).files.map((file) => file.name).join('; ') || null,
        ),
        column('.url', 'link', (answer) => (answer as FileAnswer).url ?? null),
      ];
    case 'matrix':
      return question.rows.flatMap((row) => {
        const cells = (answer: AnswerValue) => (answer as MatrixAnswer)[row.value];
        if (question.cell.type === 'single')
          return [
            column(`.${row.value}`, row.label, (answer) => (cells(answer) as string) ?? null),
          ];
        return question.columns.map((one) =>
          column(`.${row.value}.${one.value}`, `${row.label}: ${one.label}`, (answer) => {
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

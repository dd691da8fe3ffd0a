/** What a section's page shows: each question with the values of its fields and what is wrong with them. Pure. */
import {
  type Fields,
  type FileAnswer,
  OTHER_MAX_LENGTH,
  type Problem,
} from '../questionnaire/answers.ts';
import { rulesOf } from '../questionnaire/condition.ts';
import type { Condition, Option } from '../questionnaire/definition.ts';
import { shownQuestions } from '../questionnaire/path.ts';
import type { AskedQuestion, Questionnaire } from '../questionnaire/questionnaire.ts';
import type { Voice } from '../texts.ts';
import { type UseView, useView } from './answer-use.ts';
import { fieldsOf } from './fields.ts';
import { fileLimits, MEBIBYTE } from './file-content.ts';
import { fingerprint, markField } from './fingerprint.ts';
import type { Draft } from './response.ts';
import { currencyOf } from './section-form.ts';

/** `number` of the question, for the summary of errors. */
type FieldError = { field: string; text: string; number: string | null };
type Choice = Option & { id: string; checked: boolean };
type QuestionView = {
  id: string;
  number: string | null;
  label: string;
  hint: string;
  type: AskedQuestion['type'];
  required: boolean;
  errors: FieldError[];
  /** Whether the branch is open; a closed one goes out as a template that only the script brings in. */
  shown: boolean;
  shownWhen: Condition | null;
  choices: Choice[];
  other: { name: string; value: string; error: string; maxLength: number } | null;
  value: string;
  currency: string;
  currencies: Option[];
  minLabel: string;
  maxLabel: string;
  unit: string;
  maxLength: number;
  multiline: boolean;
  rows: {
    label: string;
    id: string;
    name: string;
    error: string;
    choices: Choice[];
    cells: MatrixCell[];
  }[];
  cell: string;
  files: FileAnswer['files'];
  accept: string;
  fileHint: string;
  mostBytes: number;
  maxFiles: number;
  /** The field and the mark of what the question holds now, see `fingerprint.ts`. */
  mark: { name: string; value: string };
  /** Who may see the answer; null where there is nothing to choose. */
  use: UseView | null;
  /** Whether the question is in totals only for everybody. */
  totalsOnly: boolean;
  /** What somebody else saved meanwhile, in words; only on a conflict page. */
  theirs: string[] | null;
};
type MatrixCell = { label: string; name: string; value: string; error: string };

export type SectionView = {
  questions: QuestionView[];
  /** In the order of the page, for the summary at its top. */
  errors: FieldError[];
  /** Answers elsewhere that branches of this page depend on, for the script. */
  elsewhere: Record<string, unknown>;
  /** Ids of all questions of the audience whose branch is open. */
  shown: Set<string>;
};

export function sectionView(
  questionnaire: Questionnaire,
  /** `without`: questions of the section that are not wanted. */
  of: { audience: string; section: string; without?: ReadonlySet<string> },
  draft: Draft,
  problems: Problem[],
  voice: Voice,
  stored: Draft = draft,
  theirs: Map<string, string[]> = new Map(),
): SectionView {
  const shown = shownQuestions(questionnaire, of.audience, draft.answers);
  const here = questionnaire.questions(of.section);
  const questions = here
    .filter(({ id }) => !of.without?.has(id))
    .map((question) => ({
      ...questionView(questionnaire, question, draft, {
        problems: problems.filter((problem) => problem.question === question.id),
        voice,
        stored,
        theirs: theirs.get(question.id),
      }),
      shown: shown.has(question.id),
    }));
  const ids = new Set(here.map((question) => question.id));
  const outside = here
    .flatMap((question) => (question.shownWhen ? rulesOf(question.shownWhen) : []))
    .map(({ rule }) => rule.q)
    .filter((id) => !ids.has(id) && shown.has(id));
  return {
    questions,
    errors: questions.flatMap((question) => (question.shown ? question.errors : [])),
    elsewhere: Object.fromEntries(outside.map((id) => [id, draft.answers[id] ?? null])),
    shown,
  };
}

const one = (fields: Fields, name: string): string => {
  const value = fields[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
};
const all = (fields: Fields, name: string): string[] => [fields[name] ?? []].flat();

/** The element that a link in the error summary leads to. */
export const elementId = (field: string): string => field.replaceAll('.', '-');

/** The element of a question that takes the focus first. */
export function firstElement(question: AskedQuestion): string {
  const { id } = question;
  if (question.type === 'money') return elementId(`${id}.amount`);
  if (question.type === 'file') return elementId(`${id}.file`);
  if (question.type !== 'matrix') return elementId(id);
  const [row, column] = [question.rows[0]?.value, question.columns[0]?.value];
  const isClosed = question.cell.type === 'single' || question.cell.type === 'multi';
  return elementId(isClosed ? `${id}.${row}` : `${id}.${row}.${column}`);
}

/** @param of its own problems; what is stored, where the draft is what was typed; what somebody else saved meanwhile */
export function questionView(
  questionnaire: Questionnaire,
  question: AskedQuestion,
  draft: Draft,
  of: { problems: Problem[]; voice: Voice; stored?: Draft; theirs?: string[] | undefined },
): Omit<QuestionView, 'shown'> {
  const { problems, voice, stored = draft, theirs = null } = of;
  const { id } = question;
  const fields = fieldsOf(question, draft, voice.language);
  const errors = problems.map((problem) => ({
    field: problem.field,
    text: problemText(question, problem, voice),
    number: question.number,
  }));
  const errorAt = (field: string) => errors.find((error) => error.field === field)?.text ?? '';
  const choices = (options: Option[], name: string): Choice[] =>
    options.map((option) => ({
      ...option,
      // Two hyphens, so that the option "other" and the field for its words differ.
      id: `${elementId(name)}--${option.value}`,
      checked: all(fields, name).includes(option.value),
    }));
  const asks = question.options.some((option) => option.text);
  return {
    id,
    number: question.number,
    label: question.label,
    hint: question.hint ?? '',
    type: question.type,
    required: question.required,
    errors,
    shownWhen: question.shownWhen ?? null,
    choices: choices(question.options, id),
    other: asks
      ? {
          name: `${id}.other`,
          value: one(fields, `${id}.other`),
          error: errorAt(`${id}.other`),
          maxLength: OTHER_MAX_LENGTH,
        }
      : null,
    value: one(
      fields,
      question.type === 'money' ? `${id}.amount` : question.type === 'file' ? `${id}.url` : id,
    ),
    currency: one(fields, `${id}.currency`) || currencyOf(draft),
    currencies:
      question.type === 'money' ? (questionnaire.definition.optionSets['currencies'] ?? []) : [],
    minLabel: question.type === 'scale' ? question.minLabel : '',
    maxLabel: question.type === 'scale' ? question.maxLabel : '',
    unit: question.type === 'number' ? question.unit : '',
    maxLength: question.type === 'text' ? question.maxLength : 0,
    multiline: question.type === 'text' && question.multiline,
    rows:
      question.type === 'matrix'
        ? question.rows.map((row) => {
            const name = `${id}.${row.value}`;
            const closed = question.cell.type === 'single' || question.cell.type === 'multi';
            return {
              label: row.label,
              name,
              id: elementId(name),
              error: errorAt(name),
              choices: closed ? choices(question.columns, name) : [],
              cells: closed
                ? []
                : question.columns.map((column) => {
                    const field = `${name}.${column.value}`;
                    return {
                      label: column.label,
                      name: field,
                      value: one(fields, field),
                      error: errorAt(field),
                    };
                  }),
            };
          })
        : [],
    cell: question.type === 'matrix' ? question.cell.type : '',
    files:
      question.type === 'file' ? ((draft.answers[id] as FileAnswer | undefined)?.files ?? []) : [],
    accept: question.type === 'file' ? question.accept.join(',') : '',
    fileHint: question.type === 'file' ? fileLimits(question, voice) : '',
    maxFiles: question.type === 'file' ? question.maxFiles : 0,
    mostBytes: question.type === 'file' ? question.maxMebibytes * MEBIBYTE : 0,
    use: useView(question, draft, errors, voice),
    totalsOnly: question.use === 'aggregate',
    // A page that asks again must carry the mark of what is stored, not of what was typed.
    mark: { name: markField(id), value: fingerprint(id, stored) },
    theirs,
  };
}

export function problemText(question: AskedQuestion, problem: Problem, voice: Voice): string {
  const params = Object.fromEntries(
    Object.entries(problem.params ?? {}).map(([name, value]) => [
      name,
      typeof value === 'number' ? voice.number(value) : value,
    ]),
  );
  const where = question.type === 'matrix' ? placeIn(question, problem.field) : '';
  const text = voice.t(`problem.${problem.code}`, params);
  return where ? voice.t('problem.inRow', { where, text }) : text;
}

/** "2021, Victim assistance" for a field of a matrix. */
function placeIn(question: Extract<AskedQuestion, { type: 'matrix' }>, field: string): string {
  const [, row, column] = field.split('.');
  const labels = [
    question.rows.find((candidate) => candidate.value === row)?.label,
    question.columns.find((candidate) => candidate.value === column)?.label,
  ];
  return labels.filter(Boolean).join(', ');
}

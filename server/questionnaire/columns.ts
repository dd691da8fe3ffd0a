/**
 * The closed answers of an audience laid out by question. A response is one row of codes, written once at
 * submit; counting reads columns of typed arrays and never the answers. Pure.
 *
 * code:     one byte: 0 no answer, 255 not applicable, else 1 + the place of the option
 * bits:     32-bit words, 31 options in each; a set top bit of the first word says not applicable
 * number:   a double: NaN no answer, -Infinity not applicable
 * answered: one byte: 0 no answer, 1 answered, 255 not applicable (money, text, file)
 */
import type { Answers, MatrixAnswer } from './answers.ts';
import { shownQuestions } from './path.ts';
import type { AskedQuestion, Questionnaire } from './questionnaire.ts';

export type ColumnShape = {
  /** Question id, or "question/row" for a row of a matrix. */
  id: string;
  question: string;
  row: string | null;
  kind: 'code' | 'bits' | 'number' | 'answered';
  /** Option values by code; empty for number and answered. */
  options: string[];
  /** Bytes from the start of a row. */
  offset: number;
  bytes: number;
};
export type Layout = { columns: ColumnShape[]; byId: Map<string, ColumnShape>; rowBytes: number };

export const NOT_APPLICABLE = 255;
/** More options than this have no code in one byte. */
export const MOST_CODES = NOT_APPLICABLE - 1;
/** A State's groups are bits of one number. */
export const MOST_GROUPS = 31;
export const OPTIONS_PER_WORD = 31;

const KIND_OF_CELL: Partial<Record<string, 'code' | 'bits'>> = { single: 'code', multi: 'bits' };

export function layoutOf(questionnaire: Questionnaire, audience: string): Layout {
  const columns: ColumnShape[] = [];
  let offset = 0;
  const add = (
    question: AskedQuestion,
    row: string | null,
    kind: ColumnShape['kind'],
    options: string[],
  ) => {
    const bytes =
      kind === 'bits'
        ? 4 * Math.ceil(options.length / OPTIONS_PER_WORD)
        : kind === 'number'
          ? 8
          : 1;
    const id = row === null ? question.id : `${question.id}/${row}`;
    columns.push({ id, question: question.id, row, kind, options, offset, bytes });
    offset += bytes;
  };
  for (const question of questionnaire.asked(audience)) {
    const values = question.options.map((option) => option.value);
    if (question.type === 'single' || question.type === 'scale')
      add(question, null, 'code', values);
    else if (question.type === 'multi') add(question, null, 'bits', values);
    else if (question.type === 'number') add(question, null, 'number', []);
    else if (question.type !== 'matrix') add(question, null, 'answered', []);
    else {
      const cells = question.columns.map((column) => column.value);
      const kind = KIND_OF_CELL[question.cell.type] ?? 'answered';
      for (const row of question.rows)
        add(question, row.value, kind, kind === 'answered' ? [] : cells);
    }
  }
  return { columns, byId: new Map(columns.map((column) => [column.id, column])), rowBytes: offset };
}

/** @param answers all answers of the response; hidden ones become "not applicable" here */
export function encodeRow(
  layout: Layout,
  questionnaire: Questionnaire,
  audience: string,
  answers: Answers,
): Buffer {
  const shown = shownQuestions(questionnaire, audience, answers);
  const row = Buffer.alloc(layout.rowBytes);
  for (const column of layout.columns) {
    const applies = shown.has(column.question);
    const whole = applies ? answers[column.question] : undefined;
    const answer = column.row === null ? whole : (whole as MatrixAnswer | undefined)?.[column.row];
    switch (column.kind) {
      case 'code':
        row[column.offset] = applies
          ? answer === undefined
            ? 0
            : 1 + column.options.indexOf(String(answer))
          : NOT_APPLICABLE;
        break;
      case 'answered':
        row[column.offset] = applies ? Number(answer !== undefined) : NOT_APPLICABLE;
        break;
      case 'number':
        row.writeDoubleLE(
          applies ? (typeof answer === 'number' ? answer : Number.NaN) : Number.NEGATIVE_INFINITY,
          column.offset,
        );
        break;
      case 'bits':
        for (let word = 0; word * 4 < column.bytes; word += 1)
          row.writeUInt32LE(
            wordOf(column.options, (answer as string[] | undefined) ?? [], word) +
              (!applies && word === 0 ? 2 ** 31 : 0),
            column.offset + 4 * word,
          );
        break;
    }
  }
  return row;
}

function wordOf(options: string[], chosen: string[], word: number): number {
  let bits = 0;
  for (const value of chosen) {
    const place = options.indexOf(value);
    if (Math.floor(place / OPTIONS_PER_WORD) === word) bits += 2 ** (place % OPTIONS_PER_WORD);
  }
  return bits;
}

/** One column of many rows. For `bits`, word w of row i is at `w * length + i`. */
export type Column = ColumnShape & {
  values: Uint8Array | Uint32Array | Float64Array;
  length: number;
};
export type Columns = { length: number; byId: Map<string, Column> };

export function columnsFrom(layout: Layout, rows: Uint8Array[]): Columns {
  const columns = emptyColumns(layout, rows.length);
  for (const [at, row] of rows.entries()) writeRow(columns, at, row);
  return columns;
}

/** Room for so many rows, none of them answered; with the rows of `from`, which has no more room than that. */
export function emptyColumns(layout: Layout, room: number, from?: Columns): Columns {
  return {
    length: room,
    byId: new Map(
      layout.columns.map((shape): [string, Column] => {
        const values = valuesFor(shape, room);
        const old = from?.byId.get(shape.id);
        if (old)
          for (let word = 0; word < wordsOf(shape); word += 1)
            values.set(
              old.values.subarray(word * old.length, (word + 1) * old.length),
              word * room,
            );
        return [shape.id, { ...shape, values, length: room }];
      }),
    ),
  };
}

function valuesFor({ kind, bytes }: ColumnShape, room: number): Column['values'] {
  if (kind === 'number') return new Float64Array(room).fill(Number.NaN);
  return kind === 'bits' ? new Uint32Array((room * bytes) / 4) : new Uint8Array(room);
}

/** @param row null for nothing answered */
export function writeRow({ byId }: Columns, at: number, row: Uint8Array | null): void {
  const view = row && viewOf(row);
  for (const column of byId.values())
    for (let word = 0; word < wordsOf(column); word += 1)
      column.values[word * column.length + at] = valueIn(view, column, word);
}

/** Whether the row is what stands there. */
export function isRow({ byId }: Columns, at: number, row: Uint8Array | null): boolean {
  const view = row && viewOf(row);
  for (const column of byId.values())
    for (let word = 0; word < wordsOf(column); word += 1)
      if (!Object.is(column.values[word * column.length + at], valueIn(view, column, word)))
        return false;
  return true;
}

/** Of the numbers of a column that belong to one row. */
export const wordsOf = ({ kind, bytes }: ColumnShape): number => (kind === 'bits' ? bytes / 4 : 1);

const viewOf = (row: Uint8Array) => new DataView(row.buffer, row.byteOffset, row.byteLength);

function valueIn(view: DataView | null, { kind, offset }: ColumnShape, word: number): number {
  if (!view) return kind === 'number' ? Number.NaN : 0;
  if (kind === 'number') return view.getFloat64(offset, true);
  return kind === 'bits' ? view.getUint32(offset + 4 * word, true) : view.getUint8(offset);
}

export type CellState = 'answered' | 'empty' | 'not_applicable';

export function stateAt(column: Column, at: number): CellState {
  if (isApart(column, at)) return 'not_applicable';
  const value = column.values[at] as number;
  if (column.kind === 'number') return Number.isNaN(value) ? 'empty' : 'answered';
  if (column.kind !== 'bits') return value === 0 ? 'empty' : 'answered';
  for (let word = at; word < column.values.length; word += column.length)
    if (column.values[word] !== 0) return 'answered';
  return 'empty';
}

/** Whether the question was not put to whoever stands in the row. */
export function isApart({ kind, values }: Column, at: number): boolean {
  const value = values[at] as number;
  if (kind === 'bits') return value >= 2 ** 31;
  return kind === 'number' ? value === Number.NEGATIVE_INFINITY : value === NOT_APPLICABLE;
}

/** Whether the row chose the option. */
export function chose(column: Column, at: number, option: string): boolean {
  const place = column.options.indexOf(option);
  if (place < 0) return false;
  if (column.kind === 'code') return column.values[at] === place + 1;
  if (column.kind !== 'bits' || stateAt(column, at) === 'not_applicable') return false;
  const word = column.values[Math.floor(place / OPTIONS_PER_WORD) * column.length + at] as number;
  return ((word >>> (place % OPTIONS_PER_WORD)) & 1) === 1;
}

/**
 * What was answered, and how a posted form becomes answers. The values are the ones of the JSON export:
 * single and scale "v" (a scale step is a number) | multi ["v"] | number 5 | money { amount, currency } |
 * text "…" | matrix { row: "v" | ["v"] | { column: amount } } | file { files, url }.
 */
import { parseAmount } from './amount.ts';
import type { AskedOf, AskedQuestion } from './questionnaire.ts';

export type StoredFile = { id: string; name: string; size: number; type: string; sha256: string };
export type Money = { amount: number; currency: string };
export type MatrixAnswer = Record<string, string | string[] | Record<string, number | string>>;
export type FileAnswer = { files: StoredFile[]; url?: string };
/** A file answer as others get it: ids of files are our own; name, size and hash say which file it is. */
export const withoutFileIds = ({ files, url }: FileAnswer) => ({
  files: files.map(({ name, size, sha256 }) => ({ name, size, sha256 })),
  ...(url ? { url } : {}),
});
export type AnswerValue = string | number | string[] | Money | MatrixAnswer | FileAnswer;
/** By question id; a question without an answer is not a key. */
export type Answers = Record<string, AnswerValue>;

/** What is wrong with one field. `code` names a text in `locales/` under `problem.`; `params` fill it. */
export type Problem = {
  question: string;
  field: string;
  code:
    | 'choice'
    | 'required'
    | 'exclusive'
    | 'number'
    | 'decimals'
    | 'min'
    | 'max'
    | 'length'
    | 'currency'
    | 'url'
    | 'otherText'
    | 'fileEmpty'
    | 'fileTooLarge'
    | 'fileType'
    | 'fileTooMany';
  params?: Record<string, string | number>;
};

/** What the posted fields of one question say. `unparsed` keeps the words of fields that could not be read. */
export type ParsedQuestion = {
  answer?: AnswerValue;
  other?: string;
  unparsed: Record<string, string>;
  problems: Problem[];
};

/** A posted form: each field once or several times. */
export type Fields = Record<string, string | string[] | undefined>;

const one = (fields: Fields, name: string): string => {
  const value = fields[name];
  return clean((Array.isArray(value) ? value.at(-1) : value) ?? '');
};
const many = (fields: Fields, name: string): string[] => {
  const value = fields[name];
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
};

/**
 * Text as it is kept: NFC, line ends as \n, no control or direction-override characters (they can make a
 * name in a table read as another), no lone surrogates, no space around.
 */
export const clean = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .toWellFormed()
    .normalize('NFC')
    .trim();

/** Reads the fields of one question. An empty field is no answer, which is no problem: a draft may be incomplete. */
export function parseQuestion(
  question: AskedQuestion,
  fields: Fields,
  context: { language: string; currency: string; currencies: string[] },
): ParsedQuestion {
  const result: ParsedQuestion = { unparsed: {}, problems: [] };
  const problem = (code: Problem['code'], field = question.id, params?: Problem['params']) =>
    result.problems.push({ question: question.id, field, code, ...(params ? { params } : {}) });
  const amount = (field: string, bounds: Bounds): number | undefined => {
    const raw = one(fields, field);
    if (raw === '') return undefined;
    const read = parseAmount(raw, context.language, bounds);
    if (read.ok) return read.amount;
    result.unparsed[field] = raw.slice(0, 100);
    problem(read.reason, field, read.params);
    return undefined;
  };
  const limited = (field: string, maxLength: number): string => {
    const raw = one(fields, field);
    if ([...raw].length <= maxLength) return raw;
    result.unparsed[field] = raw.slice(0, 40_000);
    problem('length', field, { max: maxLength, length: [...raw].length });
    return '';
  };

  switch (question.type) {
    case 'single':
    case 'scale': {
      const value = one(fields, question.id);
      if (value !== '') {
        if (!question.options.some((option) => option.value === value)) problem('choice');
        else
          result.answer = question.type === 'scale' && /^\d+$/.test(value) ? Number(value) : value;
      }
      takeOther(question, fields, result, problem);
      break;
    }
    case 'multi': {
      const values = [...new Set(many(fields, question.id))].filter((value) => value !== '');
      const known = question.options.filter((option) => values.includes(option.value));
      if (known.length !== values.length) problem('choice');
      if (known.length > 0) result.answer = known.map((option) => option.value);
      if (known.length > 1 && known.some((option) => option.exclusive))
        problem('exclusive', question.id, {
          option: known.find((option) => option.exclusive)?.label ?? '',
        });
      takeOther(question, fields, result, problem);
      break;
    }
    case 'number': {
      const value = amount(question.id, question);
      if (value !== undefined) result.answer = value;
      break;
    }
    case 'money': {
      const [amountField, currencyField] = [`${question.id}.amount`, `${question.id}.currency`];
      const value = amount(amountField, { ...question, decimals: 2 });
      const currency = one(fields, currencyField) || context.currency;
      if (value !== undefined && !context.currencies.includes(currency)) {
        result.unparsed[amountField] = one(fields, amountField);
        result.unparsed[currencyField] = currency.slice(0, 100);
        problem('currency', currencyField);
      } else if (value !== undefined) result.answer = { amount: value, currency };
      // The currency beside an amount that could not be read is kept with it.
      else if (amountField in result.unparsed && one(fields, currencyField) !== '')
        result.unparsed[currencyField] = currency.slice(0, 100);
      break;
    }
    case 'text': {
      const value = limited(question.id, question.maxLength);
      if (value !== '') result.answer = value;
      break;
    }
    case 'matrix': {
      const matrix = parseMatrix(question, fields, { amount, limited, problem });
      if (Object.keys(matrix).length > 0) result.answer = matrix;
      break;
    }
    case 'file':
      // What becomes of files is decided in `responses/uploads.ts`; here only the link beside them is read.
      if (one(fields, `${question.id}.url`) !== '') {
        const url = limited(`${question.id}.url`, 500);
        if (/^https?:\/\/[^\s]+$/i.test(url) && URL.canParse(url))
          result.answer = { files: [], url };
        else if (url !== '') {
          result.unparsed[`${question.id}.url`] = url;
          problem('url', `${question.id}.url`);
        }
      }
      break;
  }
  return result;
}

type Bounds = { min?: number | undefined; max?: number | undefined; decimals: number };

/** The words beside "Other": kept when given, asked for when "Other" is chosen without them. */
function takeOther(
  question: AskedOf<'single' | 'multi'> | AskedOf<'scale'>,
  fields: Fields,
  result: ParsedQuestion,
  problem: (code: Problem['code'], field?: string, params?: Problem['params']) => void,
): void {
  const option = question.options.find((candidate) => candidate.text);
  if (!option) return;
  const field = `${question.id}.other`;
  const words = one(fields, field);
  const chosen = Array.isArray(result.answer)
    ? result.answer.includes(option.value)
    : result.answer === option.value;
  if ([...words].length > OTHER_MAX_LENGTH) {
    result.unparsed[field] = words.slice(0, 5000);
    problem('length', field, { max: OTHER_MAX_LENGTH, length: [...words].length });
  } else if (words !== '') result.other = words;
  else if (chosen) problem('otherText', field);
}
export const OTHER_MAX_LENGTH = 300;

function parseMatrix(
  question: AskedOf<'matrix'>,
  fields: Fields,
  read: {
    amount(field: string, bounds: Bounds): number | undefined;
    limited(field: string, maxLength: number): string;
    problem(code: Problem['code'], field?: string, params?: Problem['params']): void;
  },
): MatrixAnswer {
  const answer: MatrixAnswer = {};
  const { cell } = question;
  const columns = question.columns.map((column) => column.value);
  for (const row of question.rows) {
    const name = `${question.id}.${row.value}`;
    if (cell.type === 'single') {
      const value = one(fields, name);
      if (value === '') continue;
      if (columns.includes(value)) answer[row.value] = value;
      else read.problem('choice', name);
    } else if (cell.type === 'multi') {
      const values = [...new Set(many(fields, name))].filter((value) => value !== '');
      const known = question.columns.filter((column) => values.includes(column.value));
      if (known.length !== values.length) read.problem('choice', name);
      if (known.length > 0) answer[row.value] = known.map((column) => column.value);
      const alone = known.find((column) => column.exclusive);
      if (alone && known.length > 1)
        read.problem('exclusive', name, { option: alone.label, row: row.label });
    } else {
      const cells: Record<string, number | string> = {};
      for (const column of columns) {
        const field = `${name}.${column}`;
        const value =
          cell.type === 'text'
            ? read.limited(field, cell.maxLength) || undefined
            : read.amount(field, { ...cell, decimals: 2 });
        if (value !== undefined) cells[column] = value;
      }
      if (Object.keys(cells).length > 0) answer[row.value] = cells;
    }
  }
  return answer;
}

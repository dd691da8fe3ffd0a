/** Stored answers as the fields of a form, in the reader's way of writing numbers: the inverse of `parseQuestion`. */
import type { Fields, FileAnswer, MatrixAnswer, Money } from '../questionnaire/answers.ts';
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import { type Draft, fieldOf } from './response.ts';

const COMMA = new Set(['fr', 'es', 'ru']);
/** Without marks between thousands, so that it reads back as the same number in every language. */
const written = (value: number, language: string) =>
  COMMA.has(language) ? String(value).replace('.', ',') : String(value);

export function fieldsOf(question: AskedQuestion, draft: Draft, language: string): Fields {
  const { id } = question;
  const answer = draft.answers[id];
  const fields: Fields = {};
  if (answer !== undefined)
    switch (question.type) {
      case 'money': {
        const { amount, currency } = answer as Money;
        fields[`${id}.amount`] = written(amount, language);
        fields[`${id}.currency`] = currency;
        break;
      }
      case 'number':
        fields[id] = written(answer as number, language);
        break;
      case 'matrix':
        for (const [row, cells] of Object.entries(answer as MatrixAnswer)) {
          if (typeof cells === 'string' || Array.isArray(cells)) fields[`${id}.${row}`] = cells;
          else
            for (const [column, cell] of Object.entries(cells))
              fields[`${id}.${row}.${column}`] =
                typeof cell === 'number' ? written(cell, language) : cell;
        }
        break;
      case 'file':
        if ((answer as FileAnswer).url) fields[`${id}.url`] = (answer as FileAnswer).url;
        break;
      default:
        fields[id] = Array.isArray(answer) ? (answer as string[]) : String(answer);
    }
  if (draft.other[id] !== undefined) fields[`${id}.other`] = draft.other[id];
  for (const [key, words] of Object.entries(draft.unparsed))
    if (belongs(fieldOf(key), id)) fields[fieldOf(key)] = words;
  return fields;
}

/** Whether a form field is one of the question's. */
export const belongs = (field: string, question: string): boolean =>
  field === question || field.startsWith(`${question}.`);

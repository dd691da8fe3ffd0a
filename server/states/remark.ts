/** Something to say about a row or a file of contacts, in the language of whoever reads it. */
import type { Voice } from '../texts.ts';
import type { ContactColumn } from './contact-columns.ts';
import type { FileProblem } from './contact-table.ts';
import type { AddressProblem } from './mail-address.ts';

export type Remark = {
  code: RemarkCode;
  with: Record<string, string | number>;
  /** The column or field that it is about; null for the row or the file. */
  at: ContactColumn | null;
};
export type RemarkCode =
  | FileProblem
  | AddressProblem
  | 'columns'
  | 'columnTwice'
  | 'noState'
  | 'state'
  | 'stateSuggested'
  | 'audience'
  | 'noName'
  | 'long'
  | 'lineBreak'
  | 'notUtf8'
  | 'control'
  | 'language'
  | 'languageSuggested'
  | 'zone'
  | 'cells'
  | 'again'
  | 'archived'
  | 'taken'
  | 'noFile'
  // These refuse nothing.
  | 'same'
  | 'elsewhere'
  | 'cleaned'
  | 'domain';

export const remark = (
  code: RemarkCode,
  values: Remark['with'] = {},
  at: Remark['at'] = null,
): Remark => ({ code, with: values, at });

/** What stood in a cell must not make a message long. */
export const short = (text: string): string => text.slice(0, 60);

/** In words. What stood in the file is kept apart, so that it does not turn the direction of the words around it. */
export function wordsOf({ code, with: values }: Remark, voice: Voice): string {
  const apart = (value: string | number) =>
    voice.direction === 'rtl' ? `\u2068${value}\u2069` : value;
  const params = Object.entries(values).map(([name, value]) => [name, apart(value)]);
  return voice.t(`contactImport.remark.${code}`, Object.fromEntries(params));
}

/** All of a row; what is said of two cells is said once. */
export const allWords = (remarks: Remark[], voice: Voice): string =>
  [...new Set(remarks.map((one) => wordsOf(one, voice)))].join('; ');

/** What an editor can do, whether through pages or through the functions behind them. */
import type { Fields } from '../visitor.ts';
import type { SectionName } from './round.ts';

export type Words = Record<string, string>;

/** A section's page as it stands in somebody's browser; it can be saved at any later time. */
export type Sheet = {
  section: SectionName;
  /** The form, hidden fields and all. */
  form: Fields;
  /** What stood in the fields when the page came. */
  words: Words;
  /** What the page shows beside a field, as saved by somebody else; only on a conflict page. */
  theirs: Words;
};

export type Saved = { kind: 'saved' } | { kind: 'conflict'; sheet: Sheet };
/** `form` is null while there is nothing to press. */
export type CheckPage = { form: Fields | null };
export type Submitted = { kind: 'receipt' | 'refused' };

export type Editor = {
  open(section: SectionName): Promise<Sheet>;
  /** @param attach also brings a file, where the section has a question for one */
  save(sheet: Sheet, words: Words, attach: boolean): Promise<Saved>;
  check(): Promise<CheckPage>;
  submit(form: Fields): Promise<Submitted>;
};

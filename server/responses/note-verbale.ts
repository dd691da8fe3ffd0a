/**
 * Answers that came on paper, by Note Verbale, and that the secretariat enters for a State: which note they come from,
 * and the scan of it. Pure.
 */
import { createHash } from 'node:crypto';
import type { StoredFile } from '../questionnaire/answers.ts';
import { safeName, typeOfContent } from './file-content.ts';

export type NoteVerbale = {
  _id: string;
  invitation: string;
  /** Who began to enter the answers. */
  account: string;
  /** As it stands on the note, such as "NV/2023/114". */
  reference: string;
  /** ISO day, as it stands on the note. */
  dated: string;
  scan: StoredFile;
  createdAt: Date;
};

/** What a submission says of the note that it was entered from. */
export type NoteCited = Pick<NoteVerbale, 'reference' | 'dated' | 'scan'>;

export const SCAN_TYPES = ['application/pdf', 'image/png', 'image/jpeg'];
export const SCAN_BYTES = 10_000_000;
export const LONGEST_REFERENCE = 100;
/** Where a file record says which question it answers. */
export const SCAN_QUESTION = 'note_verbale';

export type NoteForm = { reference: string; dated: string };
export type NoteProblem = {
  field: 'reference' | 'dated' | 'scan';
  code: 'missing' | 'long' | 'date' | 'future' | 'empty' | 'large' | 'type';
};
export type ReadNote =
  | { ok: true; note: NoteForm; scan: Omit<StoredFile, 'id'>; content: Buffer }
  | { ok: false; problems: NoteProblem[] };

/** @param today ISO day; a note cannot come from a later one @param upload null when no file was chosen */
export function readNote(
  form: NoteForm,
  upload: { name: string; content: Buffer | null } | null,
  today: string,
): ReadNote {
  const problems: NoteProblem[] = [];
  const refuse = (field: NoteProblem['field'], code: NoteProblem['code']) =>
    problems.push({ field, code });
  if (form.reference === '') refuse('reference', 'missing');
  else if ([...form.reference].length > LONGEST_REFERENCE) refuse('reference', 'long');
  if (!isDay(form.dated)) refuse('dated', 'date');
  else if (form.dated > today) refuse('dated', 'future');
  const content = upload?.content ?? null;
  const type = content && typeOfContent(content);
  if (upload && (!content || content.length > SCAN_BYTES)) refuse('scan', 'large');
  else if (!upload || !content || content.length === 0) refuse('scan', 'empty');
  else if (!type || !SCAN_TYPES.includes(type)) refuse('scan', 'type');
  if (problems.length > 0 || !upload || !content || !type) return { ok: false, problems };
  const sha256 = createHash('sha256').update(content).digest('hex');
  const scan = { name: safeName(upload.name), size: content.length, type, sha256 };
  return { ok: true, note: form, scan, content };
}

const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString().startsWith(text);

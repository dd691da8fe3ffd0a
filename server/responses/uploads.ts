/** Files that came with a section's form: which are taken, and why not. */
import { createHash } from 'node:crypto';
import { newId } from '../db/record.ts';
import type { Problem, StoredFile } from '../questionnaire/answers.ts';
import type { AskedOf } from '../questionnaire/questionnaire.ts';
import { MEBIBYTE, safeName, typeOfContent } from './file-content.ts';

/** What a form does to files besides its fields. */
export type FileChanges = {
  /** `content` is null when the file was larger than any question allows. */
  uploads: { field: string; name: string; content: Buffer | null }[];
  /** The question whose button "attach" was pressed. */
  asked: string | null;
  /** The id of a file to take off its answer. */
  removed: string | null;
};
/** The form's field for a file of a question. */
export const fileField = (question: string): string => `${question}.file`;

export const NO_FILES: FileChanges = { uploads: [], asked: null, removed: null };

export type TakenFile = { question: string; file: StoredFile; content: Buffer };

export function takeFiles(
  question: AskedOf<'file'>,
  before: StoredFile[],
  { uploads, asked, removed }: FileChanges,
): { files: StoredFile[]; taken: TakenFile[]; problems: Problem[] } {
  const files = before.filter((file) => file.id !== removed);
  const taken: TakenFile[] = [];
  const problems: Problem[] = [];
  const refuse = (code: Problem['code']) =>
    problems.push({ question: question.id, field: fileField(question.id), code });
  const mine = uploads.filter((upload) => upload.field === fileField(question.id));
  if (asked === question.id && mine.length === 0) refuse('fileEmpty');
  for (const { name, content } of mine) {
    const type = content && typeOfContent(content);
    if (!content || content.length > question.maxMebibytes * MEBIBYTE) refuse('fileTooLarge');
    else if (content.length === 0) refuse('fileEmpty');
    else if (!type || !question.accept.includes(type)) refuse('fileType');
    else if (files.length >= question.maxFiles) refuse('fileTooMany');
    else {
      const file: StoredFile = {
        id: newId(),
        name: safeName(name),
        size: content.length,
        type,
        sha256: createHash('sha256').update(content).digest('hex'),
      };
      files.push(file);
      taken.push({ question: question.id, file, content });
    }
  }
  return { files, taken, problems };
}

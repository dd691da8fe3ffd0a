/** What a file may be, and what it really is: told by its first bytes; the name and the browser's word are not believed. Pure. */
import type { AskedOf } from '../questionnaire/questionnaire.ts';
import type { Voice } from '../texts.ts';

const PDF = 'application/pdf';
const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** File name endings by type, for the hint to people and for the download's name. */
export const ENDINGS: Record<string, string> = {
  [PDF]: 'PDF',
  [DOCX]: 'DOCX',
  [XLSX]: 'XLSX',
  'image/png': 'PNG',
  'image/jpeg': 'JPEG',
};

/** Null when it is none of the types that we know. */
export function typeOfContent(content: Buffer): string | null {
  if (content.subarray(0, 5).toString('latin1') === '%PDF-') return PDF;
  if (content.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))) return 'image/png';
  if (content.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex'))) return 'image/jpeg';
  if (content.subarray(0, 4).equals(Buffer.from('504b0304', 'hex'))) {
    // Office files are ZIP archives; the names of their parts stand plainly in the archive.
    if (content.includes('word/vbaProject.bin') || content.includes('xl/vbaProject.bin'))
      return null;
    if (content.includes('word/document.xml')) return DOCX;
    if (content.includes('xl/workbook.xml')) return XLSX;
  }
  return null;
}

/** "PDF and DOCX; at most 10 MB each, 3 files." */
export const fileLimits = (
  { accept, maxMebibytes, maxFiles }: AskedOf<'file'>,
  voice: Voice,
): string =>
  voice.t('file.limits', {
    types: voice.list(accept.map((type) => ENDINGS[type] ?? type)),
    size: voice.fileSize(maxMebibytes * MEBIBYTE),
    count: maxFiles,
  });

export const MEBIBYTE = 1_048_576;

/** A name that is safe to show and to save: no folders, no control or direction characters, at most 120 characters. */
export function safeName(name: string): string {
  const plain = name
    .normalize('NFC')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
    .replace(/[\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .replace(/[/\\:*?"<>|]/g, '_')
    .trim();
  const short = [...plain].slice(-120).join('');
  return short === '' || /^\.+$/.test(short) ? 'file' : short;
}

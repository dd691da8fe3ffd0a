/**
 * A receipt as a few lines of plain text, and back. It is read however a mail program broke, quoted or spaced it: no
 * value holds a space, so all of them can go before it is read. Pure.
 */
import type { Asked } from './receipt-canonical.ts';
import type { Submission } from './response.ts';

/** The lines in their order, by what stands before the colon. */
export const RECEIPT_LINES = [
  'Reference',
  'Submitted',
  'State',
  'Audience',
  'Round',
  'Questionnaire',
  'Revision',
  'SHA-256',
  'Key',
  'Signature',
] as const;
export type ReceiptLine = (typeof RECEIPT_LINES)[number];
export type ReceiptValues = Record<ReceiptLine, string>;

/** The number is that of the format. */
const FIRST = 'RAPPORTEUR RECEIPT 1';
const LAST = 'END OF RECEIPT';

/** What is stored of it; the other lines stand in the submission. `key`: fingerprint of the key that signed. */
export type Receipt = { sha256: string; key: string; signature: string };

export const valuesOf = (
  asked: Asked,
  submission: Pick<Submission, 'reference' | 'submittedAt' | 'revision'>,
  { sha256, key, signature }: Receipt,
): ReceiptValues => ({
  Reference: submission.reference,
  Submitted: submission.submittedAt.toISOString(),
  State: asked.state,
  Audience: asked.audience,
  Round: asked.round,
  Questionnaire: asked.questionnaire,
  Revision: String(submission.revision),
  'SHA-256': sha256,
  Key: key,
  Signature: signature,
});

const lineOf = (values: ReceiptValues) => (name: ReceiptLine) => `${name}: ${values[name]}`;

/** What is signed: the first line and all up to the key, each with a line feed at its end. */
export const signedText = (values: ReceiptValues): string =>
  [FIRST, ...RECEIPT_LINES.slice(0, -1).map(lineOf(values)), ''].join('\n');

export const receiptText = (values: ReceiptValues): string =>
  [FIRST, ...RECEIPT_LINES.map(lineOf(values)), LAST].join('\n');

export type ReadReceipt =
  | { ok: true; values: ReceiptValues }
  /** `lines`: which of them are not there or hold something else; empty when beginning or end is not there. */
  | { ok: false; lines: ReceiptLine[] };

/** Spaces of every kind, marks of direction and of quoting; none of them stands in a value. */
const NOISE = /[\s>\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/g;
const PATTERNS: Record<ReceiptLine, string> = {
  Reference: 'R-[0-9A-Z-]+',
  Submitted: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z',
  State: '[A-Z]{3}',
  Audience: '[A-Za-z][A-Za-z0-9_]*',
  Round: '[a-z0-9-]+',
  Questionnaire: '[a-z0-9-]+@\\d+',
  Revision: '\\d+',
  'SHA-256': '[0-9a-f]{64}',
  Key: '[0-9a-f]{64}',
  Signature: '[0-9a-f]{128}',
};
const bare = (text: string) => text.replace(NOISE, '');
const WHOLE = new RegExp(
  `${bare(FIRST)}${RECEIPT_LINES.map((name) => `${name}:(${PATTERNS[name]})`).join('')}${bare(LAST)}`,
);

/** Reads the first receipt in a text that may hold a whole mail. */
export function readReceipt(text: string): ReadReceipt {
  const given = bare(text);
  const found = WHOLE.exec(given);
  if (found) {
    const values = RECEIPT_LINES.map((name, at) => [name, found[at + 1]] as const);
    return { ok: true, values: Object.fromEntries(values) as ReceiptValues };
  }
  const from = given.indexOf(bare(FIRST));
  const to = given.indexOf(bare(LAST), from);
  if (from < 0 || to < 0) return { ok: false, lines: [] };
  const inner = given.slice(from + bare(FIRST).length, to);
  const fits = (name: ReceiptLine, at: number) => {
    const next = RECEIPT_LINES[at + 1];
    return new RegExp(`${name}:${PATTERNS[name]}${next ? `(?=${next}:|$)` : '$'}`).test(inner);
  };
  return { ok: false, lines: RECEIPT_LINES.filter((name, at) => !fits(name, at)) };
}

/**
 * A submission as the one text that its hash is made of: the same submission always gives the same bytes, whatever the
 * order in which its answers were stored. `docs/data.md` describes it so that others can make it too. Pure.
 */
import { createHash } from 'node:crypto';
import { type AnswerValue, type FileAnswer, withoutFileIds } from '../questionnaire/answers.ts';
import type { NoteCited } from './note-verbale.ts';
import type { Submission } from './response.ts';

const CANONICAL_FORMAT = 'rapporteur-submission';
const CANONICAL_VERSION = 1;

/** Whose answers, to what, in which round. `questionnaire` is KEY@VERSION. */
export type Asked = { state: string; audience: string; round: string; questionnaire: string };
export type Submitted = Pick<
  Submission,
  'revision' | 'reference' | 'submittedAt' | 'by' | 'answers' | 'other' | 'use' | 'uses' | 'note'
>;

export function canonicalText(asked: Asked, submission: Submitted): string {
  const { state, audience, round, questionnaire } = asked;
  const { revision, reference, submittedAt, by, answers, other, use, uses, note } = submission;
  return canonical({
    format: CANONICAL_FORMAT,
    version: CANONICAL_VERSION,
    state,
    audience,
    round,
    questionnaire,
    revision,
    reference,
    submittedAt: submittedAt.toISOString(),
    submitter: by.name,
    use,
    uses: uses ?? {},
    answers: Object.fromEntries(
      Object.entries(answers).map(([id, answer]) => [id, published(answer)]),
    ),
    other,
    // Only where there is one, so that the text of every other submission stays what it was.
    ...(note ? { noteVerbale: noteOf(note) } : {}),
  });
}

/** Which note, and of the scan what says which file it is. */
export const noteOf = ({ reference, dated, scan }: NoteCited) => ({
  reference,
  dated,
  scan: { name: scan.name, size: scan.size, sha256: scan.sha256 },
});

/** Hexadecimal. */
export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

const published = (answer: AnswerValue): unknown =>
  typeof answer === 'object' && 'files' in answer && Array.isArray(answer.files)
    ? withoutFileIds(answer as FileAnswer)
    : answer;

/** JSON without spaces, keys in the order of their UTF-16 codes, texts in NFC, numbers as ECMAScript writes them. */
export function canonical(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.normalize('NFC'));
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error('a number that is none has no canonical form');
    return JSON.stringify(value);
  }
  if (typeof value === 'boolean' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object') throw new Error(`${typeof value} has no canonical form`);
  const pairs = Object.entries(value)
    .map(([key, one]) => [key.normalize('NFC'), one] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`);
  return `{${pairs.join(',')}}`;
}

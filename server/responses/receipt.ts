/** The receipt of a submission: made when it is submitted, and later held against what is stored. */
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import { type Asked, canonicalText, type Submitted, sha256Of } from './receipt-canonical.ts';
import {
  RECEIPT_LINES,
  type Receipt,
  type ReceiptLine,
  type ReceiptValues,
  readReceipt,
  receiptText,
  signedText,
  valuesOf,
} from './receipt-text.ts';
import type { Response, Submission } from './response.ts';

export const askedOf = (
  { state, audience }: Pick<Response, 'state' | 'audience'>,
  round: Pick<Round, '_id' | 'questionnaire'>,
): Asked => ({
  state,
  audience,
  round: round._id,
  questionnaire: `${round.questionnaire.key}@${round.questionnaire.version}`,
});

export function signReceipt(
  { receiptKey }: Pick<Services, 'receiptKey'>,
  asked: Asked,
  submission: Submitted,
): Receipt {
  const sha256 = sha256Of(canonicalText(asked, submission));
  const key = receiptKey.fingerprint;
  const values = valuesOf(asked, submission, { sha256, key, signature: '' });
  return { sha256, key, signature: receiptKey.sign(signedText(values)) };
}

/** "" for a submission of before receipts were signed. */
export const receiptOf = (asked: Asked, submission: Submission): string =>
  submission.receipt ? receiptText(valuesOf(asked, submission, submission.receipt)) : '';

export type Verdict =
  | {
      genuine: true;
      /** `differs`: what is stored under this reference is not what was submitted. */
      standing: 'latest' | 'newer' | 'unknown' | 'differs';
      values: ReceiptValues;
      /** Signed with a key that is no longer used. */
      retired: boolean;
    }
  | {
      genuine: false;
      reason: 'empty' | 'none' | 'lines' | 'key';
      /** The lines that do not fit, where that can be said. */
      lines: ReceiptLine[];
    };

/** Holds a pasted receipt against its signature, and then against what is stored. */
export async function verifyReceipt(services: Services, text: string): Promise<Verdict> {
  if (text.trim() === '') return { genuine: false, reason: 'empty', lines: [] };
  const read = readReceipt(text);
  if (!read.ok)
    return { genuine: false, reason: read.lines.length > 0 ? 'lines' : 'none', lines: read.lines };
  const { values } = read;
  const { receiptKey } = services;
  if (!receiptKey.verify(values.Key, signedText(values), values.Signature)) {
    const lines = await linesOff(services, values);
    if (lines && lines.length > 0) return { genuine: false, reason: 'lines', lines };
    return receiptKey.standing(values.Key) === 'unknown'
      ? { genuine: false, reason: 'key', lines: ['Key'] }
      : { genuine: false, reason: 'lines', lines: ['Signature'] };
  }
  const retired = receiptKey.standing(values.Key) === 'retired';
  return { genuine: true, values, retired, standing: await standingOf(services, values) };
}

async function standingOf(services: Services, values: ReceiptValues) {
  const found = await findSubmission(services, { reference: values.Reference });
  if (!found) return 'unknown';
  if (sha256Of(canonicalText(found.asked, found.submission)) !== values['SHA-256'])
    return 'differs';
  return found.last ? 'latest' : 'newer';
}

/**
 * Which lines differ from the receipt that was given; null when that may not be said. Only whoever holds two of its
 * three values that nobody can guess learns of the others, so that a known reference is no way to try States.
 */
async function linesOff(services: Services, values: ReceiptValues): Promise<ReceiptLine[] | null> {
  const found =
    (await findSubmission(services, { reference: values.Reference })) ??
    (await findSubmission(services, { sha256: values['SHA-256'] }));
  if (!found?.submission.receipt) return null;
  const given = valuesOf(found.asked, found.submission, found.submission.receipt);
  const same = (name: ReceiptLine) => values[name] === given[name];
  const held = (['Reference', 'SHA-256', 'Signature'] as const).filter(same).length;
  return held < 2 ? null : RECEIPT_LINES.filter((name) => !same(name));
}

async function findSubmission(
  { responses, rounds }: Services,
  by: { reference: string } | { sha256: string },
) {
  const submission = await responses.findRevision(by);
  const response = submission && (await responses.find(submission.response));
  const round = response && (await rounds.find(response.round));
  if (!submission || !response || !round) return null;
  const last = response.submitted?.revision === submission.revision;
  return { submission, asked: askedOf(response, round), last };
}

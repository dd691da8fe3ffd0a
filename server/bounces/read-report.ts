/** Reads a mail that came back. Pure: what it says, not whether it is believed; that is decided in `receive.ts`. */
import type { ParsedMail } from 'mailparser';
import { REFERENCE } from '../mail/return-address.ts';
import { autoReplyKind } from './auto-reply.ts';
import { readDeliveryStatus } from './delivery-status.ts';
import { ownWords, received, subjectOf, textOf } from './mail-text.ts';
import { type RecipientVerdict, type Report, type Verdict, worstOf } from './report.ts';
import { returnDateIn } from './return-date.ts';
import { readWordsOfBounce } from './words.ts';

const LONGEST_TEXT = 500;

/** @param mail parsed by `parse.ts`, so that parts for machines are attachments */
export function readReport(mail: ParsedMail): Report {
  const references = referencesIn(mail);
  const found = findingIn(mail);
  const text = found.text.replace(/\s+/g, ' ').trim().slice(0, LONGEST_TEXT);
  const returns =
    found.kind === 'out-of-office'
      ? returnDateIn(`${subjectOf(mail)}\n${ownWords(mail)}`, mail.date ?? new Date(0))
      : null;
  return { recipient: null, recipients: [], ...found, text, references, returns };
}

type Finding = Verdict & Partial<Pick<Report, 'recipient' | 'recipients'>>;

const about = (kind: Report['kind'], text: string): Finding => ({
  kind,
  subject: 'address',
  code: null,
  text,
});

function findingIn(mail: ParsedMail): Finding {
  const words = ownWords(mail);
  const firstLine = lineOf(words) || subjectOf(mail);
  const statuses = [
    ...partsOf(mail, /^message\/(?:global-)?delivery-status$/),
    // Some gateways pass the fields on as plain text.
    ...(/^Final-Recipient:/im.test(words) && /^(?:Action|Status):/im.test(words) ? [words] : []),
  ];
  const recipients = statuses.flatMap(readDeliveryStatus);
  const worst = worstOf(recipients);
  if (worst && worst.kind !== 'unknown') return fromStatus(worst, recipients, firstLine);

  if (partsOf(mail, /^message\/feedback-report$/).length > 0) return about('complaint', firstLine);
  const [receipt] = partsOf(mail, /^message\/(?:global-)?disposition-notification$/);
  if (receipt !== undefined)
    return about(/^Disposition:.*\bfailed\b/im.test(receipt) ? 'unknown' : 'delivered', firstLine);

  const bounce = readWordsOfBounce(mail, words);
  if (bounce) return bounce;
  const automatic = autoReplyKind(mail, words);
  return about(automatic ?? 'unknown', firstLine);
}

function fromStatus(
  worst: RecipientVerdict,
  recipients: RecipientVerdict[],
  firstLine: string,
): Finding {
  const { kind, subject, code, text, addresses } = worst;
  return {
    kind,
    subject,
    code,
    text: text || firstLine,
    recipient: addresses[0] ?? null,
    recipients,
  };
}

const lineOf = (words: string): string =>
  words
    .split('\n')
    .map((line) => line.trim())
    .find((line) => /\p{L}/u.test(line)) ?? '';

const partsOf = (mail: ParsedMail, type: RegExp): string[] =>
  mail.attachments.filter(({ contentType }) => type.test(contentType)).map(textOf);

/** First the address that the report was sent to, which only the one who refused our mail was given; then the quoted mail. */
function referencesIn(mail: ParsedMail): string[] {
  const places = [
    ...received(mail),
    ...mail.attachments.map(textOf),
    mail.text ?? '',
    subjectOf(mail),
  ];
  const found = places.flatMap((place) => place.match(REFERENCE) ?? []);
  return [...new Set(found.map((one) => one.toLowerCase()))].slice(0, 20);
}

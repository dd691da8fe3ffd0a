/** What of a mail is its own words, and what it quotes of ours. */
import type { Attachment, ParsedMail } from 'mailparser';

/** Where servers write to whom a mail was delivered. */
const RECIPIENT_HEADERS = [
  'delivered-to',
  'x-original-to',
  'envelope-to',
  'x-envelope-to',
  'x-delivered-to',
  'x-forwarded-to',
  'x-rcpt-to',
  'to',
  'cc',
  'resent-to',
];

/** The header lines that say to whom the mail was delivered, the surest first. */
export const received = (mail: ParsedMail): string[] =>
  RECIPIENT_HEADERS.flatMap((name) =>
    mail.headerLines.filter(({ key }) => key === name).map(({ line }) => line),
  );

export const subjectOf = ({ subject }: Pick<ParsedMail, 'subject'>): string =>
  (subject ?? '').slice(0, LONGEST_LINE);

export const headerOf = (mail: Pick<ParsedMail, 'headerLines'>, name: string): string =>
  mail.headerLines
    .find(({ key }) => key === name)
    ?.line.replace(/^[^:]*:\s*/, '')
    .replace(/\r?\n\s+/g, ' ')
    .trim() ?? '';

/** More than this of one part is never looked at. */
const MOST_BYTES = 200_000;

export const textOf = ({ content }: Pick<Attachment, 'content'>): string =>
  content.subarray(0, MOST_BYTES).toString('utf8');

/** Lines after which a report without parts quotes our mail. */
const QUOTED = new RegExp(
  [
    '^-{2,}[^-\\n].*(?:copy of|message follows|original message|returned message|below this line|header|unsent message|message d.origine|mensaje original|原始邮件|الرسالة الأصلية|исходное сообщение).*$',
    '^(?:Original message headers|Original message follows|Returned message follows|The original message|The header of the original message follows|Message header follows).*$',
    '^(?:>{0,2} ?)?Return-Path: <[^>]*\\+[0-9a-f]{24}\\..*$',
    '^>.*wrote:$',
    '^-{3,} ?Original.*$',
  ].join('|'),
  'im',
);

/** No report needs more; and a search in a line of a megabyte could take hours. */
const MOST_WORDS = 50_000;
const LONGEST_LINE = 500;

/** The words of a mail up to where it begins to quote ours; lines without end are cut. */
export function ownWords(mail: Pick<ParsedMail, 'text'>): string {
  const text = (mail.text ?? '')
    .slice(0, MOST_WORDS)
    .split(/\r\n?|\n/)
    .map((line) => line.slice(0, LONGEST_LINE))
    .join('\n');
  const quoted = QUOTED.exec(text);
  return quoted ? text.slice(0, quoted.index) : text;
}

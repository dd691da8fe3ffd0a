/** What is kept of a report: its headers and words, and the headers of the mail that it returns, never that mail's text. */
import type { ParsedMail } from 'mailparser';
import { ownWords, textOf } from './mail-text.ts';

const LONGEST = 64_000;

/** A personal link's token has 43 such characters; whoever reads a report must not get in. */
export const withoutTokens = (text: string): string => text.replace(/[A-Za-z0-9_-]{43,}/g, '…');

const FOR_MACHINES =
  /^message\/(?:(?:global-)?delivery-status|feedback-report|(?:global-)?disposition-notification)$/;
const RETURNED = /^(?:message\/(?:rfc822|global|global-headers|partial)|text\/rfc822-headers)$/;

export function excerptOf(mail: ParsedMail): string {
  const parts = mail.attachments.flatMap((attachment) => {
    if (FOR_MACHINES.test(attachment.contentType)) return [textOf(attachment)];
    return RETURNED.test(attachment.contentType) ? [headOf(textOf(attachment))] : [];
  });
  const headers = mail.headerLines.map(({ line }) => line).join('\n');
  return bounded([headers, ownWords(mail), ...parts].join('\n\n'));
}

/** Of a mail that is not read: what stands before the first empty line. */
export const headOf = (text: string): string =>
  bounded(text.replace(/^\s+/, '').split(/\r?\n[ \t]*\r?\n/)[0] ?? '');

const bounded = (text: string): string =>
  withoutTokens(text.replace(/\r\n?/g, '\n').replace(/\n{3,}/g, '\n\n')).slice(0, LONGEST);

/** Reports of servers that write for people only: Exim of old, qmail, Yahoo, Domino and many a local one. */
import type { ParsedMail } from 'mailparser';
import { headerOf, subjectOf } from './mail-text.ts';
import { type RecipientVerdict, type Report, sameForm, type Verdict } from './report.ts';
import { codeOf, judge, saysRefused } from './status-code.ts';

const SENDERS =
  /^(?:mailer[-_.]?daemon|mail[-_.]?daemon|postmaster|mdaemon|maildelivery|mail[-_.]?delivery|bounces?|nobody|mailadmin|mail-?system)(?:[+=-][^@]*)?@/i;
const NAMES =
  /mail(?:er)? ?(?:delivery|daemon)|delivery (?:sub)?system|postmaster|mail administrator|system administrator|系统退信|退信/i;
const SUBJECTS =
  /undeliver|(?:mail|message|delivery)[^.]{0,40}(?:fail|return|delay|status|problem|notif|error)|fail(?:ed|ure)[^.]{0,20}(?:mail|deliver|notice)|returned (?:mail|to sender)|non.?deliver|could not (?:be )?deliver|nondeliverable|rejected mail|échec|non remis|nicht zustell|no (?:se )?entreg|退信|无法投递|投递失败|تعذر|недоставлен|не доставлен|warning: message/i;

/**
 * Whether a mail looks like a report. The words of a person, or of an absence notice that quotes one, must never count
 * as a refusal.
 */
function isFromServer(mail: ParsedMail): boolean {
  const [from] = mail.from?.value ?? [];
  if (headerOf(mail, 'x-failed-recipients')) return true;
  const bySender = SENDERS.test(from?.address ?? '') || NAMES.test(from?.name ?? '');
  const nullSender = /^<\s*>$/.test(headerOf(mail, 'return-path'));
  const bySubject = SUBJECTS.test(subjectOf(mail));
  return (bySender && (bySubject || nullSender)) || (nullSender && bySubject);
}

/** "The server still tries": nothing is lost yet. */
const STILL_TRIES =
  /no action is required|will (?:continue|keep) (?:to try|trying)|will be retried|still (?:being )?(?:retr|try)|has not (?:yet )?been delivered|not yet been delivered|(?:delivery|message) (?:is|has been|was) (?:temporarily )?delayed|warning message only|you do not need to resend|tentatives? (?:se poursui|vont)|n'a pas encore été|还将继续|سيستمر/i;
const GAVE_UP =
  /(?:given|giving) up|retry timeout exceeded|too long|permanent(?:ly)? (?:fatal )?(?:error|fail)|failed permanently|has been returned|(?:could|can) ?not be delivered to/i;

const ADDRESS = /[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/g;

/** Null when the mail is no report of a server, or says nothing that can be told. */
export function readWordsOfBounce(
  mail: ParsedMail,
  words: string,
): (Verdict & Pick<Report, 'recipient' | 'recipients'>) | null {
  if (!isFromServer(mail)) return null;
  const addresses = recipientsIn(mail, words);
  const text = reasonIn(words, addresses);
  const verdict = verdictIn(words, text);
  if (!verdict) return null;
  const recipients: RecipientVerdict[] =
    addresses.length > 0 ? [{ ...verdict, addresses, own: true }] : [];
  return { ...verdict, recipient: addresses[0] ?? null, recipients };
}

function verdictIn(words: string, text: string): Verdict | null {
  const code = codeOf(null, text) ?? codeOf(null, words);
  if (STILL_TRIES.test(words) && !GAVE_UP.test(words))
    return { kind: 'delayed', subject: 'address', code, text };
  // Without a code and without words that say why, it may be anything.
  if (!code && !saysRefused(words)) return null;
  if (code?.startsWith('2.')) return { kind: 'delivered', subject: 'address', code, text };
  return { ...judge(code, saysRefused(text) ? text : words), code, text };
}

function recipientsIn(mail: ParsedMail, words: string): string[] {
  const named = headerOf(mail, 'x-failed-recipients').match(ADDRESS);
  const ours = [mail.to ?? [], mail.from ?? []]
    .flat()
    .flatMap(({ value }) => value.map(({ address = '' }) => sameForm(address)));
  const found = (named ?? words.match(ADDRESS) ?? []).map((one) => sameForm(trimmed(one)));
  return [...new Set(found)].filter((one) => !ours.includes(one)).slice(0, 20);
}

const trimmed = (address: string): string => address.replace(/^[.'`]+|[.'`]+$/g, '');

/** The lines that follow the address, or those with a code or a reason: what the admin wants to read first. */
function reasonIn(words: string, addresses: string[]): string {
  const lines = words
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const place = lines.findIndex((line) =>
    addresses.some((address) => line.toLowerCase().includes(address)),
  );
  const after = place < 0 ? [] : lines.slice(place, place + 6);
  const telling = after.some((line) => codeOf(null, line) || saysRefused(line))
    ? after
    : lines.filter((line) => codeOf(null, line) || saysRefused(line));
  return (telling.length > 0 ? telling : lines).slice(0, 6).join(' ');
}

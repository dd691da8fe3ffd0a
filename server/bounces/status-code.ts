/** What a status code (RFC 3463, RFC 5248) and the words beside it say of an address. `docs/bounces.md` gives the reasons. */
import type { Subject } from './report.ts';

type Judgement = { kind: 'hard' | 'soft'; subject: Subject };

const gone: Judgement = { kind: 'hard', subject: 'address' };
const busy: Judgement = { kind: 'soft', subject: 'address' };
const ours: Judgement = { kind: 'soft', subject: 'us' };

const FULL =
  /mailbox (?:is )?(?:full|over)|over ?quota|quota (?:is )?exceeded|exceed(?:s|ed)? (?:the |its |their )?(?:storage|quota|mailbox)|insufficient (?:system )?storage|storage (?:limit|space)|out of (?:disk )?space|inbox is full|boîte (?:aux lettres )?(?:est )?pleine|quota dépassé|邮箱.{0,6}已满|空间不足|صندوق.{0,20}ممتلئ|переполнен/iu;
const NOBODY =
  /user (?:is )?unknown|unknown (?:user|recipient|address|local|mailbox|or illegal)|no such (?:user|mailbox|person|address|recipient|account|local)|no mailbox (?:here )?by that name|user (?:does not|doesn't|doesn’t) (?:exist|have)|(?:account|address|mailbox|recipient|user)[^.\n]{0,60}(?:does not|doesn't|doesn’t|couldn't|could not|cannot|can't) (?:exist|be found)|(?:does not|doesn't|doesn’t) (?:exist|have an? )|(?:user|recipient|mailbox|address) not (?:found|listed|known)|not listed in|invalid (?:recipient|mailbox|address|user)|mailbox (?:unavailable|not found|disabled|inactive|does not)|(?:account|mailbox) (?:has been |is )?(?:disabled|deactivated|closed|inactive|suspended)|address (?:not found|unknown)|unrouteable address|host (?:or domain name )?(?:not found|unknown)|non-?existent|domain (?:not found|couldn't be found|does not exist)|utilisateur inconnu|adresse inconnue|n'existe pas|inexistant|desconocido|no existe|не существует|не найден|用户不存在|不存在|无法找到|غير موجود|لم يتم العثور/iu;
const POLICY =
  /spam|junk|\bblock(?:ed|ing|list)?\b|black ?list|deny ?list|reputation|polic(?:y|ies)|dmarc|\bspf\b|dkim|not authori[sz]ed|access denied|listed (?:in|at|by|on)|suspicious|virus|malware|rate limit|too many|content (?:rejected|filter)|unsolicited|restricted|relay(?:ing)? (?:access )?denied|垃圾|سياسة|спам/iu;

/** The first that fits decides. A code that is not here and begins with 5 means that the address is gone. */
const TABLE: [code: RegExp, judgement: Judgement][] = [
  [/^4\.7\./, ours],
  [/^4\./, busy],
  // The sender's address or system is refused, not the receiver's.
  [/^5\.1\.[78]$/, ours],
  [/^5\.2\.2$/, busy],
  // The mail is too large, or of a kind that is not taken.
  [/^5\.2\.3$|^5\.3\.4$|^5\.6\./, ours],
  // Time ran out, or the DNS did not answer: nobody said that the address does not exist.
  [/^5\.4\.(?:7|300|312)$/, busy],
  [/^5\.7\./, ours],
];

/** Codes that servers give for nearly anything: the words beside them decide. */
const VAGUE = /^5\.(?:[0345]\.0|1\.0|0\.\d+|5\.\d+)$/;

/** @param code null counts as 5.0.0: failed, no reason given */
export function judge(code: string | null, words: string): Judgement {
  const status = code ?? '5.0.0';
  if (VAGUE.test(status)) return judgeWords(status, words);
  return TABLE.find(([pattern]) => pattern.test(status))?.[1] ?? gone;
}

function judgeWords(status: string, words: string): Judgement {
  if (FULL.test(words)) return busy;
  if (NOBODY.test(words)) return gone;
  if (POLICY.test(words)) return ours;
  // "Protocol error", and the bare "554 transaction failed" of most filters, are no word about the address.
  if (status.startsWith('5.5.') || /\b554\b/.test(words)) return ours;
  return /\b552\b/.test(words) ? busy : gone;
}

/** Codes in free words; numbers that belong to an IP address or a version are none. */
const ENHANCED = /(?<![\d.])[245]\.[0-7]\.\d{1,3}(?![\d.]*\d)/g;
/** Reply codes of SMTP, where one is meant: at the start of a line or after a colon, semicolon, bracket or "said". */
const REPLY = /(?:^|[:;#(]\s*|said: |code |error |state \d+\)?:? ?)([245]\d\d)(?=[\s:-])/im;

/** The most telling enhanced code: the one given, else the first in the words, else one made of SMTP's reply code. */
export function codeOf(given: string | null, words: string): string | null {
  const status = /^[245]\.\d{1,3}\.\d{1,3}/.exec(given ?? '')?.[0] ?? null;
  if (status && !status.endsWith('.0.0')) return status;
  const written = [...words.matchAll(ENHANCED)].map(([code]) => code);
  const telling = written.find((code) => !code.endsWith('.0.0'));
  const reply = REPLY.exec(words)?.[1];
  return telling ?? status ?? written[0] ?? (reply ? `${reply[0]}.0.0` : null);
}

/** Whether words without any code say that an address is gone or full. */
export const saysRefused = (words: string): boolean =>
  NOBODY.test(words) || FULL.test(words) || POLICY.test(words);

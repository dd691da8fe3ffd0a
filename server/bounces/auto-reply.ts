/** Mails that a machine sends for a person: absence notices (RFC 3834), receipts of ticket systems, "are you human?". */
import type { ParsedMail } from 'mailparser';
import { headerOf, subjectOf } from './mail-text.ts';

const CHALLENGE =
  /(?:confirm|verify|prove)[^.\n]{0,60}(?:you(?:'re| are)? (?:a |not )?(?:human|person|real|robot|a spammer)|your (?:e-?mail|message|address) (?:is|was) (?:genuine|legitimate)|delivery of your)|(?:whitelist|approved? senders?|allow ?list)[^.\n]{0,80}(?:click|link|reply|visit)|(?:click|reply|visit)[^.\n]{0,80}(?:to (?:have|release|deliver) your|whitelist|be delivered)|confirmez[^.\n]{0,60}(?:expéditeur|humain|message)|message[^.\n]{0,40}(?:is|being) held[^.\n]{0,80}(?:confirm|verif)|sender verification|boxtrapper/i;

/** In the six languages. A weak hint only: people write these words too. */
const ABSENT =
  /out of (?:the )?office|auto(?:matic)?[- ]?(?:reply|response)|autoreply|away from|on (?:annual |sick |maternity |home )?leave|vacation|absen[tc]e? ?(?:du bureau)?|réponse automatique|en congé|respuesta automática|fuera de (?:la )?oficina|رد تلقائي|خارج المكتب|إجازة|автоматический ответ|отсутств|отпуск|自动回复|自動回覆|不在办公室|休假/i;

const NO = /^(?:no|false|0)?$/i;

/** Null when a person wrote it, as far as can be told. */
export function autoReplyKind(
  mail: ParsedMail,
  words: string,
): 'out-of-office' | 'challenge' | null {
  const subject = subjectOf(mail);
  const said = headerOf(mail, 'auto-submitted').toLowerCase();
  const certain =
    said.startsWith('auto-replied') ||
    ['x-autoreply', 'x-autorespond', 'x-autoresponder', 'x-mail-autoreply', 'x-auto-reply'].some(
      (name) => !NO.test(headerOf(mail, name)),
    ) ||
    /^auto[_-]?reply$/i.test(headerOf(mail, 'precedence'));
  const machine =
    certain ||
    said.startsWith('auto-generated') ||
    headerOf(mail, 'x-auto-response-suppress') !== '' ||
    headerOf(mail, 'x-boxtrapper') !== '' ||
    /^(?:bulk|junk|list)$/i.test(headerOf(mail, 'precedence')) ||
    /^<\s*>$/.test(headerOf(mail, 'return-path'));
  if (machine && CHALLENGE.test(`${subject}\n${words}`)) return 'challenge';
  return certain || (machine && ABSENT.test(subject)) ? 'out-of-office' : null;
}

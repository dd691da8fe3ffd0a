/** Mail addresses: what counts as one, and domains in other letters than ASCII. Pure. */
import { domainToASCII, domainToUnicode } from 'node:url';

/** A strict plain grammar, so that what is validated is what is sent to: no comments, quotes or several addresses. */
export const isMailAddress = (text: string): boolean =>
  text.length <= 254 &&
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+(?:[A-Za-z]{2,63}|[Xx][Nn]--[A-Za-z0-9-]{1,59})$/.test(
    text,
  ) &&
  !text.includes('..') &&
  !text.startsWith('.') &&
  !text.includes('.@');

export type AddressProblem =
  | 'address'
  /** Two or more in one place. */
  | 'addressSeveral'
  /** With a name, brackets, quotes, a comment, or `mailto:`. */
  | 'addressDressed'
  /** Other letters than ASCII before the @: many servers refuse them, and a reply would not come back. */
  | 'addressLetters'
  /** A domain that is made to look like another. */
  | 'addressMixed';

export type ReadAddress = { ok: true; address: string } | { ok: false; problem: AddressProblem };

/** An address as it is sent to. A domain in other letters becomes what mail servers call it, `xn--…`. */
export function readMailAddress(text: string): ReadAddress {
  const refuse = (problem: AddressProblem): ReadAddress => ({ ok: false, problem });
  if (isMailAddress(text)) return { ok: true, address: text };
  // Longer than any address: nothing below has to look through it.
  if (text.length > 1000) return refuse('address');
  if ((text.match(/@/g)?.length ?? 0) > 1 && /[,;\s]/.test(text)) return refuse('addressSeveral');
  if (/["<>()[\]]|^mailto:/i.test(text)) return refuse('addressDressed');
  const [local = '', domain = '', ...more] = text.split('@');
  if (more.length > 0 || local === '' || domain === '') return refuse('address');
  if (isOtherThanAscii(local)) return refuse('addressLetters');
  if (!isOtherThanAscii(domain) || !/^[\p{L}\p{N}\p{M}.\-。．｡]+$/u.test(domain))
    return refuse('address');
  const labels = domain.normalize('NFKC').split(/[.。．｡]/);
  if (labels.some(mixesAlphabets)) return refuse('addressMixed');
  const address = `${local}@${domainToASCII(domain)}`;
  return isMailAddress(address) ? { ok: true, address } : refuse('address');
}

/** The address with its domain in the letters of its language; null where those are the same. */
export function addressInLetters(address: string): string | null {
  const [local = '', domain = ''] = address.split('@');
  if (!/(^|\.)xn--/i.test(domain)) return null;
  const letters = domainToUnicode(domain);
  return letters === '' || letters === domain ? null : `${local}@${letters}`;
}

const isOtherThanAscii = (text: string): boolean => /[^ -~]/.test(text);

/** Latin, Greek and Cyrillic have letters that nobody can tell apart. */
const mixesAlphabets = (label: string): boolean =>
  [/\p{Script=Latin}/u, /\p{Script=Greek}/u, /\p{Script=Cyrillic}/u].filter((one) =>
    one.test(label),
  ).length > 1;

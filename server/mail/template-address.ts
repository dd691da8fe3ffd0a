/** Which addresses a template may link to, besides the fields that are addresses. Pure. */

const PROTOCOLS = ['https:', 'http:', 'mailto:'];

/** False for what is no whole address, and for one that would run something. */
export function isSafeAddress(to: string): boolean {
  if (!/^(https?:\/\/|mailto:)\S+$/i.test(to)) return false;
  try {
    return PROTOCOLS.includes(new URL(to).protocol);
  } catch {
    return false;
  }
}

/** Whether words would be taken for an address: then they must be the address that they lead to. */
export const looksLikeAddress = (words: string): boolean =>
  /^\s*(https?:\/\/|www\.)\S/i.test(words);

const bare = (address: string) =>
  address
    .trim()
    .toLowerCase()
    .replace(/^(https?:\/\/|mailto:)/, '')
    .replace(/\/$/, '');

export const isSameAddress = (a: string, b: string): boolean => bare(a) === bare(b);

/** Words as they are kept: composed letters, no marks that nobody sees. Pure. */
import { unguarded } from '../formula.ts';

/**
 * Spaces of no width, soft hyphens, and the marks that turn the direction of what follows, with which a name could show
 * another than it is. The joiners of Persian and Indian scripts and the marks of direction for one place may stay.
 */
const INVISIBLE = /[\u00AD\u200B\u2060\uFEFF\u202A-\u202E\u2066-\u2069\u{E0000}-\u{E007F}]/gu;

/** Plain text is the most of a file, and looked through at once. */
const PLAIN = /^[ -~]*$/;

export const withoutInvisible = (text: string): string =>
  PLAIN.test(text) ? text : text.replace(INVISIBLE, '');

/** A cell or a field as it is kept, also one that an export had to put an apostrophe before. */
export const cleaned = (text: string): string =>
  unguarded(withoutInvisible(text).normalize('NFC').trim());

/** Letters without accents, case and punctuation: how names are looked for. */
export const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[\p{M}\u0640]/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}@.+]+/gu, ' ')
    .trim();

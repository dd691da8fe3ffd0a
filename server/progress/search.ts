/** Finding words in written answers: without accents and case, and with the forms of Arabic letters as one. Pure. */

/** Letters that are no other letter with a mark, yet are looked for as one. */
const ALIKE: Record<string, string> = {
  ى: 'ي',
  ة: 'ه',
  ٱ: 'ا',
  ک: 'ك',
  ی: 'ي',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ł: 'l',
  ı: 'i',
};
/** Marks (accents, hamza, vowel signs), the stretching stroke, and joiners. */
const UNSEEN = /[\p{M}\u0640\u200B-\u200D\uFEFF]/gu;

/** One letter as it is looked for; "" for what is only a mark. */
const foldedLetter = (letter: string): string =>
  [...letter.normalize('NFKD').replace(UNSEEN, '').toLowerCase()]
    .map((one) => {
      const bare = one.normalize('NFKD').replace(UNSEEN, '');
      const digit = /[٠-٩۰-۹]/.test(bare) ? String((bare.codePointAt(0) as number) & 15) : bare;
      return ALIKE[digit] ?? digit;
    })
    .join('');

/** The words that are looked for; empty when nothing is. */
export const wordsIn = (query: string): string[] =>
  query
    .split(/\s+/)
    .map((word) => fold(word).text)
    .filter(Boolean);

/** A text as it is looked in, and for each of its characters the place in the text as it was. */
function fold(original: string): { text: string; places: number[] } {
  let text = '';
  const places: number[] = [];
  let place = 0;
  for (const letter of original) {
    const bare = foldedLetter(letter);
    for (let i = 0; i < bare.length; i += 1) places.push(place);
    text += bare;
    place += letter.length;
  }
  places.push(original.length);
  return { text, places };
}

export type Piece = { text: string; found: boolean };

/** The text in pieces, those that were looked for marked; null where one of the words is not in it. */
export function found(original: string, words: string[]): Piece[] | null {
  if (words.length === 0) return [{ text: original, found: false }];
  const { text, places } = fold(original);
  const marked: [from: number, to: number][] = [];
  for (const word of words) {
    let at = text.indexOf(word);
    if (at < 0) return null;
    for (; at >= 0; at = text.indexOf(word, at + word.length))
      marked.push([places[at] ?? 0, places[at + word.length] ?? original.length]);
  }
  const pieces: Piece[] = [];
  let end = 0;
  for (const [from, to] of marked.sort((a, b) => a[0] - b[0])) {
    if (to <= end) continue;
    if (from > end) pieces.push({ text: original.slice(end, from), found: false });
    pieces.push({ text: original.slice(Math.max(from, end), to), found: true });
    end = to;
  }
  if (end < original.length) pieces.push({ text: original.slice(end), found: false });
  return pieces;
}

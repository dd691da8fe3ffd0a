/** Text broken into lines by an estimate of how wide it is; nothing here can measure a font. Pure. */

/** Of a character in parts of the font's size, as Noto Sans has them on average. */
function widthOf(character: string): number {
  if (/[\u0600-\u06ff]/.test(character)) return 0.52;
  if (/[\u2e80-\uffef]/.test(character)) return 1;
  if (/[iljftrI.,:;'’|()[\] -]/.test(character)) return 0.34;
  if (/[mwMW%@–—]/.test(character)) return 0.92;
  return /[A-Z#&]/.test(character) ? 0.66 : 0.57;
}

export const textWidth = (text: string, size: number): number =>
  size * [...text].reduce((sum, character) => sum + widthOf(character), 0);

/** Lines that are at most so wide; a word that is wider by itself is broken. Never none. */
export function linesOf(text: string, size: number, widest: number): string[] {
  const lines = [''];
  const fits = (line: string) => textWidth(line, size) <= widest;
  for (const word of text.split(/\s+/).flatMap((one) => pieces(one, fits))) {
    const last = lines.at(-1) ?? '';
    const longer = last ? `${last} ${word}` : word;
    if (fits(longer) || !last) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Also where there are no spaces, as in Chinese. */
function pieces(word: string, fits: (line: string) => boolean): string[] {
  if (fits(word)) return [word];
  const made = [''];
  for (const character of word) {
    const longer = `${made.at(-1)}${character}`;
    if (fits(longer)) made[made.length - 1] = longer;
    else made.push(character);
  }
  return made;
}

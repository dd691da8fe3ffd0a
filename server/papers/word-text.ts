/** Paragraphs of a paper in Word, each in the direction of its own text. */
import { Paragraph, TextRun } from 'docx';

/** Characters that XML cannot hold: one of them and Word opens nothing. */
const xmlSafe = (text: string) =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .toWellFormed();

const RTL_LETTER = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;
/** The direction of a text by its first letter, as a browser decides for `dir="auto"`; `base` where it has none. */
function directionOf(text: string, base: 'ltr' | 'rtl'): 'ltr' | 'rtl' {
  const [letter] = text.match(/\p{L}/u) ?? [];
  return letter === undefined ? base : RTL_LETTER.test(letter) ? 'rtl' : 'ltr';
}

/** A piece of a line; `style` is a character style. */
export type Piece = { text: string; style?: string };

export function wordText(base: 'ltr' | 'rtl') {
  const run = ({ text, style }: Piece, direction: 'ltr' | 'rtl') =>
    new TextRun({
      text: xmlSafe(text),
      ...(style ? { style } : {}),
      ...(direction === 'rtl' ? { rightToLeft: true } : {}),
    });
  /**
   * A paragraph of the paper's own words, in its direction.
   * @param direction of the words, where it is not the paper's
   */
  const line = (style: string, pieces: string | Piece[], direction = base): Paragraph =>
    new Paragraph({
      style,
      ...(direction === 'rtl' ? { bidirectional: true } : {}),
      children: (typeof pieces === 'string' ? [{ text: pieces }] : pieces).map((piece) =>
        run(piece, direction),
      ),
    });
  return {
    run,
    line,
    /**
     * What somebody wrote: a paragraph for each of its lines.
     * @param free whether a paragraph takes the direction of its words, not only the words themselves
     */
    written: (style: string, text: string, label: string | null = null, free = true): Paragraph[] =>
      text.split('\n').map((part, place) => {
        const direction = directionOf(part, base);
        const lead = label && place === 0 ? [{ text: `${label}: `, style: 'Quiet' }] : [];
        return new Paragraph({
          style,
          ...((lead.length > 0 || !free ? base : direction) === 'rtl'
            ? { bidirectional: true }
            : {}),
          children: [...lead.map((piece) => run(piece, base)), run({ text: part }, direction)],
        });
      }),
  };
}
export type WordText = ReturnType<typeof wordText>;

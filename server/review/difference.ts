/** What differs between two answers in words: pieces that stand, that went and that came. Pure. */

export type Piece = { is: 'same' | 'gone' | 'new'; text: string };

/** Beyond this many comparisons the whole is shown as gone and new. */
const MOST_CELLS = 2_000_000;

/** Of several lines each is a piece; of a single text each word, with the space behind it. */
export function differenceOf(before: string[], after: string[]): Piece[] {
  const single = before.length <= 1 && after.length <= 1;
  const parts = (lines: string[]) => (single ? (lines[0]?.match(/\s*\S+/g) ?? []) : lines);
  const pieces = compare(parts(before), parts(after));
  return single ? joined(pieces) : pieces;
}

/** The longest common subsequence stands; what is left went or came. */
function compare(a: string[], b: string[]): Piece[] {
  if (a.length * b.length > MOST_CELLS)
    return [
      ...a.map((text) => ({ is: 'gone' as const, text })),
      ...b.map((text) => ({ is: 'new' as const, text })),
    ];
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] as number;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      lengths[i * width + j] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const pieces: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      pieces.push({ is: 'same', text: a[i] as string });
      i += 1;
      j += 1;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) {
      pieces.push({ is: 'gone', text: a[i] as string });
      i += 1;
    } else {
      pieces.push({ is: 'new', text: b[j] as string });
      j += 1;
    }
  }
  return pieces;
}

/** Neighbours of one kind as one piece, so that a reader hears "gone" once. */
function joined(pieces: Piece[]): Piece[] {
  const whole: Piece[] = [];
  for (const piece of pieces) {
    const last = whole.at(-1);
    if (last?.is === piece.is) last.text += piece.text;
    else whole.push({ ...piece });
  }
  return whole;
}

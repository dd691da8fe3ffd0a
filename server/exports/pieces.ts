/** Many short lines as few large pieces. Between two of them the program does other things: nobody's save waits for an export. */
import { setImmediate } from 'node:timers/promises';

const PIECE = 65_536;

export async function* inPieces(
  lines: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<string> {
  let piece = '';
  for await (const line of lines) {
    piece += line;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
    await setImmediate();
  }
  if (piece) yield piece;
}

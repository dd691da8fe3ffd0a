/**
 * The text of a file as spreadsheets save it: UTF-8, UTF-16 or Windows-1252, with or without a byte order mark. A file in
 * another code page is refused: read as Windows-1252 it would give letters, only wrong ones. Pure.
 */

export type Encoding = 'UTF-8' | 'UTF-16' | 'Windows-1252';
export type Decoded =
  | { ok: true; text: string; encoding: Encoding }
  /** `codePage`: another one than Windows-1252. `mixed`: UTF-8 and something else in one file. */
  | { ok: false; problem: 'codePage' | 'mixed' };

export function decoded(bytes: Uint8Array): Decoded {
  const utf16 = utf16Of(bytes);
  // A decoder takes the mark away.
  if (utf16) return { ok: true, text: new TextDecoder(utf16).decode(bytes), encoding: 'UTF-16' };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { ok: true, text, encoding: 'UTF-8' };
  } catch {
    return windows1252(bytes);
  }
}

/** Told by its mark or, without one, by the zero in each pair of bytes: the header is in ASCII. */
function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const head = bytes.subarray(0, 60);
  const zeros = (from: number) => head.filter((byte, at) => at % 2 === from && byte === 0).length;
  const pairs = Math.floor(head.length / 2);
  if (pairs < 4) return null;
  if (zeros(1) >= pairs * 0.9 && zeros(0) === 0) return 'utf-16le';
  return zeros(0) >= pairs * 0.9 && zeros(1) === 0 ? 'utf-16be' : null;
}

/**
 * In the languages that Windows-1252 is for, letters with accents stand among plain ones. Four in a row are a word in
 * Cyrillic, Arabic or Chinese, and the bytes that it leaves free belong to another code page.
 */
function windows1252(bytes: Uint8Array): Decoded {
  const latin = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  // "é" as UTF-8 has it, beside bytes that are no UTF-8.
  if (/[\u00C2\u00C3][\u0080-\u00BF]/.test(latin)) return { ok: false, problem: 'mixed' };
  if (/[\u0080-\u00FF]{4}|[\u0081\u008D\u008F\u0090\u009D]/.test(latin))
    return { ok: false, problem: 'codePage' };
  const text = new TextDecoder('windows-1252').decode(bytes);
  return { ok: true, text, encoding: 'Windows-1252' };
}

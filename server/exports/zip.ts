/**
 * A zip archive, made piece by piece while its contents are still being read: sizes and checksums follow each entry
 * ("data descriptor"), so nothing is held but the directory. Shrinking happens in Node's own threads.
 */
import { pipeline, Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';

type ZipEntry = { name: string; content: AsyncIterable<string> | Iterable<string> };

/** Sizes follow the content, names are UTF-8. */
const FLAGS = 0x0808;
const DEFLATED = 8;
const VERSION = 20;
/** 1 January 1980, the first day that an archive knows: the same contents give the same bytes. */
const DAY = 0x0021;
const MOST_BYTES = 0xffffffff;

/** @throws when an entry or the whole is larger than an archive of this kind can say */
export async function* zipped(
  entries: AsyncIterable<ZipEntry> | Iterable<ZipEntry>,
): AsyncGenerator<Buffer> {
  const directory: Buffer[] = [];
  let at = 0;
  for await (const { name, content } of entries) {
    const path = Buffer.from(name);
    const begin = at;
    const local = Buffer.concat([signed(0x04034b50), ...common(0, 0, 0, path.length), path]);
    yield local;
    at += local.length;
    const sum = { crc: 0, size: 0, packed: 0 };
    const deflate = createDeflateRaw();
    // Whoever stops reading early ends the source too; the error comes out of the loop below.
    pipeline(Readable.from(counted(content, sum)), deflate, () => {});
    for await (const piece of deflate as AsyncIterable<Buffer>) {
      sum.packed += piece.length;
      yield piece;
    }
    const after = Buffer.concat([signed(0x08074b50), numbers(sum.crc, sum.packed, sum.size)]);
    yield after;
    at += sum.packed + after.length;
    if (Math.max(sum.size, at) > MOST_BYTES) throw new Error('the archive is larger than 4 GB');
    directory.push(
      Buffer.concat([
        signed(0x02014b50),
        shorts(VERSION),
        ...common(sum.crc, sum.packed, sum.size, path.length),
        // No comment, first disk, no attributes.
        shorts(0, 0, 0),
        numbers(0, begin),
        path,
      ]),
    );
  }
  const list = Buffer.concat(directory);
  const count = directory.length;
  yield Buffer.concat([
    list,
    signed(0x06054b50),
    shorts(0, 0, count, count),
    numbers(list.length, at),
    shorts(0),
  ]);
}

async function* counted(
  content: ZipEntry['content'],
  sum: { crc: number; size: number },
): AsyncGenerator<Buffer> {
  for await (const text of content) {
    const bytes = Buffer.from(text);
    sum.crc = crc32(bytes, sum.crc);
    sum.size += bytes.length;
    yield bytes;
  }
}

/** What the head of an entry and its line in the directory share. */
const common = (crc: number, packed: number, size: number, nameLength: number) => [
  shorts(VERSION, FLAGS, DEFLATED, 0, DAY),
  numbers(crc, packed, size),
  shorts(nameLength, 0),
];

const signed = (signature: number) => numbers(signature);

function shorts(...values: number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [place, value] of values.entries()) bytes.writeUInt16LE(value, 2 * place);
  return bytes;
}

function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [place, value] of values.entries()) bytes.writeUInt32LE(value, 4 * place);
  return bytes;
}

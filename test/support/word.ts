/** A Word file read without the library that made it: the parts of the archive, and the text of a document. */
import { inflateRawSync } from 'node:zlib';
import { type HTMLElement, parse } from 'node-html-parser';

/** Names and contents of a zip archive. @throws when it is none */
export function unzip(archive: Buffer): Map<string, string> {
  const end = archive.lastIndexOf(Buffer.from('PK\u0005\u0006'));
  if (end < 0) throw new Error('this is no zip archive');
  const parts = new Map<string, string>();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((place) =>
      archive.readUInt16LE(at + place),
    ) as [number, number, number];
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const method = archive.readUInt16LE(at + 10);
    const size = archive.readUInt32LE(at + 20);
    const local = archive.readUInt32LE(at + 42);
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const content = archive.subarray(start, start + size);
    parts.set(name, (method === 0 ? content : inflateRawSync(content)).toString('utf8'));
    at += 46 + nameLength + extraLength + commentLength;
  }
  return parts;
}

export type WordFile = {
  parts: Map<string, string>;
  document: string;
  /** Text of each paragraph in order, those of tables too. */
  paragraphs: string[];
  text: string;
};

export function readWord(archive: Buffer): WordFile {
  const parts = unzip(archive);
  const document = parts.get('word/document.xml') ?? '';
  const paragraphs = [...document.matchAll(/<w:p[ >].*?<\/w:p>/gs)].map(([paragraph]) =>
    textIn(paragraph),
  );
  return { parts, document, paragraphs, text: paragraphs.join('\n') };
}

const textIn = (xml: string): string =>
  [...xml.matchAll(/<w:t(?: [^>]*)?>([^<]*)<\/w:t>/g)].map(([, text = '']) => plain(text)).join('');

const plain = (xml: string): string => (parse(`<p>${xml}</p>`) as HTMLElement).text;

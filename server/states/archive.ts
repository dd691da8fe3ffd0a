/**
 * Looks into an archive before anything unpacks it: a small file can hold a very large one. What comes out is counted,
 * not what the archive says of itself, and the counting stops where it is too much.
 */
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';

const MOST_INFLATED = 20_000_000;
const MOST_ENTRIES = 200;
/** Spreadsheets shrink to about a tenth. */
const MOST_RATIO = 100;

export type ArchiveProblem =
  | 'damaged'
  | 'archiveEntries'
  | 'archiveSize'
  | 'archiveRatio'
  | 'locked'
  | 'openDocument'
  | 'binaryWorkbook'
  | 'noWorkbook';

/** What keeps the archive from being read as a workbook; null when it may be. */
export async function archiveProblem(bytes: Buffer): Promise<ArchiveProblem | null> {
  try {
    const archive = await fromBufferPromise(bytes);
    if (archive.entryCount > MOST_ENTRIES) return 'archiveEntries';
    const names = new Set<string>();
    let inflated = 0;
    for await (const entry of archive.eachEntry()) {
      // Two of one name: nobody knows which of them a program would read.
      if (names.has(entry.fileName)) return 'damaged';
      names.add(entry.fileName);
      if (names.size > MOST_ENTRIES) return 'archiveEntries';
      if (entry.isEncrypted()) return 'locked';
      if (!entry.canDecodeFileData()) return 'damaged';
      for await (const size of sizesOf(archive, entry)) {
        inflated += size;
        if (inflated > MOST_INFLATED) return 'archiveSize';
        if (inflated > MOST_RATIO * bytes.length) return 'archiveRatio';
      }
    }
    return kindOf(names);
  } catch {
    // yauzl tells of every contradiction in an archive with an error of its own.
    return 'damaged';
  }
}

/** Sizes of the pieces that come out of one entry. Whoever stops asking ends the unpacking. */
async function* sizesOf(archive: ZipFile, entry: Entry): AsyncGenerator<number> {
  if (entry.fileName.endsWith('/')) return;
  for await (const piece of await archive.openReadStreamPromise(entry))
    yield (piece as Buffer).length;
}

function kindOf(names: Set<string>): ArchiveProblem | null {
  if (names.has('xl/workbook.xml')) return null;
  if (names.has('xl/workbook.bin')) return 'binaryWorkbook';
  return names.has('mimetype') && names.has('content.xml') ? 'openDocument' : 'noWorkbook';
}

/** A folder of .eml files: each is read once and moved to `done/` or `odd/` in it. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { MOST_BYTES } from './bounce.ts';
import type { Take } from './reader.ts';

/** A program that writes into the folder should write under another name first, and rename. */
const SUFFIX = '.eml';

/**
 * In the order of their names.
 * @throws when the folder or a file in it cannot be read, or a file cannot be moved
 */
export async function readFolder(folder: string, take: Take): Promise<void> {
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith(SUFFIX))
    .map((entry) => entry.name)
    .sort();
  for (const name of names) {
    const outcome = await take(await readStart(join(folder, name)));
    if (outcome === null) return;
    const place = join(folder, outcome === 'odd' ? 'odd' : 'done');
    await mkdir(place, { recursive: true });
    const free = existsSync(join(place, name)) ? `${randomUUID()}-${name}` : name;
    await rename(join(folder, name), join(place, free));
  }
}

/** No more than tells that it is too large. */
async function readStart(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const start = Buffer.alloc(MOST_BYTES + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(start, length, start.length - length);
      if (bytesRead === 0) return start.subarray(0, length);
      length += bytesRead;
    }
  } finally {
    await file.close();
  }
}

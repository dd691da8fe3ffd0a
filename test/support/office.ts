/** LibreOffice, as a reader of our files that did not write them. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { promisify } from 'node:util';
import { it } from '@jest/globals';

const PLACES = ['/usr/bin/soffice', '/usr/bin/libreoffice', '/opt/libreoffice/program/soffice'];
const office = () => [process.env['SOFFICE'], ...PLACES].find((path) => path && existsSync(path));

/** `it` for tests that need LibreOffice; they are left out, loudly, where there is none, and in CI that is a failure. */
export function itInOffice(what: string): typeof it | typeof it.skip {
  if (office()) return it;
  const remedy = 'apt-get install --no-install-recommends libreoffice-calc libreoffice-writer';
  if (process.env['CI'])
    throw new Error(`There is no LibreOffice, so ${what} cannot be proved: ${remedy}`);
  console.warn(`No LibreOffice: the proof of ${what} is LEFT OUT. ${remedy}`);
  return it.skip;
}

/**
 * The file in another format, by a program and a profile of its own.
 * @param to what `--convert-to` takes: "fods", "pdf"
 * @param filter what `--infilter` takes, where the ending of the name does not say it
 * @returns the path of what came out, in the folder of the file
 */
export async function converted(file: string, to: string, filter?: string): Promise<string> {
  const profile = await mkdtemp(join(tmpdir(), 'rapporteur-office-'));
  const folder = join(file, '..');
  try {
    await promisify(execFile)(
      office() as string,
      [
        `-env:UserInstallation=file://${profile}`,
        '--headless',
        '--norestore',
        ...(filter ? [`--infilter=${filter}`] : []),
        ...['--convert-to', to, '--outdir', folder, file],
      ],
      { timeout: 120_000 },
    );
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
  const out = join(folder, `${basename(file, extname(file))}.${to.split(':')[0]}`);
  if (!existsSync(out)) throw new Error(`LibreOffice made no ${to} of ${file}`);
  return out;
}

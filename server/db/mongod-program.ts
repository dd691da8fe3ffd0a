import { execFile } from 'node:child_process';

/** A mongod that runs, or why it doesn't: `absent` when there is no such program, `unusable` when it can't run here or is too old. */
export type Trial =
  | { ok: true; path: string; version: string }
  | { ok: false; reason: 'absent' | 'unusable'; message: string };

/** Transactions, `hello` and the driver are used as MongoDB 6 and later have them. */
const OLDEST_MAJOR = 6;

/** The Debian and Ubuntu package of each library that a mongod may lack on a slim image. */
const PACKAGES: Record<string, string> = {
  'libcurl.so.4': 'libcurl4',
  'liblzma.so.5': 'liblzma5',
  'libcrypto.so.3': 'libssl3',
  'libssl.so.3': 'libssl3',
  'libgssapi_krb5.so.2': 'libgssapi-krb5-2',
  'libldap-2.5.so.0': 'libldap-2.5-0',
  'libsasl2.so.2': 'libsasl2-2',
};

/** Runs `mongod --version`. A bare name is looked up on the PATH. */
export async function tryMongod(path: string): Promise<Trial> {
  const { code, stdout, stderr } = await run(path, ['--version']);
  const version = /^db version v(\d+\.\d+\.\d+\S*)/m.exec(stdout)?.[1];
  if (code === 0 && version) {
    return Number.parseInt(version, 10) >= OLDEST_MAJOR
      ? { ok: true, path, version }
      : {
          ok: false,
          reason: 'unusable',
          message: `${path} is MongoDB ${version}; ${OLDEST_MAJOR}.0 or later is needed`,
        };
  }
  if (code === 'ENOENT') return { ok: false, reason: 'absent', message: `there is no ${path}` };
  const missing = await missingLibraries(path, stderr);
  return {
    ok: false,
    reason: 'unusable',
    message: missing.length
      ? `${path} needs ${missing.join(', ')}, which this system lacks; ${remedy(missing)}`
      : `${path} does not run as a mongod (${stderr.trim().split('\n')[0] || `it ended with ${code}`})`,
  };
}

/** The linker names one library at a time and `ldd` names all of them; a slim image may have no `ldd`. */
async function missingLibraries(path: string, stderr: string): Promise<string[]> {
  const first = /error while loading shared libraries: (\S+):/.exec(stderr)?.[1];
  if (!first) return [];
  const { stdout } = await run('ldd', [path]);
  const all = [...stdout.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] as string);
  return all.length ? [...new Set(all)] : [first];
}

/** What a person does about libraries that are missing, as the end of a sentence. */
export function remedy(libraries: string[]): string {
  const packages = libraries.map((library) => PACKAGES[library]);
  return packages.includes(undefined)
    ? 'install the packages that hold it'
    : `install with: apt-get install ${[...new Set(packages)].join(' ')}`;
}

function run(
  file: string,
  parameters: string[],
): Promise<{ code: number | string; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(file, parameters, { timeout: 10_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? 'no answer') : 0, stdout, stderr });
    });
  });
}

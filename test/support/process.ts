/** Programs of ours as processes of their own, ended with the test that started them. */
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const root = join(import.meta.dirname, '..', '..');

export type Program = {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves when standard output holds the text. @throws when the program ends before, or after 30 s */
  says(text: string, patienceMs?: number): Promise<string>;
  /** The exit code, null after a signal. */
  ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): Promise<number | null>;
};

/** @param script path from the project's root */
export function run(
  script: string,
  args: string[],
  environment: Record<string, string>,
  { stdin = 'ignore' }: { stdin?: 'ignore' | 'pipe' } = {},
): Program {
  const loader = script.endsWith('.ts') ? ['--import', 'tsx'] : [];
  const child = spawn(process.execPath, [...loader, join(root, script), ...args], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '', LOG_LEVEL: 'info', ...environment },
    stdio: [stdin, 'pipe', 'pipe'],
  }) as ChildProcessByStdio<Writable | null, Readable, Readable>;
  let [out, err] = ['', ''];
  child.stdout.on('data', (data) => {
    out += data;
  });
  child.stderr.on('data', (data) => {
    err += data;
  });
  const ended = new Promise<number | null>((resolve) =>
    child.once('close', (code) => resolve(code)),
  );
  return {
    child,
    ended,
    stdout: () => out,
    stderr: () => err,
    says: (text, patienceMs = 30_000) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!out.includes(text)) return;
          stop();
          resolve(out);
        };
        const fail = (why: string) => () => {
          stop();
          reject(new Error(`${script} ${why} before it said "${text}": ${out}${err}`));
        };
        const late = setTimeout(fail(`took ${patienceMs / 1000} s`), patienceMs);
        const over = fail('ended');
        const stop = () => {
          clearTimeout(late);
          child.stdout.off('data', look);
          child.off('close', over);
        };
        child.stdout.on('data', look);
        child.once('close', over);
        look();
      }),
    async kill(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

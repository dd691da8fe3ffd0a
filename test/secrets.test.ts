/** The installation's key: made once, kept for its owner only, and different for each purpose. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hashToken, newToken, openSecrets } from '../server/secrets.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rapporteur-secrets-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const open = () => openSecrets(null, dataDir);
const file = () => join(dataDir, 'keys', 'secret');
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('the kept key', () => {
  it('is made at the first start, 256 bits, for the eyes of its owner only', () => {
    open();
    expect(readFileSync(file(), 'utf8')).toMatch(/^[0-9a-f]{64}$/);
    expect([mode(file()), mode(join(dataDir, 'keys'))]).toEqual(['600', '700']);
  });

  it('is one, however many programs start at the same moment for the first time', async () => {
    const program = `import { openSecrets } from './server/secrets.ts';
      process.stdout.write('ready\\n');
      process.stdin.once('data', () => {
        console.log(openSecrets(null, ${JSON.stringify(dataDir)}).sign('form', 'text'));
        process.exit();
      });`;
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
        cwd: join(import.meta.dirname, '..'),
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    );
    await Promise.all(children.map((child) => once(child.stdout, 'data')));
    const signatures = children.map(async (child) => String((await once(child.stdout, 'data'))[0]));
    for (const child of children) child.stdin.write('go\n');
    const said = await Promise.all(signatures);
    expect(new Set(said)).toEqual(new Set([`${open().sign('form', 'text')}\n`]));
    expect(readdirSync(join(dataDir, 'keys'))).toEqual(['secret']);
  });

  it('stays the same between starts, so that what was signed and sealed stays good', () => {
    const first = open();
    const [signature, sealed] = [
      first.sign('form', 'text'),
      first.seal('outbox', Buffer.from('é')),
    ];
    const second = open();
    expect(second.verify('form', 'text', signature)).toBe(true);
    expect(second.unseal('outbox', sealed).toString()).toBe('é');
  });

  it('is another one in another folder', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'rapporteur-secrets-'));
    expect(openSecrets(null, elsewhere).verify('form', 'text', open().sign('form', 'text'))).toBe(
      false,
    );
    await rm(elsewhere, { recursive: true });
  });

  it('may have a line end that an editor left', () => {
    const signature = open().sign('form', 'text');
    writeFileSync(file(), `${readFileSync(file(), 'utf8')}\n`);
    expect(open().verify('form', 'text', signature)).toBe(true);
  });

  it.each(['', 'abc', 'not hexadecimal at all', 'ab'.repeat(31), `${'ab'.repeat(32)}x`])(
    'is refused when somebody changed it to %j, with a line that names the file',
    (content) => {
      mkdirSync(join(dataDir, 'keys'));
      writeFileSync(file(), content);
      expect(open).toThrow(
        `${file()} does not hold at least 64 hexadecimal digits. Put the file back from a backup, or remove it for a new key.`,
      );
    },
  );

  it('is not made, and no folder for it, when the setting SECRET has one', () => {
    openSecrets('ab'.repeat(32), dataDir).sign('form', 'text');
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('of the setting SECRET is the same for every machine that has it', async () => {
    const [one, other] = ['AB'.repeat(32), 'ab'.repeat(32)].map((hex) => openSecrets(hex, dataDir));
    expect(one?.verify('form', 'text', other?.sign('form', 'text') ?? '')).toBe(true);
  });

  it('that cannot be read or written stops the start', () => {
    if (process.getuid?.() === 0) {
      // Whoever is root may read everything; a file in the place of the folder stops root too.
      writeFileSync(join(dataDir, 'keys'), '');
    } else chmodSync(dataDir, 0o500);
    expect(open).toThrow();
    rmSync(join(dataDir, 'keys'), { force: true });
    chmodSync(dataDir, 0o700);
  });
});

describe('a signature', () => {
  it('holds for its text and its purpose, and for nothing else', () => {
    const secrets = open();
    const signature = secrets.sign('form', 'link invitation');
    expect(signature).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(secrets.verify('form', 'link invitation', signature)).toBe(true);
    expect(secrets.verify('grants', 'link invitation', signature)).toBe(false);
    expect(secrets.verify('form', 'link  invitation', signature)).toBe(false);
    for (const wrong of ['', 'x', signature.slice(1), `${signature}=`, `é${signature.slice(1)}`])
      expect([wrong, secrets.verify('form', 'link invitation', wrong)]).toEqual([wrong, false]);
    const flipped = (signature[0] === 'A' ? 'B' : 'A') + signature.slice(1);
    expect(secrets.verify('form', 'link invitation', flipped)).toBe(false);
  });
});

describe('what is under seal', () => {
  const content = Buffer.from('https://survey.example.org/r/token, العراق');

  it('comes back as it was, and cannot be read meanwhile', () => {
    const secrets = open();
    const sealed = secrets.seal('outbox', content);
    expect(sealed.includes('token')).toBe(false);
    expect(secrets.unseal('outbox', sealed).equals(content)).toBe(true);
    expect(secrets.unseal('outbox', secrets.seal('outbox', Buffer.alloc(0)))).toHaveLength(0);
  });

  it('looks different each time', () => {
    const secrets = open();
    expect(secrets.seal('outbox', content).equals(secrets.seal('outbox', content))).toBe(false);
  });

  it('does not open once any bit of it is another, a byte is missing, or one is added', () => {
    const secrets = open();
    const sealed = secrets.seal('outbox', content);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => secrets.unseal('outbox', changed)).toThrow();
    }
    for (let length = 0; length < sealed.length; length += 1)
      expect(() => secrets.unseal('outbox', sealed.subarray(0, length))).toThrow();
    expect(() => secrets.unseal('outbox', Buffer.concat([sealed, Buffer.from('x')]))).toThrow();
  });

  it('does not open for another purpose or with another key', () => {
    const sealed = open().seal('outbox', content);
    expect(() => open().unseal('form', sealed)).toThrow();
    expect(() => openSecrets('ab'.repeat(32), dataDir).unseal('outbox', sealed)).toThrow();
  });
});

describe('a token', () => {
  it('has 256 bits that differ each time, and is told by its hash', () => {
    const tokens = Array.from({ length: 1000 }, newToken);
    expect(new Set(tokens).size).toBe(1000);
    for (const token of tokens) {
      expect(Buffer.from(token, 'base64url')).toHaveLength(32);
      expect(hashToken(token)).toMatch(/^[0-9a-f]{64}$/);
    }
  });
});

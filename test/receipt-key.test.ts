/** The key pair that signs receipts: made once, the same for all machines with one SECRET, rotated and revoked by hand. */
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
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
import { openReceiptKey } from '../server/receipt-key.ts';
import { verifyReceipt } from '../server/responses/receipt.ts';
import { answered } from './support/answering.ts';
import { testApp } from './support/app.ts';
import { openedRound, respondent } from './support/rounds.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rapporteur-receipt-key-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const SECRET = 'ab'.repeat(32);
const open = (secret: string | null = null) => openReceiptKey(secret, dataDir);
const file = () => join(dataDir, 'keys', 'receipt-key');
/** As docs/data.md says: the public half goes to `retired`, the private one away. */
function rotate() {
  const { publicKey } = open();
  mkdirSync(join(dataDir, 'keys', 'retired'));
  writeFileSync(join(dataDir, 'keys', 'retired', '2023-05.pem'), publicKey);
  rmSync(file());
}

describe('the key of receipts', () => {
  it('is made at the first start as PEM for its owner only, and stays the same', () => {
    const first = open();
    expect(readFileSync(file(), 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    expect((statSync(file()).mode & 0o777).toString(8)).toBe('600');
    const second = open();
    expect(second.fingerprint).toBe(first.fingerprint);
    expect(second.verify(first.fingerprint, 'text', first.sign('text'))).toBe(true);
    expect(first.publicKey).not.toContain('PRIVATE');
  });

  it('is one, however many programs start at the same moment for the first time', async () => {
    const program = `import { openReceiptKey } from './server/receipt-key.ts';
      process.stdout.write('ready\\n');
      process.stdin.once('data', () => {
        console.log(openReceiptKey(null, ${JSON.stringify(dataDir)}).fingerprint);
        process.exit();
      });`;
    const children = Array.from({ length: 3 }, () =>
      spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
        cwd: join(import.meta.dirname, '..'),
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    );
    await Promise.all(children.map((child) => once(child.stdout, 'data')));
    const said = children.map(async (child) => String((await once(child.stdout, 'data'))[0]));
    for (const child of children) child.stdin.write('go\n');
    expect(new Set(await Promise.all(said))).toEqual(new Set([`${open().fingerprint}\n`]));
    expect(readdirSync(join(dataDir, 'keys'))).toEqual(['receipt-key']);
  }, 30_000);

  it('comes from SECRET where that is set: the same on every machine, and no file', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'rapporteur-receipt-key-'));
    const one = open(SECRET);
    const other = openReceiptKey(SECRET, elsewhere);
    expect(other.verify(one.fingerprint, 'text', one.sign('text'))).toBe(true);
    expect(openReceiptKey('cd'.repeat(32), elsewhere).fingerprint).not.toBe(one.fingerprint);
    expect([existsSync(join(dataDir, 'keys')), readdirSync(elsewhere)]).toEqual([false, []]);
    await rm(elsewhere, { recursive: true });
  });

  it.each([
    ['nothing', ''],
    ['words', 'not a key'],
    [
      'a key of another kind',
      String(
        generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
          type: 'pkcs8',
          format: 'pem',
        }),
      ),
    ],
  ])('stops the start when the file holds %s, with a line that names it', (_name, content) => {
    mkdirSync(join(dataDir, 'keys'));
    writeFileSync(file(), content);
    expect(open).toThrow(`${file()} does not hold an Ed25519 key in PEM.`);
  });

  it('that signed before is still believed while its public half lies in keys/retired', () => {
    const before = open();
    const signature = before.sign('text');
    rotate();
    const after = open();
    expect(after.fingerprint).not.toBe(before.fingerprint);
    expect(after.standing(before.fingerprint)).toBe('retired');
    expect(after.verify(before.fingerprint, 'text', signature)).toBe(true);
    // A signature counts for its own key only.
    expect(after.verify(after.fingerprint, 'text', signature)).toBe(false);
    // Revoked: the public half is taken away too.
    rmSync(join(dataDir, 'keys', 'retired'), { recursive: true });
    expect(open().standing(before.fingerprint)).toBe('unknown');
    expect(open().verify(before.fingerprint, 'text', signature)).toBe(false);
  });

  it('verifies nothing that is not exactly what was signed', () => {
    const key = open();
    const signature = key.sign('text');
    expect(signature).toMatch(/^[0-9a-f]{128}$/);
    for (const wrong of ['', signature.slice(2), `${signature}00`, signature.toUpperCase(), 'zz'])
      expect([wrong, key.verify(key.fingerprint, 'text', wrong)]).toEqual([wrong, false]);
    expect(key.verify(key.fingerprint, 'text ', signature)).toBe(false);
  });
});

describe('a receipt', () => {
  it('of before a rotation is genuine; after the key was revoked the page names the line of the key', async () => {
    const on = await testApp({ dataDir });
    const round = await openedRound(on);
    await answered(on, round, 'KHM');
    const { visitor, base } = await respondent(on, round, 'KHM');
    const page = await visitor.get(`${base}/receipt`);
    const lines = page.root.querySelector('.receipt-lines')?.text ?? '';
    rotate();
    const rotated = { ...on.services, receiptKey: open() };
    expect(await verifyReceipt(rotated, lines)).toMatchObject({
      genuine: true,
      standing: 'latest',
      retired: true,
    });
    rmSync(join(dataDir, 'keys', 'retired'), { recursive: true });
    const revoked = { ...on.services, receiptKey: open() };
    expect(await verifyReceipt(revoked, lines)).toEqual({
      genuine: false,
      reason: 'key',
      lines: ['Key'],
    });
    await on.close();
  });
});

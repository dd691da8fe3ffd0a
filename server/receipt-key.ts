/** The key pair that signs receipts. Anybody can check a signature with the public half; see `docs/data.md`. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeOnce } from './secrets.ts';

export type ReceiptKey = {
  /** The public half, as PEM. */
  publicKey: string;
  /** SHA-256 of the public key (SPKI, DER) in hexadecimal. */
  fingerprint: string;
  /** Ed25519, hexadecimal. */
  sign(text: string): string;
  /** Which of our keys has this fingerprint: the one that signs now, one that signed before, or none. */
  standing(fingerprint: string): 'current' | 'retired' | 'unknown';
  /** False for anything that the key with the fingerprint did not sign. */
  verify(fingerprint: string, text: string, signature: string): boolean;
};

/** What stands before the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * @param secret hexadecimal, from the setting SECRET: all machines that have it sign with one key, and no file is made.
 * Null reads DATA_DIR/keys/receipt-key, which is made when missing
 * @throws with a line for a person when a file cannot be made or read, or holds no such key
 */
export function openReceiptKey(secret: string | null, dataDir: string): ReceiptKey {
  const privateKey = secret ? derived(secret) : kept(dataDir);
  const own = createPublicKey(privateKey);
  const fingerprint = fingerprintOf(own);
  const known = new Map([...retired(dataDir), [fingerprint, own]]);
  return {
    publicKey: String(own.export({ type: 'spki', format: 'pem' })),
    fingerprint,
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('hex'),
    standing: (wanted) =>
      wanted === fingerprint ? 'current' : known.has(wanted) ? 'retired' : 'unknown',
    verify: (wanted, text, signature) => {
      const key = known.get(wanted);
      return (
        key !== undefined &&
        /^[0-9a-f]{128}$/.test(signature) &&
        verify(null, Buffer.from(text), key, Buffer.from(signature, 'hex'))
      );
    },
  };
}

const fingerprintOf = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');

function derived(secret: string): KeyObject {
  const seed = hkdfSync('sha256', Buffer.from(secret, 'hex'), '', 'rapporteur receipt', 32);
  const key = Buffer.concat([PKCS8_ED25519, Buffer.from(seed)]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

function kept(dataDir: string): KeyObject {
  const path = join(dataDir, 'keys', 'receipt-key');
  mkdirSync(join(dataDir, 'keys'), { recursive: true, mode: 0o700 });
  if (!existsSync(path))
    makeOnce(
      path,
      String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })),
    );
  return readKey(path, createPrivateKey);
}

/** Keys that signed before and are still believed: their public halves, put into DATA_DIR/keys/retired by a person. */
function retired(dataDir: string): [string, KeyObject][] {
  const folder = join(dataDir, 'keys', 'retired');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.pem'))
    .map((name) => readKey(join(folder, name), createPublicKey))
    .map((key) => [fingerprintOf(key), key]);
}

function readKey(path: string, read: (pem: string) => KeyObject): KeyObject {
  try {
    const key = read(readFileSync(path, 'utf8'));
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below, in words that help.
  }
  throw new Error(
    `${path} does not hold an Ed25519 key in PEM. Put the file back from a backup; docs/data.md says how to begin with a new key.`,
  );
}

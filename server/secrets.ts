/** The installation's secret, kept outside the database, and what is derived from it. */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Secrets = {
  /** Base64url HMAC-SHA-256 of `text` under a key of its own for each purpose. */
  sign(purpose: string, text: string): string;
  /** Constant time; false for anything that `sign` did not give. */
  verify(purpose: string, text: string, signature: string): boolean;
  /** AES-256-GCM; the result carries nonce and tag. */
  seal(purpose: string, content: Buffer): Buffer;
  /** @throws when the content was changed or sealed with another key */
  unseal(purpose: string, sealed: Buffer): Buffer;
};

/**
 * @param given hexadecimal, from the setting SECRET; null reads DATA_DIR/keys/secret, which is made when missing
 * @throws with a line for a person when that file cannot be made or read, or holds no key
 */
export function openSecrets(given: string | null, dataDir: string): Secrets {
  const root = Buffer.from(given ?? keptSecret(dataDir), 'hex');
  const keys = new Map<string, Buffer>();
  const key = (purpose: string): Buffer => {
    const known = keys.get(purpose);
    if (known) return known;
    const derived = Buffer.from(hkdfSync('sha256', root, '', `rapporteur ${purpose}`, 32));
    keys.set(purpose, derived);
    return derived;
  };
  const sign = (purpose: string, text: string) =>
    createHmac('sha256', key(purpose)).update(text).digest('base64url');
  return {
    sign,
    verify: (purpose, text, signature) => {
      const expected = Buffer.from(sign(purpose, text));
      const given = Buffer.from(signature);
      return expected.length === given.length && timingSafeEqual(expected, given);
    },
    seal: (purpose, content) => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key(purpose), nonce);
      const body = Buffer.concat([cipher.update(content), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]);
    },
    unseal: (purpose, sealed) => {
      const nonce = sealed.subarray(0, 12);
      const decipher = createDecipheriv('aes-256-gcm', key(purpose), nonce, { authTagLength: 16 });
      decipher.setAuthTag(sealed.subarray(12, 28));
      return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
    },
  };
}

function keptSecret(dataDir: string): string {
  const path = join(dataDir, 'keys', 'secret');
  mkdirSync(join(dataDir, 'keys'), { recursive: true, mode: 0o700 });
  if (!existsSync(path)) makeOnce(path, randomBytes(32).toString('hex'));
  const kept = readFileSync(path, 'utf8').trim();
  // A key that was cut short would be taken for one, and an empty one is known to everybody.
  if (!/^(?:[0-9a-f]{2}){32,}$/i.test(kept))
    throw new Error(
      `${path} does not hold at least 64 hexadecimal digits. Put the file back from a backup, or remove it for a new key.`,
    );
  return kept;
}

/** Of two simultaneous first starts one wins, and both read the winner's: the file gets its name when it is whole. */
export function makeOnce(path: string, content: string): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, content, { mode: 0o600 });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
}

/** 256 random bits, base64url, 43 characters: the key in a personal link. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** What is stored of a token. A plain hash will do: the token has 256 bits of entropy. */
export const hashToken = (token: string): string =>
  createHash('sha256').update(token).digest('hex');

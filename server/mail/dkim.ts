/** The key that signs our mails (DKIM, RFC 6376), and the record that lets others check the signature. */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../config.ts';
import { makeOnce } from '../secrets.ts';
import { senderOf } from './transport.ts';

type Settings = Pick<
  Config,
  'dkimDomain' | 'dkimSelector' | 'dkimKeyFile' | 'mailFrom' | 'dataDir'
>;

export type DkimKey = {
  domain: string;
  selector: string;
  /** PEM. */
  privateKey: string;
  /** Base64, as it stands in the record. */
  publicKey: string;
};

const KEY_BITS = 2048;
const SHORTEST_BITS = 1024;

export const dkimKeyFile = ({ dkimKeyFile, dataDir }: Pick<Settings, 'dkimKeyFile' | 'dataDir'>) =>
  dkimKeyFile ?? join(dataDir, 'keys', 'dkim.pem');

/**
 * Null when mails are not to be signed here.
 * @throws with a line for a person when DKIM_DOMAIN is set and there is no key to sign with
 */
export function openDkim(config: Settings): DkimKey | null {
  if (!config.dkimDomain) return null;
  const path = dkimKeyFile(config);
  if (!existsSync(path))
    throw new Error(
      `DKIM_DOMAIN is set, but there is no key in ${path}. Make one with: npm run survey -- mail dkim-key`,
    );
  return readKey(config, path);
}

/** Makes the key where there is none, readable to its owner only. An existing one is never changed. */
export function makeDkimKey(config: Settings): { made: boolean; path: string; key: DkimKey } {
  const path = dkimKeyFile(config);
  const made = !existsSync(path);
  if (made) {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: KEY_BITS });
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    makeOnce(path, String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
  }
  return { made, path, key: readKey(config, path) };
}

function readKey(config: Settings, path: string): DkimKey {
  let privateKey: KeyObject | null = null;
  try {
    privateKey = createPrivateKey(readFileSync(path, 'utf8'));
  } catch {
    // Said below, in words that help.
  }
  const bits = privateKey?.asymmetricKeyDetails?.modulusLength ?? 0;
  if (privateKey?.asymmetricKeyType !== 'rsa' || bits < SHORTEST_BITS)
    throw new Error(`${path} holds no RSA key of at least ${SHORTEST_BITS} bits in PEM.`);
  return {
    domain: config.dkimDomain ?? domainOf(senderOf(config.mailFrom)),
    selector: config.dkimSelector,
    privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    publicKey: createPublicKey(privateKey)
      .export({ type: 'spki', format: 'der' })
      .toString('base64'),
  };
}

/** The record to publish in the DNS. */
export const dkimRecord = ({ domain, selector, publicKey }: DkimKey) => ({
  name: `${selector}._domainkey.${domain}`,
  type: 'TXT' as const,
  value: `v=DKIM1; k=rsa; p=${publicKey}`,
});

export const domainOf = (address: string): string =>
  address.slice(address.lastIndexOf('@') + 1).toLowerCase();

/**
 * Whether two domains are of one organisation, which is what DMARC's relaxed alignment asks for. Without a list of all
 * registries: the same, one below the other, or both below one that is no registry such as `gov.kh` or `co.uk`.
 */
export function isAligned(one: string, other: string): boolean {
  if (one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`)) return true;
  const [labels, others] = [one, other].map((domain) => domain.split('.').toReversed());
  const places = labels?.findIndex((label, place) => label !== others?.[place]) ?? 0;
  const [top = '', second = ''] = labels ?? [];
  const isRegistry = top.length === 2 && second.length <= 3;
  return places >= (isRegistry ? 3 : 2);
}

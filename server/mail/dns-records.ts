/** Reads the records that decide whether mail is believed: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489), MX. Pure. */
import { createPublicKey } from 'node:crypto';

/** `good`: as it should be. `weak`: mail goes out, and is believed less. `bad`: mail will be refused or not be believed. */
export type Level = 'good' | 'weak' | 'bad';
/** `code` names the sentence that says it; see `deliverability.*` in `locales/`. */
export type Reading = { level: Level; code: string; record: string | null };

/** A TXT record comes as strings of at most 255 characters, which belong together. */
type Txt = string[][];
const joined = (records: Txt): string[] => records.map((strings) => strings.join('').trim());

const MOST_LOOKUPS = 10;
/** Parts of a record that make the receiver ask the DNS again. */
const ASKS = /^[+~?-]?(?:include:|a(?:[:/]|$)|mx(?:[:/]|$)|ptr(?::|$)|exists:)|^redirect=/i;

export function readSpf(records: Txt): Reading {
  const found = joined(records).filter((record) => /^v=spf1(?:\s|$)/i.test(record));
  const record = found[0] ?? null;
  const say = (level: Level, code: string): Reading => ({ level, code, record });
  if (record === null) return say('bad', 'missing');
  // Receivers take two for none (RFC 7208, 4.5).
  if (found.length > 1) return { ...say('bad', 'several'), record: found.join(' | ') };
  const terms = record.split(/\s+/).slice(1);
  if (terms.filter((term) => ASKS.test(term)).length > MOST_LOOKUPS) return say('bad', 'lookups');
  const all = terms.find((term) => /^[+~?-]?all$/i.test(term))?.toLowerCase();
  if (all === 'all' || all === '+all') return say('bad', 'open');
  if (all === '-all' || all === '~all') return say('good', 'good');
  // Whoever is named by a redirect decides.
  if (!all && terms.some((term) => /^redirect=/i.test(term))) return say('good', 'good');
  return say('weak', 'neutral');
}

/** One record out of several that somebody published side by side. */
export function mergedSpf(records: Txt): string {
  const terms = joined(records)
    .filter((record) => /^v=spf1(?:\s|$)/i.test(record))
    .flatMap((record) => record.split(/\s+/).slice(1))
    .filter((term) => !/^[+~?-]?all$/i.test(term) && term !== '');
  return ['v=spf1', ...new Set(terms), '~all'].join(' ');
}

const GOOD_BITS = 2048;
const LEAST_BITS = 1024;

/** @param ours the public key that we sign with, base64 */
export function readDkim(records: Txt, ours: string): Reading {
  const found = joined(records).filter((record) => tagsOf(record).has('p'));
  const record = found[0] ?? null;
  const say = (level: Level, code: string): Reading => ({ level, code, record });
  if (record === null) return say('bad', 'missing');
  if (found.length > 1) return { ...say('bad', 'several'), record: found.join(' | ') };
  const tags = tagsOf(record);
  const key = (tags.get('p') ?? '').replace(/\s/g, '');
  if (key === '') return say('bad', 'revoked');
  const bits = bitsOf(key);
  if (bits === null) return say('bad', 'unreadable');
  if (key !== ours) return say('bad', 'different');
  if (bits < LEAST_BITS) return say('bad', 'short');
  if (tags.get('t')?.split(':').includes('y')) return say('weak', 'testing');
  return bits < GOOD_BITS ? say('weak', 'shortish') : say('good', 'good');
}

function bitsOf(key: string): number | null {
  try {
    const read = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
    return read.asymmetricKeyDetails?.modulusLength ?? null;
  } catch {
    return null;
  }
}

/** @param aligned whether sender of the envelope and signature have exactly the domain of the From, for a strict policy */
export function readDmarc(
  records: Txt,
  { exactly, below }: { exactly: { spf: boolean; dkim: boolean }; below: boolean },
): Reading {
  const found = joined(records).filter((record) => /^v\s*=\s*DMARC1\s*(?:;|$)/i.test(record));
  const record = found[0] ?? null;
  const say = (level: Level, code: string): Reading => ({ level, code, record });
  if (record === null) return say('weak', 'missing');
  // Receivers take two for none (RFC 7489, 6.6.3).
  if (found.length > 1) return { ...say('bad', 'several'), record: found.join(' | ') };
  const tags = tagsOf(record);
  // A record of a domain above may say something else for those below it.
  const policy = ((below && tags.get('sp')) || tags.get('p') || '').toLowerCase();
  if (!['none', 'quarantine', 'reject'].includes(policy)) return say('bad', 'noPolicy');
  const isStrict = (tag: string) => tags.get(tag)?.toLowerCase() === 's';
  if (isStrict('aspf') && !exactly.spf && isStrict('adkim') && !exactly.dkim)
    return say('bad', 'strict');
  if (policy === 'none') return say('weak', 'none');
  return Number(tags.get('pct') ?? 100) < 100 ? say('weak', 'partial') : say('good', 'good');
}

export function readMx(records: { exchange: string; priority: number }[]): Reading {
  const record =
    records
      .toSorted((a, b) => a.priority - b.priority)
      .map(({ exchange, priority }) => `${priority} ${exchange || '.'}`)
      .join(', ') || null;
  if (record === null) return { level: 'bad', code: 'missing', record };
  // "0 ." says that the domain takes no mail (RFC 7505).
  const takesNone = records.every(({ exchange }) => exchange === '' || exchange === '.');
  return takesNone
    ? { level: 'bad', code: 'none', record }
    : { level: 'good', code: 'good', record };
}

/** `k=rsa; p=MII…` as a map. */
const tagsOf = (record: string): Map<string, string> =>
  new Map(
    record
      .split(';')
      .map((part) => /^\s*([a-z]\w*)\s*=\s*([\s\S]*?)\s*$/i.exec(part))
      .filter((match) => match !== null)
      .map(([, tag = '', value = '']) => [tag.toLowerCase(), value]),
  );

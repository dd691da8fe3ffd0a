/** Whether the world believes our mail: what stands in the DNS about the sender, and what should stand there. */
import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import type { Config } from '../config.ts';
import type { DkimKey } from './dkim.ts';
import { dkimKeyFile, dkimRecord, domainOf, isAligned, openDkim } from './dkim.ts';
import type { Answer, DnsLookup } from './dns.ts';
import {
  type Level,
  mergedSpf,
  type Reading,
  readDkim,
  readDmarc,
  readMx,
  readSpf,
} from './dns-records.ts';
import { senderOf } from './transport.ts';

type Check = 'mx' | 'returnAddress' | 'returnMx' | 'spf' | 'dkim' | 'dmarc';

export type Finding = {
  check: Check;
  /** `unknown`: the DNS could not be asked. */
  level: Level | 'unknown';
  /** The sentence is `deliverability.<check>.<code>`. */
  code: string;
  params: Record<string, string>;
  /** What stands in the DNS. */
  record: string | null;
  /** What should stand there; null when nothing is to be done, or we cannot know. */
  publish: { name: string; type: 'TXT'; value: string } | null;
};

type Settings = Pick<
  Config,
  | 'mailFrom'
  | 'mailReplyTo'
  | 'smtpUrl'
  | 'bounceAddress'
  | 'dkimDomain'
  | 'dkimSelector'
  | 'dkimKeyFile'
  | 'dataDir'
>;

/** The domains that a receiver compares: in the From, in the envelope, and in the signature if we sign. */
function domainsOf(config: Settings) {
  const from = domainOf(senderOf(config.mailFrom));
  return {
    from,
    envelope: config.bounceAddress ? domainOf(config.bounceAddress) : from,
    signature: config.dkimDomain,
  };
}

/** What does not fit together in the settings, for the log at the start. */
export function misalignments(config: Settings): string[] {
  const { from, envelope, signature } = domainsOf(config);
  const others = Object.entries({ BOUNCE_ADDRESS: envelope, DKIM_DOMAIN: signature });
  return others
    .filter(([, domain]) => domain && !isAligned(domain, from))
    .map(
      ([setting, domain]) =>
        `${setting} is of ${domain} and MAIL_FROM of ${from}: receivers that look at DMARC do not count it.`,
    );
}

/** One finding for each check, in the order in which a person would mend them. */
export async function checkDeliverability(config: Settings, dns: DnsLookup): Promise<Finding[]> {
  const { from, envelope } = domainsOf(config);
  const [mx, returnMx, spf, dkim, dmarc] = await Promise.all([
    dns.mx(from).then((answer) => fromDns('mx', { domain: from }, answer, readMx)),
    envelope === from
      ? []
      : dns
          .mx(envelope)
          .then((answer) => fromDns('returnMx', { domain: envelope }, answer, readMx)),
    checkSpf(config, envelope, dns),
    checkDkim(config, from, dns),
    checkDmarc(config, dns),
  ]);
  return [mx, checkReturnAddress(config), returnMx, spf, dkim, dmarc].flat();
}

/** Whether the DNS could be asked at all. */
export const isDnsReached = (findings: Finding[]): boolean =>
  !findings.some(({ level }) => level === 'unknown');

const txt = (name: string, value: string | null): Finding['publish'] =>
  value === null ? null : { name, type: 'TXT', value };

const plain = (
  check: Check,
  level: Finding['level'],
  code: string,
  params: Record<string, string>,
): Finding => ({ check, level, code, params, record: null, publish: null });

function fromDns<T>(
  check: Check,
  params: Record<string, string>,
  answer: Answer<T>,
  read: (records: T[]) => Reading,
  publish: (reading: Reading, records: T[]) => Finding['publish'] = () => null,
): Finding {
  if (!answer.ok) return plain(check, 'unknown', 'unknown', params);
  const reading = read(answer.records);
  const wanted = reading.level === 'good' ? null : publish(reading, answer.records);
  return { check, params, ...reading, publish: wanted };
}

function checkReturnAddress(config: Settings): Finding {
  const { from, envelope } = domainsOf(config);
  const params = { address: config.bounceAddress ?? '', domain: envelope, from };
  if (!config.bounceAddress) return plain('returnAddress', 'weak', 'missing', params);
  return isAligned(envelope, from)
    ? plain('returnAddress', 'good', 'good', params)
    : plain('returnAddress', 'weak', 'notAligned', params);
}

async function checkSpf(config: Settings, domain: string, dns: DnsLookup): Promise<Finding> {
  const publish = ({ code }: Reading, records: string[][]) => {
    // What makes the record too long, only its owner can tell.
    if (code === 'lookups') return null;
    // What is allowed already stays allowed.
    const own = `v=spf1 ${serverOf(config.smtpUrl)} -all`;
    return txt(domain, code === 'missing' ? own : mergedSpf(records));
  };
  return fromDns('spf', { domain }, await dns.txt(domain), readSpf, publish);
}

/** How SPF names our mail server. Behind a relay others may be the ones that deliver, which only its operator knows. */
function serverOf(smtpUrl: string | null): string {
  const host = smtpUrl ? new URL(smtpUrl).hostname.replace(/^\[|\]$/g, '') : '';
  if (host === '' || host === 'localhost' || host.startsWith('127.') || host === '::1') return 'mx';
  return { 4: `ip4:${host}`, 6: `ip6:${host}` }[isIP(host)] ?? `a:${host}`;
}

async function checkDkim(config: Settings, from: string, dns: DnsLookup): Promise<Finding[]> {
  const domain = config.dkimDomain;
  if (!domain) return [plain('dkim', 'weak', 'notHere', { domain: from })];
  const key = keyOf(config);
  if (!key) return [plain('dkim', 'bad', 'noKey', { domain })];
  const publish = dkimRecord(key);
  const params = { domain, from, name: publish.name };
  const own = fromDns(
    'dkim',
    params,
    await dns.txt(publish.name),
    (records) => readDkim(records, key.publicKey),
    ({ code }) => (code.startsWith('short') ? null : publish),
  );
  return isAligned(domain, from) ? [own] : [own, plain('dkim', 'weak', 'notAligned', params)];
}

function keyOf(config: Settings): DkimKey | null {
  return existsSync(dkimKeyFile(config)) ? openDkim(config) : null;
}

async function checkDmarc(config: Settings, dns: DnsLookup): Promise<Finding> {
  const { from, envelope, signature } = domainsOf(config);
  const own = `_dmarc.${from}`;
  const exactly = { spf: envelope === from, dkim: signature === from };
  const read = (below: boolean) => (records: string[][]) => readDmarc(records, { exactly, below });
  const first = `v=DMARC1; p=none; rua=mailto:${config.mailReplyTo ?? `postmaster@${from}`}`;
  const publish =
    (name: string) =>
    ({ code, record }: Reading) =>
      txt(name, mendedDmarc(code, record) ?? (code === 'several' ? null : first));
  const finding = fromDns('dmarc', { domain: from }, await dns.txt(own), read(false), publish(own));
  if (finding.code !== 'missing') return finding;
  // A domain above speaks for those below it. Which one is the organisation's we need not know: only it has a record.
  for (const above of domainsAbove(from)) {
    const name = `_dmarc.${above}`;
    const answer = await dns.txt(name);
    const inherited = fromDns('dmarc', { domain: above }, answer, read(true), publish(name));
    if (inherited.code !== 'missing') return inherited;
  }
  return finding;
}

/** The record that is there with the one thing changed that is wrong; null where it is better written anew. */
function mendedDmarc(code: string, record: string | null): string | null {
  const without = (tags: RegExp) => record?.replace(tags, '').replace(/;\s*$/, '') ?? null;
  if (code === 'none') return record?.replace(/\b(s?p)\s*=\s*none/gi, '$1=quarantine') ?? null;
  if (code === 'partial') return without(/;\s*pct\s*=[^;]*/gi);
  return code === 'strict' ? without(/;\s*(?:aspf|adkim)\s*=[^;]*/gi) : null;
}

/** `a.b.example.org` has above it `b.example.org` and `example.org`. */
function domainsAbove(domain: string): string[] {
  const labels = domain.split('.');
  return labels.slice(1, -1).map((_, index) => labels.slice(index + 1).join('.'));
}

/** What the DNS says of our mail: odd records, a DNS server on loopback, the page, and the command. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Config, readConfig } from '../../server/config.ts';
import {
  checkDeliverability,
  type Finding,
  misalignments,
} from '../../server/mail/deliverability.ts';
import { dkimRecord, isAligned, makeDkimKey } from '../../server/mail/dkim.ts';
import { dnsLookup } from '../../server/mail/dns.ts';
import { mergedSpf, readDkim, readDmarc, readMx, readSpf } from '../../server/mail/dns-records.ts';
import { INTERFACE_LANGUAGES, voiceOf } from '../../server/texts.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { type DnsServer, dnsServer } from '../support/dns-server.ts';
import { signedIn } from '../support/rounds.ts';

jest.setTimeout(30_000);

const publicKeyOf = (bits: number) =>
  generateKeyPairSync('rsa', { modulusLength: bits })
    .publicKey.export({ type: 'spki', format: 'der' })
    .toString('base64');
const OURS = publicKeyOf(2048);
const SHORT = publicKeyOf(512);
const SHORTISH = publicKeyOf(1024);

describe('an SPF record', () => {
  it.each([
    ['none', [], 'bad missing'],
    ['another record', [['google-site-verification=x']], 'bad missing'],
    ['one that only begins alike', [['v=spf10 -all']], 'bad missing'],
    ['two', [['v=spf1 mx -all'], ['v=spf1 a -all']], 'bad several'],
    ['that allows everybody', [['v=spf1 mx +all']], 'bad open'],
    ['that allows everybody without a sign', [['v=spf1 all']], 'bad open'],
    ['with ~all', [['v=spf1 include:_spf.example.org ~all']], 'good good'],
    ['with -all, in capitals', [['V=SPF1 MX -ALL']], 'good good'],
    ['with ?all', [['v=spf1 mx ?all']], 'weak neutral'],
    ['without an end', [['v=spf1 mx']], 'weak neutral'],
    ['that leads elsewhere', [['v=spf1 redirect=_spf.example.org']], 'good good'],
    [
      'in two strings',
      [['v=spf1 ip4:192.0.2.0/24 ', 'include:_spf.example.org -all']],
      'good good',
    ],
    [
      'with eleven look-ups',
      [
        [
          `v=spf1 ${Array.from({ length: 11 }, (_, n) => `include:s${n}.example.org`).join(' ')} -all`,
        ],
      ],
      'bad lookups',
    ],
    [
      'with ten look-ups and many addresses',
      [
        [
          `v=spf1 ${Array.from({ length: 10 }, (_, n) => `include:s${n}.example.org ip4:192.0.2.${n}`).join(' ')} -all`,
        ],
      ],
      'good good',
    ],
  ])('%s', (_name, records, said) => {
    const { level, code } = readSpf(records);
    expect(`${level} ${code}`).toBe(said);
  });

  it('is made of two that stand side by side', () => {
    expect(
      mergedSpf([['v=spf1 mx -all'], ['x'], ['v=spf1 mx include:_spf.example.org ~all']]),
    ).toBe('v=spf1 mx include:_spf.example.org ~all');
  });
});

describe('a DKIM record', () => {
  it.each([
    ['none', [], 'bad missing'],
    ['something else', [['hello']], 'bad missing'],
    ['as it should be', [[`v=DKIM1; k=rsa; p=${OURS}`]], 'good good'],
    ['in two strings', [[`v=DKIM1; k=rsa; p=${OURS.slice(0, 200)}`, OURS.slice(200)]], 'good good'],
    [
      'with spaces in the key',
      [[`v=DKIM1;p=${OURS.slice(0, 99)} ${OURS.slice(99)};`]],
      'good good',
    ],
    ['twice', [[`v=DKIM1; p=${OURS}`], [`v=DKIM1; p=${OURS}`]], 'bad several'],
    ['revoked', [['v=DKIM1; p=']], 'bad revoked'],
    ['cut off', [[`v=DKIM1; p=${OURS.slice(0, 100)}`]], 'bad unreadable'],
    ['of another key', [[`v=DKIM1; p=${SHORTISH}`]], 'bad different'],
    ['being tried', [[`v=DKIM1; t=y:s; p=${OURS}`]], 'weak testing'],
  ])('%s', (_name, records, said) => {
    const { level, code } = readDkim(records, OURS);
    expect(`${level} ${code}`).toBe(said);
  });

  it('with a key that is too short', () => {
    expect(readDkim([[`v=DKIM1; p=${SHORT}`]], SHORT)).toMatchObject({
      level: 'bad',
      code: 'short',
    });
    expect(readDkim([[`p=${SHORTISH}`]], SHORTISH)).toMatchObject({
      level: 'weak',
      code: 'shortish',
    });
  });
});

describe('a DMARC record', () => {
  const exactly = { spf: false, dkim: false };
  it.each([
    ['none', [], 'weak missing'],
    ['something else', [['v=spf1 -all']], 'weak missing'],
    ['p=none', [['v=DMARC1; p=none; rua=mailto:d@example.org']], 'weak none'],
    ['p=quarantine', [['v=DMARC1;p=quarantine']], 'good good'],
    ['p=reject, in capitals', [['V=DMARC1 ; P=REJECT']], 'good good'],
    ['for a part of the mail', [['v=DMARC1; p=reject; pct=20']], 'weak partial'],
    ['without a policy', [['v=DMARC1; rua=mailto:d@example.org']], 'bad noPolicy'],
    ['with a policy that there is not', [['v=DMARC1; p=monitor']], 'bad noPolicy'],
    ['two', [['v=DMARC1; p=none'], ['v=DMARC1; p=reject']], 'bad several'],
    ['that wants exactly the same domain', [['v=DMARC1; p=reject; aspf=s; adkim=s']], 'bad strict'],
    ['in two strings', [['v=DMARC1; p=rej', 'ect']], 'good good'],
  ])('%s', (_name, records, said) => {
    const { level, code } = readDmarc(records, { exactly, below: false });
    expect(`${level} ${code}`).toBe(said);
  });

  it('of a domain above may say something else for those below it', () => {
    const records = [['v=DMARC1; p=reject; sp=none']];
    expect(readDmarc(records, { exactly, below: true }).code).toBe('none');
    expect(readDmarc(records, { exactly, below: false }).code).toBe('good');
  });
});

describe('MX records', () => {
  it.each([
    ['none', [], 'bad missing'],
    ['one', [{ exchange: 'mx.example.org', priority: 10 }], 'good good'],
    ['that take no mail', [{ exchange: '', priority: 0 }], 'bad none'],
  ])('%s', (_name, records, said) => {
    const { level, code } = readMx(records);
    expect(`${level} ${code}`).toBe(said);
  });
});

describe('two domains', () => {
  it.each([
    ['example.org', 'example.org', true],
    ['survey.example.org', 'example.org', true],
    ['survey.example.org', 'bounces.example.org', true],
    ['a.b.example.org', 'c.example.org', true],
    ['survey.mfa.gov.kh', 'mail.mfa.gov.kh', true],
    ['mfa.gov.kh', 'mop.gov.kh', false],
    ['one.co.uk', 'two.co.uk', false],
    ['example.org', 'example.net', false],
    ['example.org', 'notexample.org', false],
    ['example.org', 'other.org', false],
  ])('%s and %s belong together: %s', (one, other, together) => {
    expect([isAligned(one, other), isAligned(other, one)]).toEqual([together, together]);
  });
});

describe('the check', () => {
  let dns: DnsServer;
  let dataDir: string;
  let config: Config;
  beforeAll(async () => {
    dns = await dnsServer();
    dataDir = await mkdtemp(join(tmpdir(), 'rapporteur-dns-'));
  });
  beforeEach(() => {
    dns.silent = false;
    dns.zone.clear();
    config = settings();
  });
  afterAll(async () => {
    await dns.close();
    await rm(dataDir, { recursive: true });
  });

  const settings = (): Config => ({
    ...readConfig({
      MAIL_FROM: 'The Committee <survey@survey.secretariat.example>',
      MAIL_REPLY_TO: 'isu@secretariat.example',
      BOUNCE_ADDRESS: 'bounces@bounces.secretariat.example',
      DKIM_DOMAIN: 'secretariat.example',
      SMTP_URL: 'smtp://relay.secretariat.example',
    }),
    dataDir,
  });
  const check = async (): Promise<Record<string, Finding>> => {
    const findings = await checkDeliverability(config, dnsLookup(dns.address));
    return Object.fromEntries(findings.map((finding) => [finding.check, finding]));
  };
  const said = (findings: Record<string, Finding>) =>
    Object.fromEntries(
      Object.values(findings).map(({ check: of, level, code }) => [of, `${level} ${code}`]),
    );

  it('finds everything as it should be when it is', async () => {
    const record = dkimRecord(makeDkimKey(config).key);
    dns.zone.set('survey.secretariat.example', { mx: [[10, 'mx.secretariat.example']] });
    dns.zone.set('bounces.secretariat.example', {
      mx: [[10, 'mx.secretariat.example']],
      txt: [['something else'], ['v=spf1 a:relay.secretariat.example -all']],
    });
    // Longer than a string of the DNS may be.
    dns.zone.set(record.name, { txt: [record.value.match(/.{1,200}/g) ?? []] });
    dns.zone.set('_dmarc.secretariat.example', { txt: [['v=DMARC1; p=reject; sp=quarantine']] });
    const findings = await check();
    expect(said(findings)).toEqual({
      mx: 'good good',
      returnAddress: 'good good',
      returnMx: 'good good',
      spf: 'good good',
      dkim: 'good good',
      dmarc: 'good good',
    });
    expect(Object.values(findings).map(({ publish }) => publish)).toEqual(Array(6).fill(null));
  });

  it('says what is missing, and the record that is to be published', async () => {
    const record = dkimRecord(makeDkimKey(config).key);
    const findings = await check();
    expect(said(findings)).toEqual({
      mx: 'bad missing',
      returnAddress: 'good good',
      returnMx: 'bad missing',
      spf: 'bad missing',
      dkim: 'bad missing',
      dmarc: 'weak missing',
    });
    expect(findings['spf']?.publish).toEqual({
      name: 'bounces.secretariat.example',
      type: 'TXT',
      value: 'v=spf1 a:relay.secretariat.example -all',
    });
    expect(findings['dkim']?.publish).toEqual(record);
    expect(findings['dmarc']?.publish).toEqual({
      name: '_dmarc.survey.secretariat.example',
      type: 'TXT',
      value: 'v=DMARC1; p=none; rua=mailto:isu@secretariat.example',
    });
  });

  it.each([
    ['v=spf1 ip4:192.0.2.1 include:x.example ?all', 'v=spf1 ip4:192.0.2.1 include:x.example ~all'],
    ['v=spf1 ip4:192.0.2.1 +all', 'v=spf1 ip4:192.0.2.1 ~all'],
    [`v=spf1 ${'a '.repeat(11)}-all`, undefined],
  ])('keeps what an SPF record allows already: %s', async (found, published) => {
    dns.zone.set('bounces.secretariat.example', { txt: [[found]] });
    expect((await check())['spf']?.publish?.value).toBe(published);
  });

  it.each([
    ['v=DMARC1; p=none; rua=mailto:d@x.example', 'v=DMARC1; p=quarantine; rua=mailto:d@x.example'],
    [
      'v=DMARC1; p=reject; pct=10; rua=mailto:d@x.example',
      'v=DMARC1; p=reject; rua=mailto:d@x.example',
    ],
    ['v=DMARC1; p=reject; aspf=s; adkim=s', 'v=DMARC1; p=reject'],
    ['v=DMARC1; rua=mailto:d@x.example', 'v=DMARC1; p=none; rua=mailto:isu@secretariat.example'],
  ])('changes of a DMARC record only what is wrong: %s', async (found, published) => {
    dns.zone.set('_dmarc.survey.secretariat.example', { txt: [[found]] });
    expect((await check())['dmarc']?.publish).toEqual({
      name: '_dmarc.survey.secretariat.example',
      type: 'TXT',
      value: published,
    });
  });

  it.each([
    ['says nothing', true],
    ['refuses', 'refuse'],
  ] as const)(
    'says that nothing can be said when the DNS %s, within four seconds',
    async (_name, silent) => {
      makeDkimKey(config);
      dns.silent = silent;
      const started = Date.now();
      const findings = await check();
      expect(Date.now() - started).toBeLessThan(8000);
      const { returnAddress, ...ofDns } = said(findings);
      expect(returnAddress).toBe('good good');
      expect(new Set(Object.values(ofDns))).toEqual(new Set(['unknown unknown']));
      expect(Object.values(findings).map(({ publish }) => publish)).toEqual(Array(6).fill(null));
    },
  );

  it('names what does not fit together', async () => {
    config = { ...config, dkimDomain: 'relay.example', bounceAddress: 'b@bounces.example' };
    expect(misalignments(config)).toHaveLength(2);
    expect(misalignments(config).join()).toContain(
      'DKIM_DOMAIN is of relay.example and MAIL_FROM of survey.secretariat.example',
    );
    expect(said(await check())).toMatchObject({
      returnAddress: 'weak notAligned',
      dkim: 'weak notAligned',
    });
    config = { ...config, dkimDomain: null, bounceAddress: null };
    expect(misalignments(config)).toEqual([]);
    expect(said(await check())).toMatchObject({
      returnAddress: 'weak missing',
      dkim: 'weak notHere',
    });
    config = { ...config, dkimDomain: 'secretariat.example', dataDir: join(dataDir, 'nowhere') };
    expect(said(await check())).toMatchObject({ dkim: 'bad noKey' });
  });

  describe('on its page', () => {
    let on: TestApp;
    beforeAll(async () => {
      on = await testApp({
        ...settings(),
        publicUrl: 'http://127.0.0.1:1',
        dnsServer: dns.address,
      });
    });
    afterAll(() => on.close());

    it('is said in plain words, with records to copy', async () => {
      makeDkimKey(on.services.config);
      dns.zone.set('survey.secretariat.example', { mx: [[10, 'mx.secretariat.example']] });
      dns.zone.set('bounces.secretariat.example', { txt: [['v=spf1 mx +all']] });
      const page = await (await signedIn(on, 'admin')).get('/admin/deliverability');
      expect(page.text('h1')).toBe('Deliverability');
      expect(page.text('main')).toContain(
        'allows everybody to send for bounces.secretariat.example',
      );
      expect(page.all('code').map((one) => one.text)).toEqual(
        expect.arrayContaining(['v=spf1 mx +all', 'v=spf1 mx ~all']),
      );
      expect(page.text('main')).not.toContain('DNS cannot be reached');
    });

    it('says so when there is no DNS', async () => {
      dns.silent = 'refuse';
      const page = await (await signedIn(on, 'admin')).get('/admin/deliverability');
      expect(page.status).toBe(200);
      expect(page.text('.note')).toContain('DNS cannot be reached from here: nothing can be said');
    });
  });

  it.each(INTERFACE_LANGUAGES)('has a sentence in %s for whatever it finds', async (language) => {
    const { t } = voiceOf(language);
    const codes = {
      mx: ['good', 'missing', 'none', 'unknown'],
      returnMx: ['good', 'missing', 'none', 'unknown'],
      returnAddress: ['good', 'missing', 'notAligned'],
      spf: ['good', 'missing', 'several', 'lookups', 'open', 'neutral', 'unknown'],
      dkim: [
        'good',
        'notHere',
        'noKey',
        'notAligned',
        'missing',
        'several',
        'revoked',
        'unreadable',
        'different',
        'short',
        'shortish',
        'testing',
        'unknown',
      ],
      dmarc: ['good', 'missing', 'several', 'noPolicy', 'strict', 'none', 'partial', 'unknown'],
    };
    for (const [of, list] of Object.entries(codes))
      for (const code of list)
        expect(t(`deliverability.${of}.${code}`)).not.toContain('deliverability.');
  });
});

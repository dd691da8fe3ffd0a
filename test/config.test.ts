/** The settings: each has a default that works, and a bad one stops the start with a line that names it. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { BadSettings, readConfig, settingNames } from '../server/config.ts';
import { senderOf } from '../server/mail/transport.ts';
import { run } from './support/process.ts';

jest.setTimeout(30_000);

const root = join(import.meta.dirname, '..');

function refusal(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof BadSettings) return error.message;
    throw error;
  }
  return 'nothing was refused';
}

describe('without any setting', () => {
  it('everything has a default', () => {
    expect(readConfig({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://127.0.0.1:3000',
      trustedProxies: 0,
      workers: 1,
      mongodbUri: null,
      mongodBinary: null,
      columnsMemory: 1_073_741_824,
      dataDir: resolve('data'),
      secret: null,
      smtpUrl: null,
      mailFrom: 'Rapporteur <questionnaire@example.org>',
      mailReplyTo: null,
      bounceAddress: null,
      bounceImapUrl: null,
      bounceFolder: null,
      bounceHookSecret: null,
      dkimDomain: null,
      dkimSelector: 'rapporteur',
      dkimKeyFile: null,
      dnsServer: null,
      logLevel: 'info',
    });
  });

  it('one that is there but empty counts as not there: HOST= does not listen to everybody', () => {
    const empty = Object.fromEntries(settingNames.map((name) => [name, '']));
    expect(readConfig(empty)).toEqual(readConfig({}));
    expect(readConfig({ HOST: ' ', PORT: ' 8080 ' })).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
    });
  });
});

describe('a good setting is taken', () => {
  it.each([
    [{ PORT: '0' }, { port: 0 }],
    [{ PORT: '65535' }, { port: 65_535 }],
    [
      { HOST: '0.0.0.0', PORT: '80' },
      { host: '0.0.0.0', publicUrl: 'http://0.0.0.0:80' },
    ],
    [{ HOST: '::1' }, { host: '::1', publicUrl: 'http://[::1]:3000' }],
    [{ PUBLIC_URL: 'https://survey.example.org' }, { publicUrl: 'https://survey.example.org' }],
    [{ PUBLIC_URL: 'https://Survey.Example.org//' }, 'refused'],
    [{ PUBLIC_URL: 'https://Survey.Example.org/' }, { publicUrl: 'https://survey.example.org' }],
    [{ PUBLIC_URL: 'http://localhost:8080' }, { publicUrl: 'http://localhost:8080' }],
    [
      { MONGODB_URI: 'mongodb://a,b/x?replicaSet=r' },
      { mongodbUri: 'mongodb://a,b/x?replicaSet=r' },
    ],
    [{ MONGODB_URI: 'mongodb+srv://u:p@c.example.org' }, { mongodbUri: expect.any(String) }],
    [{ DATA_DIR: '/srv/rapporteur' }, { dataDir: '/srv/rapporteur' }],
    [{ SECRET: 'aB'.repeat(32) }, { secret: 'aB'.repeat(32) }],
    [
      { SMTP_URL: 'smtp://u:p%40@mail.example.org:587?requireTLS=true' },
      { smtpUrl: expect.any(String) },
    ],
    [{ SMTP_URL: 'smtps://[::1]:465' }, { smtpUrl: 'smtps://[::1]:465' }],
    [{ MAIL_FROM: 'survey@example.org' }, { mailFrom: 'survey@example.org' }],
    [{ MAIL_FROM: '"The Committee" <survey@example.org>' }, { mailFrom: expect.any(String) }],
    [{ MAIL_REPLY_TO: 'help@example.org' }, { mailReplyTo: 'help@example.org' }],
    [
      { BOUNCE_ADDRESS: 'Bounces@Secretariat.example' },
      { bounceAddress: 'bounces@secretariat.example' },
    ],
    [
      { BOUNCE_IMAP_URL: 'imaps://bounces%40x:p%40ss@mail.example.org/INBOX' },
      { bounceImapUrl: 'imaps://bounces%40x:p%40ss@mail.example.org/INBOX' },
    ],
    [{ BOUNCE_FOLDER: 'returned' }, { bounceFolder: resolve('returned') }],
    [{ BOUNCE_HOOK_SECRET: 'x'.repeat(24) }, { bounceHookSecret: 'x'.repeat(24) }],
    [
      { DKIM_DOMAIN: 'Example.org', DKIM_SELECTOR: 's1', DKIM_KEY_FILE: '/srv/key.pem' },
      { dkimDomain: 'example.org', dkimSelector: 's1', dkimKeyFile: '/srv/key.pem' },
    ],
    [{ DNS_SERVER: '9.9.9.9' }, { dnsServer: '9.9.9.9' }],
    [{ DNS_SERVER: '[::1]:5353' }, { dnsServer: '[::1]:5353' }],
    [{ LOG_LEVEL: 'silent' }, { logLevel: 'silent' }],
    [{ TRUSTED_PROXIES: '2' }, { trustedProxies: 2 }],
    [{ WORKERS: '4' }, { workers: 4 }],
    [{ COLUMNS_MEMORY: '2' }, { columnsMemory: 2_097_152 }],
  ] as [Record<string, string>, object | 'refused'][])('%j', (environment, expected) => {
    if (expected === 'refused') expect(refusal(environment)).toMatch(/^PUBLIC_URL: /);
    else expect(readConfig(environment)).toMatchObject(expected);
  });
});

const BAD: [name: string, value: string][] = [
  ['PORT', 'http'],
  ['PORT', '-1'],
  ['PORT', '1.5'],
  ['PORT', '65536'],
  ['PORT', '0x50'],
  ['PORT', '1e3'],
  ['HOST', 'http://localhost'],
  ['HOST', 'two words'],
  ['PUBLIC_URL', 'survey.example.org'],
  ['PUBLIC_URL', 'ftp://survey.example.org'],
  ['PUBLIC_URL', 'https://'],
  ['PUBLIC_URL', 'https://survey.example.org/rapporteur'],
  ['PUBLIC_URL', 'https://survey.example.org/?x=1'],
  ['PUBLIC_URL', 'https://survey.example.org/#x'],
  ['PUBLIC_URL', 'https://user:hunter2@survey.example.org'],
  ['TRUSTED_PROXIES', '6'],
  ['TRUSTED_PROXIES', 'true'],
  ['COLUMNS_MEMORY', 'all'],
  ['COLUMNS_MEMORY', '70000'],
  ['WORKERS', 'many'],
  ['WORKERS', '65'],
  ['MONGODB_URI', 'localhost:27017'],
  ['MONGODB_URI', 'mysql://hunter2@localhost'],
  ['MONGODB_URI', 'mongodb://'],
  ['SECRET', 'hunter2'],
  ['SECRET', 'a'.repeat(63)],
  ['SECRET', `${'a'.repeat(63)}g`],
  ['SMTP_URL', 'mail.example.org'],
  ['SMTP_URL', 'https://u:hunter2@mail.example.org'],
  ['SMTP_URL', 'smtp://'],
  ['MAIL_FROM', 'The Committee'],
  ['MAIL_FROM', 'The Committee <survey>'],
  ['MAIL_FROM', 'a@example.org\r\nBcc: b@example.org'],
  ['MAIL_REPLY_TO', 'nobody'],
  ['MAIL_REPLY_TO', 'Help <help@example.org>'],
  ['BOUNCE_ADDRESS', 'nobody'],
  ['BOUNCE_ADDRESS', 'Bounces <bounces@example.org>'],
  ['BOUNCE_ADDRESS', 'bounces+more@example.org'],
  ['BOUNCE_ADDRESS', 'a-name-that-is-too-long@example.org'],
  ['BOUNCE_IMAP_URL', 'mail.example.org'],
  ['BOUNCE_IMAP_URL', 'pop3://u:hunter2@mail.example.org'],
  ['BOUNCE_IMAP_URL', 'imaps://mail.example.org/INBOX'],
  ['BOUNCE_HOOK_SECRET', 'hunter2'],
  ['BOUNCE_HOOK_SECRET', 'hunter2 with spaces and all'],
  ['DKIM_DOMAIN', 'https://example.org'],
  ['DKIM_DOMAIN', 'two words'],
  ['DKIM_SELECTOR', 'two words'],
  ['DKIM_SELECTOR', 'a-selector-and-no-domain'],
  ['DKIM_KEY_FILE', '/srv/a-key-and-no-domain.pem'],
  ['DNS_SERVER', 'dns.example.org'],
  ['DNS_SERVER', '9.9.9.9:dns'],
  ['LOG_LEVEL', 'loud'],
];

describe('a bad setting is refused in one line that names it and does not repeat it', () => {
  it.each(BAD)('%s=%j', (name, value) => {
    const message = refusal({ [name]: value });
    expect(message).toMatch(new RegExp(`^${name}: [a-z][^\\n]+$`));
    if (/[^:/]$/.test(value)) expect(message).not.toContain(value);
    expect(message).not.toContain('hunter2');
  });

  it('is there for each setting that can be bad', () => {
    // A folder or a program can be called anything; whether it is there shows when it is used.
    const free = ['BOUNCE_FOLDER', 'DATA_DIR', 'MONGOD_BINARY'];
    const tried = new Set(BAD.map(([name]) => name));
    expect(settingNames.filter((name) => !tried.has(name))).toEqual(free.toReversed());
  });

  it('together with the others that are bad', () => {
    expect(refusal({ PORT: 'x', LOG_LEVEL: 'loud', HOST: 'localhost' })).toBe(
      'PORT: is a whole number from 0 to 65535; LOG_LEVEL: is one of fatal, error, warn, info, debug, silent',
    );
  });
});

describe('the sender of an envelope', () => {
  it.each(['survey@example.org', 'The Committee <survey@example.org>'])('of %j', (from) => {
    expect(senderOf(readConfig({ MAIL_FROM: from }).mailFrom)).toBe('survey@example.org');
  });
});

describe('a program with a bad setting', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rapporteur-config-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  afterEach(() => rm(join(folder, '.env'), { force: true }));

  it.each([
    ['server/main.ts', []],
    ['scripts/demo.ts', []],
    ['scripts/survey.ts', ['round', 'list']],
  ])('%s says so and does not start', async (script, args) => {
    const program = run(script, args, { LOG_LEVEL: 'loud', DATA_DIR: folder });
    expect(await program.ended).toBe(1);
    expect(program.stderr()).toBe(
      'Settings: LOG_LEVEL: is one of fatal, error, warn, info, debug, silent\n',
    );
    expect(program.stdout()).toBe('');
  });

  it('in a file .env says so too; what the environment has counts more than the file', async () => {
    await writeFile(join(folder, '.env'), 'PORT=from the file\nHOST=::1\n');
    const program = `import { readConfig } from '${root}/server/config.ts';
      try { console.log(JSON.stringify(readConfig())); } catch (error) { console.log(error.message); }`;
    const said = (environment: NodeJS.ProcessEnv) =>
      execFileSync(
        process.execPath,
        [
          '--import',
          join(root, 'node_modules/tsx/dist/loader.mjs'),
          '--input-type=module',
          '-e',
          program,
        ],
        { cwd: folder, env: { ...process.env, ...environment } },
      ).toString();
    expect(JSON.parse(said({ PORT: '4000' }))).toMatchObject({ port: 4000, host: '::1' });
    expect(said({})).toBe('PORT: is a whole number from 0 to 65535\n');
  });
});

/** Settings from the environment: the only reader of it. A bad value stops the start with the names that are wrong. */
import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;

const optional = z.string().nullable().default(null);

const whole = (most: number, least = 0) => {
  const error = `is a whole number from ${least} to ${most}`;
  const digits = z.string().regex(/^\d{1,5}$/, { error, abort: true });
  return digits.transform(Number).refine((number) => number >= least && number <= most, error);
};

/** Mail servers refuse anything else, and then every mail fails. */
const address = z.string().regex(/^[^<>@\s]+@[^<>@\s]+$/, 'is no mail address');
const domain = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)*$/i,
    'has letters, digits, hyphens and dots only',
  )
  .transform((name) => name.toLowerCase());
const sender = z
  .string()
  .regex(
    /^[^<>\r\n]*<[^<>@\s]+@[^<>@\s]+>$|^[^<>@\s]+@[^<>@\s]+$/,
    'is written address, or Name <address>',
  );

const settings = z.object({
  /** TCP port; 0 takes a free one. */
  PORT: whole(65_535).default(3000),
  HOST: z
    .string()
    .regex(/^[\w.:-]+$/, 'is a name or an address of this machine')
    .default('127.0.0.1'),
  /** Where people reach the server, without a slash at the end; links in mail begin with it. */
  PUBLIC_URL: z
    .url({
      protocol: /^https?$/,
      hostname: /./,
      error: 'needs http:// or https:// and a host',
      abort: true,
    })
    .transform((url) => new URL(url))
    // Our addresses begin at the host, and a password has no place in a mail.
    .refine((url) => url.href === `${url.origin}/`, 'may have no path, query or user')
    .transform((url) => url.origin)
    .optional(),
  /** Processes that serve on this machine. */
  WORKERS: whole(64, 1).default(1),
  /** Reverse proxies in front, whose X-Forwarded headers are believed. */
  TRUSTED_PROXIES: whole(5).default(0),
  MONGODB_URI: optional.refine(
    (uri) => uri === null || /^mongodb(\+srv)?:\/\/[^/]/.test(uri),
    'begins with mongodb:// or mongodb+srv:// and a host',
  ),
  MONGOD_BINARY: optional,
  /** Embedded database, keys and cache: one folder to back up or delete. */
  DATA_DIR: z.string().default('data'),
  /** 32 bytes or more in hexadecimal, the same for all processes; without it DATA_DIR/keys/secret is used. */
  SECRET: z
    .string()
    .regex(/^[0-9a-f]{64,}$/i, 'needs at least 64 hexadecimal digits')
    .optional(),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, hostname: /./, error: 'needs smtp:// or smtps:// and a host' })
    .nullable()
    .default(null),
  MAIL_FROM: sender.default('Rapporteur <questionnaire@example.org>'),
  MAIL_REPLY_TO: address.nullable().default(null),
  /** Where mails come back to; each has an address of its own, NAME+REFERENCE@HOST, of at most 64 characters before the @. */
  BOUNCE_ADDRESS: z
    .string()
    .regex(
      /^[A-Za-z0-9._-]{1,18}@[A-Za-z0-9.-]+$/,
      'is a plain mail address with at most 18 characters before the @',
    )
    .transform((given) => given.toLowerCase())
    .nullable()
    .default(null),
  BOUNCE_IMAP_URL: z
    .url({
      protocol: /^imaps?$/,
      hostname: /./,
      error: 'needs imap:// or imaps:// and a host',
      abort: true,
    })
    .refine((url) => new URL(url).username !== '', 'needs a user and a password before the host')
    .nullable()
    .default(null),
  BOUNCE_FOLDER: optional.transform((folder) => folder && resolve(folder)),
  BOUNCE_HOOK_SECRET: optional.refine(
    (secret) => secret === null || /^[\x21-\x7e]{24,200}$/.test(secret),
    'needs 24 to 200 characters without spaces',
  ),
  DKIM_DOMAIN: domain.nullable().default(null),
  DKIM_SELECTOR: domain.optional(),
  /** The private key, PEM; without it DATA_DIR/keys/dkim.pem is used. */
  DKIM_KEY_FILE: optional.transform((file) => file && resolve(file)),
  /** Who is asked about DNS records on the page "Deliverability"; without it the resolver of this machine. */
  DNS_SERVER: optional.refine(
    (server) =>
      server === null ||
      isIP(server) > 0 ||
      isIP(/^\[?([^\]]+?)\]?:\d+$/.exec(server)?.[1] ?? '') > 0,
    'is an IP address, with :PORT where it is not 53',
  ),
  /** Megabytes that the columns of rounds may take in memory; the round that is looked at is kept whatever it takes. */
  COLUMNS_MEMORY: whole(65_535).default(1024),
  LOG_LEVEL: z.enum(LOG_LEVELS, `is one of ${LOG_LEVELS.join(', ')}`).default('info'),
});

export type Config = {
  port: number;
  host: string;
  publicUrl: string;
  workers: number;
  trustedProxies: number;
  mongodbUri: string | null;
  mongodBinary: string | null;
  dataDir: string;
  secret: string | null;
  smtpUrl: string | null;
  mailFrom: string;
  mailReplyTo: string | null;
  bounceAddress: string | null;
  bounceImapUrl: string | null;
  bounceFolder: string | null;
  bounceHookSecret: string | null;
  dkimDomain: string | null;
  dkimSelector: string;
  dkimKeyFile: string | null;
  dnsServer: string | null;
  /** Bytes. */
  columnsMemory: number;
  logLevel: string;
};

/** The names of all settings, for the test that the README explains each. */
export const settingNames = Object.keys(settings.shape);

export class BadSettings extends Error {}

/** @throws BadSettings naming each setting that is wrong, never its value */
export function readConfig(environment: NodeJS.ProcessEnv = ownEnvironment()): Config {
  // `NAME=` in a file .env means "not set", not "empty": an empty HOST would listen to everybody.
  const given = Object.entries(environment).map(([name, value]) => [name, value?.trim()]);
  const read = settings.safeParse(Object.fromEntries(given.filter(([, value]) => value)));
  if (!read.success)
    throw new BadSettings(
      read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
    );
  const set = read.data;
  // They would be without effect, and whoever set them believes that mails are signed.
  if (!set.DKIM_DOMAIN)
    for (const name of ['DKIM_SELECTOR', 'DKIM_KEY_FILE'] as const)
      if (set[name]) throw new BadSettings(`${name}: needs DKIM_DOMAIN, or nothing is signed`);
  return {
    port: set.PORT,
    host: set.HOST,
    publicUrl:
      set.PUBLIC_URL ?? `http://${set.HOST.includes(':') ? `[${set.HOST}]` : set.HOST}:${set.PORT}`,
    workers: set.WORKERS,
    trustedProxies: set.TRUSTED_PROXIES,
    mongodbUri: set.MONGODB_URI,
    mongodBinary: set.MONGOD_BINARY,
    dataDir: resolve(set.DATA_DIR),
    secret: set.SECRET ?? null,
    smtpUrl: set.SMTP_URL,
    mailFrom: set.MAIL_FROM,
    mailReplyTo: set.MAIL_REPLY_TO,
    bounceAddress: set.BOUNCE_ADDRESS,
    bounceImapUrl: set.BOUNCE_IMAP_URL,
    bounceFolder: set.BOUNCE_FOLDER,
    bounceHookSecret: set.BOUNCE_HOOK_SECRET,
    dkimDomain: set.DKIM_DOMAIN,
    dkimSelector: set.DKIM_SELECTOR ?? 'rapporteur',
    dkimKeyFile: set.DKIM_KEY_FILE,
    dnsServer: set.DNS_SERVER,
    columnsMemory: set.COLUMNS_MEMORY * 2 ** 20,
    logLevel: set.LOG_LEVEL,
  };
}

/** The environment, filled up from a file `.env` in the working folder where there is one. */
function ownEnvironment(): NodeJS.ProcessEnv {
  // Node's own option for this says on standard error when there is no such file.
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

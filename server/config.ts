/** Settings from the environment: the only reader of it. A bad value stops the start with the names that are wrong. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;

const optional = z.string().nullable().default(null);

const whole = (most: number) => {
  const error = `is a whole number from 0 to ${most}`;
  const digits = z.string().regex(/^\d{1,5}$/, { error, abort: true });
  return digits.transform(Number).refine((number) => number <= most, error);
};

/** Mail servers refuse anything else, and then every mail fails. */
const address = z.string().regex(/^[^<>@\s]+@[^<>@\s]+$/, 'is no mail address');
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
  LOG_LEVEL: z.enum(LOG_LEVELS, `is one of ${LOG_LEVELS.join(', ')}`).default('info'),
});

export type Config = {
  port: number;
  host: string;
  publicUrl: string;
  trustedProxies: number;
  mongodbUri: string | null;
  mongodBinary: string | null;
  dataDir: string;
  secret: string | null;
  smtpUrl: string | null;
  mailFrom: string;
  mailReplyTo: string | null;
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
  return {
    port: set.PORT,
    host: set.HOST,
    publicUrl:
      set.PUBLIC_URL ?? `http://${set.HOST.includes(':') ? `[${set.HOST}]` : set.HOST}:${set.PORT}`,
    trustedProxies: set.TRUSTED_PROXIES,
    mongodbUri: set.MONGODB_URI,
    mongodBinary: set.MONGOD_BINARY,
    dataDir: resolve(set.DATA_DIR),
    secret: set.SECRET ?? null,
    smtpUrl: set.SMTP_URL,
    mailFrom: set.MAIL_FROM,
    mailReplyTo: set.MAIL_REPLY_TO,
    logLevel: set.LOG_LEVEL,
  };
}

/** The environment, filled up from a file `.env` in the working folder where there is one. */
function ownEnvironment(): NodeJS.ProcessEnv {
  // Node's own option for this says on standard error when there is no such file.
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

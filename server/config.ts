/** Settings from the environment: the only reader of it. A bad value stops the start with the names that are wrong. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

const optional = z
  .string()
  .trim()
  .transform((value) => value || null)
  .nullable()
  .default(null);

const settings = z.object({
  /** TCP port; 0 takes a free one. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  /** Where people reach the server, without a slash at the end; links in mail begin with it. */
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  /** Reverse proxies in front, whose X-Forwarded headers are believed. */
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(5).default(0),
  MONGODB_URI: optional,
  MONGOD_BINARY: optional,
  /** Embedded database, keys and cache: one folder to back up or delete. */
  DATA_DIR: z.string().default('data'),
  /** 32 bytes or more in hexadecimal, the same for all processes; without it DATA_DIR/keys/secret is used. */
  SECRET: z
    .string()
    .regex(/^[0-9a-f]{64,}$/i, 'needs at least 64 hexadecimal digits')
    .optional(),
  SMTP_URL: optional,
  MAIL_FROM: z.string().default('Rapporteur <questionnaire@example.org>'),
  MAIL_REPLY_TO: optional,
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
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
  const read = settings.safeParse(environment);
  if (!read.success)
    throw new BadSettings(
      read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
    );
  const set = read.data;
  return {
    port: set.PORT,
    host: set.HOST,
    publicUrl: set.PUBLIC_URL ?? `http://${set.HOST}:${set.PORT}`,
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

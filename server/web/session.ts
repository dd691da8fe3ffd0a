/** Sessions of accounts, in MongoDB under a hash of their id. Respondents have none. */
import { createHash } from 'node:crypto';
import MongoStore from 'connect-mongo';
import type { RequestHandler } from 'express';
import session from 'express-session';
import type { Services } from '../services.ts';
import { cookieName } from './cookies.ts';

const IDLE_SECONDS = 30 * 60;
export const ABSOLUTE_SECONDS = 12 * 3600;

declare module 'express-session' {
  interface SessionData {
    account: string;
    signedInAt: number;
  }
}

export function accountSession({ connection, secrets, config }: Services): RequestHandler {
  const https = config.publicUrl.startsWith('https:');
  return session({
    name: cookieName(config.publicUrl, 'account'),
    secret: secrets.sign('session', 'cookie'),
    resave: false,
    saveUninitialized: false,
    rolling: true,
    cookie: {
      httpOnly: true,
      sameSite: 'lax',
      secure: https,
      path: '/',
      maxAge: IDLE_SECONDS * 1000,
    },
    proxy: config.trustedProxies > 0 || https,
    store: MongoStore.create({
      client: connection.getClient() as never,
      dbName: connection.name,
      collectionName: 'sessions',
      autoRemove: 'disabled',
      stringify: false,
      touchAfter: 300,
      ttl: IDLE_SECONDS,
      transformId: (id) => createHash('sha256').update(id).digest('hex'),
    }),
  });
}

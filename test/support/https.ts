/** A signed-in person behind a proxy that speaks https: the cookies are for https only, so they are carried by hand. */
import supertest from 'supertest';
import { bootstrapLink, createAccount } from '../../server/accounts/manage.ts';
import { SYSTEM } from '../../server/audit/event.ts';
import type { TestApp } from './app.ts';

const FORWARDED = { 'X-Forwarded-Proto': 'https' };

/** The cookies of the sign-in as they were set, and a GET that carries them. */
export async function signedInOverHttps(on: TestApp, role: string) {
  const email = `https-${role}@example.org`;
  const made = await createAccount(on.services, { email, role }, SYSTEM);
  if (!made.ok) throw new Error(made.reason);
  const link = await bootstrapLink(on.services, made.account);
  const answer = await supertest(on.app).post(new URL(link).pathname).set(FORWARDED);
  const cookies = [answer.headers['set-cookie'] ?? []].flat();
  const cookie = cookies.map((one) => one.split(';')[0]).join('; ');
  return {
    cookies,
    get: (path: string) => supertest(on.app).get(path).set(FORWARDED).set('Cookie', cookie),
  };
}

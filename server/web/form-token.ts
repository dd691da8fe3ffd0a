/** A token in every form, an HMAC over whom the form was made for: no other site can make one, and it does not expire. */
import type { Secrets } from '../secrets.ts';

export const formToken = (secrets: Secrets, subject: string): string =>
  secrets.sign('form', subject);

export const isFormToken = (secrets: Secrets, subject: string, given: unknown): boolean =>
  typeof given === 'string' && secrets.verify('form', subject, given);

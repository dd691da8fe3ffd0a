/** Who submits, as a form says it. Pure. */
import { isMailAddress } from '../states/mail-address.ts';
import type { Submitter } from './response.ts';

/** `errors`: names of the fields that are not filled in, `confirm` among them. */
export function readSubmitter(body: Record<string, unknown>): { by: Submitter; errors: string[] } {
  const by = {
    name: text(body['name'], 200),
    post: text(body['post'], 200),
    email: text(body['email'], 254),
  };
  const errors = [
    ...(by.name === '' ? ['name'] : []),
    ...(by.post === '' ? ['post'] : []),
    ...(isMailAddress(by.email) ? [] : ['email']),
    ...(body['confirm'] === 'yes' ? [] : ['confirm']),
  ];
  return { by, errors };
}

const text = (value: unknown, longest: number): string =>
  (typeof value === 'string' ? value : '').replace(/\s+/g, ' ').trim().slice(0, longest);

/** The address that a mail comes back to, and the signed reference by which it is known again when it does. */
import { timingSafeEqual } from 'node:crypto';
import type { Config } from '../config.ts';
import type { Secrets } from '../secrets.ts';
import { senderOf } from './transport.ts';

/**
 * Id of a message, a dot, and the signature: small letters and digits only, since some servers fold the case. It stands in
 * the sender of the envelope and, for reports that quote the headers, in `X-Rapporteur-Message`.
 */
export const REFERENCE = /(?<![0-9a-z])[0-9a-f]{24}\.[0-9a-f]{20}(?![0-9a-z])/gi;

/** 80 bits of an HMAC over the id. */
const SIGNATURE_BYTES = 10;

const signatureOf = (secrets: Pick<Secrets, 'sign'>, message: string): string =>
  Buffer.from(secrets.sign('return address', message), 'base64url')
    .subarray(0, SIGNATURE_BYTES)
    .toString('hex');

export const referenceTo = (secrets: Pick<Secrets, 'sign'>, message: string): string =>
  `${message}.${signatureOf(secrets, message)}`;

/** The id of the message, in constant time; null for a reference that we did not sign. */
export function messageOf(secrets: Pick<Secrets, 'sign'>, reference: string): string | null {
  const [message = '', signature = ''] = reference.toLowerCase().split('.');
  const expected = Buffer.from(signatureOf(secrets, message));
  const given = Buffer.from(signature);
  return expected.length === given.length && timingSafeEqual(expected, given) ? message : null;
}

/** The sender of the envelope: one of its own for each mail where BOUNCE_ADDRESS is set, else that of MAIL_FROM. */
export function returnAddress(
  { bounceAddress, mailFrom }: Pick<Config, 'bounceAddress' | 'mailFrom'>,
  reference: string,
): string {
  return bounceAddress ? bounceAddress.replace('@', `+${reference}@`) : senderOf(mailFrom);
}

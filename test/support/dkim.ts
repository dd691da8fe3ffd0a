/** Checks a DKIM signature by hand (RFC 6376, relaxed/relaxed, rsa-sha256), so that no library checks its own work. */
import { createHash, createPublicKey, verify } from 'node:crypto';

type Checked = { domain: string; selector: string; headers: string[]; ok: boolean; why: string };

/** @param publicKey what stands in the record, base64 */
export function checkDkim(raw: Buffer, publicKey: string): Checked {
  const text = raw.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const [head, body] = [text.slice(0, end + 2), text.slice(end + 4)];
  const lines = head.split(/\r\n(?![ \t])/).filter(Boolean);
  const signature = lines.find((line) => /^dkim-signature:/i.test(line)) ?? '';
  const tags = new Map(
    signature
      .slice(signature.indexOf(':') + 1)
      .replace(/\r\n/g, '')
      .split(';')
      .map((tag) => tag.trim())
      .filter(Boolean)
      .map((tag) => [
        tag.slice(0, tag.indexOf('=')).trim(),
        tag.slice(tag.indexOf('=') + 1).trim(),
      ]),
  );
  const of = (tag: string) => tags.get(tag) ?? '';
  const headers = of('h')
    .split(':')
    .map((name) => name.trim().toLowerCase());
  const result = { domain: of('d'), selector: of('s'), headers };
  const fail = (why: string): Checked => ({ ...result, ok: false, why });
  if (signature === '') return fail('there is no signature');
  if (of('a') !== 'rsa-sha256' || of('c') !== 'relaxed/relaxed')
    return fail('it is of another kind');
  if (
    createHash('sha256').update(relaxedBody(body), 'latin1').digest('base64') !==
    of('bh').replace(/\s/g, '')
  )
    return fail('the body was changed');
  // Each name takes the last header of that name that is not taken yet.
  const left = [...lines];
  const signed = headers.map((name) => {
    const place = left.findLastIndex((line) => line.toLowerCase().startsWith(`${name}:`));
    return place < 0 ? '' : `${relaxedHeader(left.splice(place, 1)[0] ?? '')}\r\n`;
  });
  const bare = relaxedHeader(signature.replace(/([;\s]b=)[^;]*$/, '$1'));
  const key = createPublicKey({
    key: Buffer.from(publicKey, 'base64'),
    format: 'der',
    type: 'spki',
  });
  const bytes = Buffer.from(of('b').replace(/\s/g, ''), 'base64');
  const ok = verify('sha256', Buffer.from(signed.join('') + bare, 'latin1'), key, bytes);
  return ok ? { ...result, ok, why: '' } : fail('a header was changed');
}

const relaxedHeader = (line: string): string => {
  const colon = line.indexOf(':');
  const value = line
    .slice(colon + 1)
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim();
  return `${line.slice(0, colon).trim().toLowerCase()}:${value}`;
};

const relaxedBody = (body: string): string => {
  const lines = body
    .replace(/[ \t]+\r\n/g, '\r\n')
    .replace(/[ \t]+/g, ' ')
    .replace(/(\r\n)+$/, '');
  return lines === '' ? '' : `${lines}\r\n`;
};

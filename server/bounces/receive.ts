/** Takes in one mail that came back: reads it, finds the mail of ours that it is about, and does what follows from it. */
import { createHash } from 'node:crypto';
import type { ParsedMail } from 'mailparser';
import { unlessTaken } from '../db/record.ts';
import type { Message } from '../mail/message.ts';
import { messageOf } from '../mail/return-address.ts';
import type { Services } from '../services.ts';
import {
  type Bounce,
  emptyBounce,
  MOST_BYTES,
  MOST_FOR_ONE,
  MOST_ODD,
  type OddReason,
  type Source,
} from './bounce.ts';
import { act, idsOf } from './effects.ts';
import { excerptOf, headOf, withoutTokens } from './excerpt.ts';
import { parseMail } from './parse.ts';
import { readReport } from './read-report.ts';
import type { Report } from './report.ts';
import { sealReport } from './sealed-report.ts';

/** Noted and acted upon; kept for a person to look at; or read before, and then nothing is done. */
export type Outcome = 'noted' | 'odd' | 'seen';

/** @param raw the mail as it came, at most a little above MOST_BYTES of it */
export async function receiveReport(
  services: Services,
  raw: Buffer,
  source: Source,
): Promise<Outcome> {
  if (raw.length > MOST_BYTES) return keepUnread(services, raw, source, 'too-large');
  const mail = await parseMail(raw);
  if (!mail) return keepUnread(services, raw, source, 'unreadable');
  const report = readReport(mail);
  const key = keyOf(mail, report, raw);
  if (await services.bounces.isKnown(key)) return 'seen';
  const found = await findMessage(services, report);
  const message = typeof found === 'string' ? null : found;
  const { kind, subject, code, recipient, returns } = report;
  const bounce: Bounce = {
    ...emptyBounce(key, source, services.clock()),
    kind,
    subject,
    code,
    text: withoutTokens(report.text),
    recipient,
    returns,
    ...(message ? idsOf(message) : {}),
  };
  const excerpt = excerptOf(mail);
  const odd = typeof found === 'string' ? found : await whyOdd(services, report, found);
  if (odd || !message) return keepOdd(services, { ...bounce, odd }, excerpt);
  const sealed = sealReport(services, excerpt);
  const noted = await unlessTaken(() =>
    services.transaction((session) => act(services, bounce, report, message, sealed, session)),
  );
  return noted ? 'noted' : 'seen';
}

/** The mail of ours that the first genuine reference names, or why there is none. */
async function findMessage(
  { secrets, messages }: Services,
  { references }: Report,
): Promise<Message | Extract<OddReason, 'no-reference' | 'bad-signature' | 'gone'>> {
  if (references.length === 0) return 'no-reference';
  const [id] = references.map((one) => messageOf(secrets, one)).filter((one) => one !== null);
  if (id === undefined) return 'bad-signature';
  return (await messages.find(id)) ?? 'gone';
}

/** Why a mail about a genuine one of ours is kept for a person to look at, and nothing is done; null when it is not. */
async function whyOdd(
  { bounces }: Services,
  { kind }: Report,
  { _id }: Message,
): Promise<OddReason | null> {
  if (kind === 'unknown') return 'no-report';
  return (await bounces.countOf(_id)) >= MOST_FOR_ONE ? 'too-many' : null;
}

/**
 * What makes a mail the same one when it is read twice, also from two places: its Message-ID and what it is about, since
 * there are servers that give all their reports one id; without an id its bytes.
 */
function keyOf(mail: ParsedMail, { references }: Report, raw: Buffer): string {
  const hash = createHash('sha256');
  if (mail.messageId) hash.update(`${mail.messageId}\n${references[0] ?? ''}`);
  else hash.update(raw);
  return hash.digest('hex');
}

function keepUnread(
  services: Services,
  raw: Buffer,
  source: Source,
  odd: OddReason,
): Promise<Outcome> {
  const key = createHash('sha256').update(raw).digest('hex');
  const head = headOf(raw.subarray(0, 16_000).toString('utf8'));
  return keepOdd(services, { ...emptyBounce(key, source, services.clock()), odd }, head);
}

/** Nothing of ours changes, so nothing is written to the audit, which anybody could fill with mail otherwise. */
async function keepOdd(services: Services, bounce: Bounce, excerpt: string): Promise<Outcome> {
  const { bounces } = services;
  const sealed = sealReport(services, excerpt);
  const kept = await unlessTaken(() =>
    services.transaction((session) => bounces.insert(bounce, sealed, session)),
  );
  if (!kept) return 'seen';
  await bounces.trimOdd(MOST_ODD);
  return 'odd';
}

/** What a report changes: the mail's outcome, and whether more mail goes to the contact. */
import type { Actor } from '../audit/event.ts';
import type { Message } from '../mail/message.ts';
import type { Services, Session } from '../services.ts';
import { type Contact, whyUnreachable } from '../states/state.ts';
import { type Bounce, SOFT_DAYS, SOFT_MAILS } from './bounce.ts';
import { withoutTokens } from './excerpt.ts';
import { type Report, verdictOn } from './report.ts';

const BOUNCES: Actor = { kind: 'system', id: 'bounces' };

/** Whose mail came back. */
export const idsOf = (message: Message) => ({
  message: message._id,
  round: message.round,
  contact: message.contact,
});

/** Where a mail went that went to no contact: a colleague who was handed sections, or somebody who signs in. */
async function otherAddress(services: Services, message: Message): Promise<string | null> {
  const { delegate } = message.about;
  const person = delegate
    ? await services.delegates.find(String(delegate))
    : message.account && (await services.accounts.active(message.account));
  return person ? person.email : null;
}

/** What follows from a report about a mail of ours, in one transaction with its record and its audit rows. */
export async function act(
  services: Services,
  report: Bounce,
  found: Report,
  message: Message,
  sealed: Buffer,
  session: Session,
): Promise<void> {
  const { bounces, messages, contacts, audit } = services;
  const contact = message.contact ? await contacts.find(message.contact) : null;
  const address = contact?.email ?? (await otherAddress(services, message));
  const { kind, subject, code, text, elsewhere } = verdictOn(found, address);
  const said = { kind, subject, code, text: withoutTokens(text), elsewhere };
  const bounce: Bounce = { ...report, ...said, ...idsOf(message) };
  const isOver =
    kind === 'hard' || (contact !== null && (await isThird(services, bounce, contact, session)));
  bounce.stopped = isOver && contact !== null && isNews(message, contact);
  await bounces.insert(bounce, sealed, session);
  if (isOver) {
    const reply = `came back: ${[bounce.code, bounce.text].filter(Boolean).join(' ')}`;
    await messages.returned(message._id, reply, bounce.at, session);
  }
  const details = { bounce: bounce._id, kind, code, ...(contact ? { contact: contact._id } : {}) };
  await audit.record(
    { actor: BOUNCES, event: 'bounce.noted', subject: subjectOf(message), details },
    bounce.at,
    session,
  );
  if (bounce.stopped && contact) await stopMail(services, bounce, contact, session);
}

const subjectOf = ({ _id }: Message) => ({ kind: 'message', id: _id });

/** Soft for so many different mails within two weeks: the address cannot be reached. */
async function isThird(
  { bounces }: Services,
  bounce: Bounce,
  contact: Contact,
  session: Session,
): Promise<boolean> {
  if (bounce.kind !== 'soft' || bounce.subject !== 'address' || bounce.elsewhere) return false;
  const since = Math.max(
    bounce.at.getTime() - SOFT_DAYS * 86_400_000,
    contact.clearedAt?.getTime() ?? 0,
  );
  const before = await bounces.softMails(contact._id, new Date(since), session);
  return new Set([...before, bounce.message]).size >= SOFT_MAILS;
}

/** Not when mail has stopped already, nor for a mail of before an administrator said that it may go again. */
const isNews = (message: Message, contact: Contact): boolean =>
  whyUnreachable(contact) === null &&
  (message.handedAt ?? message.endedAt ?? message.createdAt).getTime() >=
    (contact.clearedAt?.getTime() ?? 0);

async function stopMail(
  { contacts, audit }: Services,
  bounce: Bounce,
  contact: Contact,
  session: Session,
): Promise<void> {
  const { at, text: reason, code } = bounce;
  const undeliverable = { at, address: contact.email.toLowerCase(), reason, code };
  await contacts.stopMail(contact._id, undeliverable, session);
  await audit.record(
    {
      actor: BOUNCES,
      event: 'contact.mail-stopped',
      subject: { kind: 'contact', id: contact._id },
      details: { bounce: bounce._id },
    },
    at,
    session,
  );
}

/** An administrator says that mail may go to the contact again. False when it does already. */
export const resumeMail = (services: Services, contact: string, actor: Actor): Promise<boolean> =>
  services.transaction(async (session) => {
    const now = services.clock();
    if (!(await services.contacts.resumeMail(contact, now, session))) return false;
    const subject = { kind: 'contact', id: contact };
    await services.audit.record({ actor, event: 'contact.mail-resumed', subject }, now, session);
    return true;
  });

/** A round whose mails went out, and reports about them. */
import { receiveReport } from '../../server/bounces/receive.ts';
import type { Message } from '../../server/mail/message.ts';
import { referenceTo } from '../../server/mail/return-address.ts';
import type { TestApp } from './app.ts';
import { fixtureAbout } from './bounce-fixtures.ts';

/** The newest mail to the contact with this address. */
export async function mailTo({ services }: TestApp, email: string): Promise<Message> {
  const [contact] = await services.contacts.byAddress(email);
  const list = await services.messages.list({}, 1000);
  const found = list.find((message) => message.contact === contact?._id);
  if (!found) throw new Error(`no mail went to ${email}`);
  return found;
}

/** A report of a real system, about a mail of ours to this address. */
export function reportAbout(
  { services }: TestApp,
  file: string,
  message: Pick<Message, '_id'>,
  addresses: { named: string; now: string },
): Buffer {
  const raw = fixtureAbout(file, referenceTo(services.secrets, message._id));
  return Buffer.from(raw.toString('latin1').replaceAll(addresses.named, addresses.now), 'latin1');
}

/** The plainest refusal, with a status of one's own. @param id tells two reports about one mail apart */
export function refusal(
  { services }: TestApp,
  message: Pick<Message, '_id'>,
  to: string,
  { status = '5.1.1', words = 'no such user', id = message._id, action = 'failed' } = {},
): Buffer {
  const reference = referenceTo(services.secrets, message._id);
  return Buffer.from(
    [
      'Return-Path: <>',
      'From: MAILER-DAEMON@mx.example.org',
      `To: <bounces+${reference}@secretariat.example>`,
      'Subject: Undelivered Mail Returned to Sender',
      `Message-ID: <${id}.${status}@mx.example.org>`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
      '',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.example.org',
      '',
      `Final-Recipient: rfc822; ${to}`,
      `Action: ${action}`,
      `Status: ${status}`,
      `Diagnostic-Code: smtp; ${words}`,
      '',
      '--b--',
      '',
    ].join('\r\n'),
  );
}

export const take = (on: TestApp, raw: Buffer) => receiveReport(on.services, raw, 'command');

/** 68 deliveries to a mail server that says, leaves out or breaks off something else each time, and what they must end as. */
import type { Verdict } from '../../server/mail/answer-table.ts';
import { type Delivery, type Mail, smtpTransport } from '../../server/mail/transport.ts';
import { type Conversation, talker } from './conversation.ts';

const LONG = 'x'.repeat(30_000);
const TOO_LONG = 'x'.repeat(200_000);
const UTF8 = '452 4.2.2 La boîte de réception est pleine, réessayez · الصندوق ممتلئ';
const SECURE = { requireTLS: 'true' };
const USER = { user: 'somebody:secret' };

type Options = Record<string, string>;
/** Whether the body was asked for and handed over, so that only a clear answer can settle what became of it. */
type Case = [says: string, script: Conversation, becomes: Verdict, handed: boolean, Options?];

export const CASES: Case[] = [
  ['nothing wrong', {}, 'accepted', true],
  ['a reply of several lines', { body: '250-2.0.0 taken\r\n250 thank you' }, 'accepted', true],
  ['a success with a wrong enhanced code', { body: '250 5.7.1 taken' }, 'accepted', true],
  ['251, will forward', { body: '251 somewhere else' }, 'accepted', true],
  ['250 in place of 354', { DATA: '250 go on' }, 'accepted', true],
  ['a very long reply', { body: `250 ${LONG}` }, 'accepted', true],
  ['a reply in pieces', { body: { slowly: '250 ok', everyMs: 5 } }, 'accepted', true],
  ['no EHLO, but HELO', { EHLO: '502 what?' }, 'accepted', true],

  ['421 at the greeting', { greeting: '421 busy' }, 'soft', false],
  ['421 at EHLO', { EHLO: '421 busy' }, 'soft', false],
  ['421 at the password', { AUTH: '421 busy' }, 'soft', false, USER],
  ['421 at MAIL', { MAIL: '421 busy' }, 'soft', false],
  ['421 at RCPT', { RCPT: '421 busy' }, 'soft', false],
  ['421 at DATA', { DATA: '421 busy' }, 'soft', false],
  ['421 at the body', { body: '421 busy' }, 'soft', true],
  ['450 at MAIL', { MAIL: '450 not now' }, 'soft', false],
  ['greylisting with 450', { RCPT: '450 4.2.0 Greylisted for 5 minutes' }, 'soft', false],
  ['greylisting with 451', { RCPT: '451 4.7.1 Come back in 00:04:59' }, 'soft', false],
  ['451 at the body', { body: '451 error in processing' }, 'soft', true],
  ['452, full, in UTF-8', { RCPT: UTF8 }, 'soft', false],
  ['454 to STARTTLS', { STARTTLS: '454 TLS not available' }, 'soft', false, SECURE],
  ['STARTTLS stripped where it is required', {}, 'soft', false, SECURE],
  ['noise for TLS', { STARTTLS: { bytes: '220 go\r\n\x16noise' } }, 'soft', false, SECURE],
  [
    'a break in the handshake',
    { STARTTLS: { bytes: '220 go\r\n', next: 'close' } },
    'soft',
    false,
    SECURE,
  ],
  ['503 at RCPT', { RCPT: '503 not your turn' }, 'soft', false],

  ['535 to the password', { AUTH: '535 5.7.8 wrong' }, 'refused', false, USER],
  ['454 to the password', { AUTH: '454 4.7.0 later' }, 'refused', false, USER],
  ['554 at the greeting', { greeting: '554 not you' }, 'refused', false],
  ['550 at HELO', { EHLO: '550 not you', HELO: '550 not you' }, 'refused', false],
  ['530 at MAIL', { MAIL: '530 5.7.0 a password first' }, 'refused', false],
  ['530 at RCPT', { RCPT: '530 5.7.0 a password first' }, 'refused', false],
  ['550 at MAIL', { MAIL: '550 5.7.1 not this sender' }, 'refused', false],

  ['550 at RCPT', { RCPT: '550 5.1.1 nobody of that name' }, 'hard', false],
  ['550 at RCPT with a wrong enhanced code', { RCPT: '550 2.0.0 ok' }, 'hard', false],
  ['550 at RCPT in several lines', { RCPT: '550-5.1.1 nobody\r\n550 of that name' }, 'hard', false],
  ['552 at MAIL, too large', { MAIL: '552 5.3.4 too large' }, 'hard', false],
  ['552 at RCPT', { RCPT: '552 full' }, 'hard', false],
  ['550 at DATA', { DATA: '550 no' }, 'hard', false],
  ['554 at DATA', { DATA: '554 no valid recipients' }, 'hard', false],
  ['552 at the body', { body: '552 too large' }, 'hard', true],
  ['554 at the body', { body: '554 5.7.1 taken for spam' }, 'hard', true],

  ['silence at the greeting', { greeting: 'hang' }, 'soft', false],
  ['silence at EHLO', { EHLO: 'hang' }, 'soft', false],
  ['silence at the password', { AUTH: 'hang' }, 'soft', false, USER],
  ['silence at MAIL', { MAIL: 'hang' }, 'soft', false],
  ['silence at RCPT', { RCPT: 'hang' }, 'soft', false],
  ['silence at DATA', { DATA: 'hang' }, 'soft', false],
  ['silence at the body', { body: 'hang' }, 'unknown', true],
  ['a byte now and then at RCPT', { RCPT: { slowly: `250 ${LONG}`, everyMs: 60 } }, 'soft', false],
  [
    'a byte now and then at the body',
    { body: { slowly: `250 ${LONG}`, everyMs: 60 } },
    'unknown',
    true,
  ],
  ['250 after we gave up', { body: { late: '250 taken', afterMs: 1500 } }, 'unknown', true],

  ['a reset at the greeting', { greeting: 'reset' }, 'soft', false],
  ['a reset at MAIL', { MAIL: 'reset' }, 'soft', false],
  ['a reset at DATA', { DATA: 'reset' }, 'soft', false],
  ['a reset in the body', { began: 'reset' }, 'unknown', true],
  ['a reset after the body', { body: 'reset' }, 'unknown', true],
  ['a close after the body', { body: 'close' }, 'unknown', true],
  ['a close in the middle of 250', { body: { bytes: '25', next: 'close' } }, 'unknown', true],
  ['a close in the middle of 550', { body: { bytes: '550 no s', next: 'close' } }, 'unknown', true],
  [
    'a close in the middle of 550 to MAIL',
    { MAIL: { bytes: '550 no', next: 'close' } },
    'soft',
    false,
  ],
  ['221 in place of 250 at MAIL', { MAIL: { bytes: '221 bye\r\n', next: 'close' } }, 'soft', false],
  [
    '221 in place of 250 at the body',
    { body: { bytes: '221 bye\r\n', next: 'close' } },
    'unknown',
    true,
  ],
  ['354 again after the body', { body: '354 go on' }, 'unknown', true],
  ['noise at the greeting', { greeting: '\x00\x01 hello?' }, 'soft', false],
  ['noise at RCPT', { RCPT: 'yes please' }, 'soft', false],
  ['noise at the body', { body: 'yes please' }, 'unknown', true],
  ['a line without an end at RCPT', { RCPT: { bytes: `250 ${TOO_LONG}` } }, 'soft', false],
  ['a line without an end at the body', { body: { bytes: `250 ${TOO_LONG}` } }, 'unknown', true],
];

const MAIL: Mail = {
  from: 'Secretariat <a@example.org>',
  replyTo: null,
  to: { name: 'B', address: 'b@example.org' },
  subject: 'Subject',
  text: 'Text',
  html: '<p>Text</p>',
  messageId: '<1@example.org>',
  language: 'en',
  returnAddress: 'a@example.org',
  reference: 'reference',
};

/** In milliseconds: of silence, and for the whole. */
const SILENCE = 800;
const PATIENCE = 2500;

export async function converse([, script, , , options = {}]: Case): Promise<
  Delivery & { handed: number }
> {
  const server = await talker(script);
  const { user, ...rest } = options;
  const query = new URLSearchParams({
    connectionTimeout: String(SILENCE),
    greetingTimeout: String(SILENCE),
    socketTimeout: String(SILENCE),
    'tls.rejectUnauthorized': 'false',
    ...rest,
  });
  const transport = smtpTransport(
    `smtp://${user ? `${user}@` : ''}127.0.0.1:${server.port}/?${query}`,
  );
  let handed = 0;
  const permit = {
    handOver: async () => true,
    holds: () => {
      handed += 1;
      return true;
    },
  };
  const delivery = await transport.deliver(MAIL, permit, PATIENCE);
  transport.close();
  await server.close();
  return { ...delivery, handed };
}

/** All of them, some at the same time: most of it is waiting for servers that say nothing. */
export async function converseAll(): Promise<Map<string, Delivery & { handed: number }>> {
  const outcomes = new Map<string, Delivery & { handed: number }>();
  const left = CASES.slice();
  const lane = async () => {
    for (let one = left.shift(); one; one = left.shift()) outcomes.set(one[0], await converse(one));
  };
  await Promise.all(Array.from({ length: 12 }, lane));
  return outcomes;
}

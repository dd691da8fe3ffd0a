/** How fast the outbox is, beside nodemailer's pool alone: the same mails, as many connections, the same mail server. */
import nodemailer from 'nodemailer';
import { senderOf, smtpTransport } from '../../server/mail/transport.ts';
import { mailWorker } from '../../server/mail/worker.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { mailbox } from '../support/mailbox.ts';
import { queueInvitations } from '../support/mailing.ts';
import { run } from '../support/process.ts';
import { type Figure, inTurns, perSecond } from './measure.ts';

const SIZES = { small: { mails: 200, rounds: 3 }, full: { mails: 2000, rounds: 7 } };
/** On both sides. */
const CONNECTIONS = 10;

export async function mailRow(size: keyof typeof SIZES): Promise<Figure> {
  const { mails, rounds } = SIZES[size];
  const sink = run('test/support/smtp-sink.ts', [], {}, { stdin: 'pipe' });
  const port = /listening on (\d+)/.exec(await sink.says('listening on'))?.[1];
  const url = `smtp://127.0.0.1:${port}`;
  const on = await testApp({ logLevel: 'warn', smtpUrl: url });
  try {
    on.setTime('2023-05-02T08:00:00Z');
    const queue = await queueInvitations(on);
    const mail = await oneOf(on, queue);
    const bare = () => alone(url, mail, mails);
    const ours = () => outbox(on, url, mails, queue);
    return {
      row: 'mail',
      size,
      scale: `${mails} mails over ${CONNECTIONS} connections, ${rounds} times`,
      unit: 'mails/s',
      ...(await inTurns({ bare, ours }, rounds)),
    };
  } finally {
    await on.close();
    sink.child.stdin?.end();
    await sink.ended;
  }
}

type Sample = { from: string; subject: string; text: string; html: string; language: string };

/** A mail of ours as it arrives, so that the bare side composes the very same parts. */
async function oneOf(on: TestApp, queue: (mails: number) => Promise<void>): Promise<Sample> {
  const post = await mailbox();
  await queue(1);
  const transport = smtpTransport(post.url);
  await mailWorker(on.services, transport).drain();
  transport.close();
  await post.close();
  const [mail] = post.mails;
  if (!mail) throw new Error('no mail has arrived');
  const { subject = '', text = '', html } = mail;
  return { from: on.services.config.mailFrom, subject, text, html: String(html), language: 'en' };
}

/** nodemailer's pool, told to send; the words are there already, and nothing is written down. */
async function alone(url: string, mail: Sample, mails: number): Promise<number> {
  const pool = nodemailer.createTransport({ url, pool: true, maxConnections: CONNECTIONS });
  const { from, subject, text, html, language } = mail;
  const speed = await perSecond(mails, () =>
    Promise.all(
      Array.from({ length: mails }, (_, n) => {
        const address = `person-${n}@example.org`;
        return pool.sendMail({
          from,
          to: { name: `Person ${n}`, address },
          envelope: { from: senderOf(from), to: [address] },
          subject,
          text,
          html,
          messageId: `<${n}@example.org>`,
          textEncoding: 'base64',
          headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': language },
        });
      }),
    ),
  );
  pool.close();
  return speed;
}

/** From a full outbox to the last outcome that is on the disk. */
async function outbox(
  on: TestApp,
  url: string,
  mails: number,
  queue: (mails: number) => Promise<void>,
): Promise<number> {
  const { services } = on;
  await services.connection.collection('messages').deleteMany({});
  await services.connection.collection('links').deleteMany({});
  await queue(mails);
  const transport = smtpTransport(`${url}/?maxConnections=${CONNECTIONS}`);
  const speed = await perSecond(mails, () => mailWorker(services, transport).drain());
  transport.close();
  const { accepted } = await services.messages.counts();
  if (accepted !== mails) throw new Error(`${accepted} of ${mails} mails are recorded as accepted`);
  return speed;
}

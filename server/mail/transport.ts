/** The only file that speaks SMTP. A delivery ends in one of four outcomes and never throws. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import nodemailer from 'nodemailer';
import DKIM from 'nodemailer/lib/dkim/index.js';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import type { DkimKey } from './dkim.ts';

export type Mail = {
  from: string;
  replyTo: string | null;
  to: { name: string; address: string };
  subject: string;
  text: string;
  html: string;
  messageId: string;
  language: string;
  /** More headers than every mail has. */
  headers?: Record<string, string>;
  /** Sender of the envelope, where reports go; see `return-address.ts`. */
  returnAddress: string;
  /** Signed: by it a report is known to be about this mail. */
  reference: string;
};

export type Outcome = { status: 'accepted' | 'soft' | 'hard' | 'unknown'; reply: string };

export type Transport = {
  /** @param handOver called when the server asks for the body; if it says false nothing is sent */
  deliver(mail: Mail, handOver: () => Promise<boolean>): Promise<Outcome>;
  close(): void;
};

/** The bytes of a mail as they go over the line. Its parts may not name files or addresses to fetch. */
async function compose(mail: Mail, dkim: DkimKey | null): Promise<Buffer> {
  const content = await new MailComposer({
    from: mail.from,
    to: mail.to,
    ...(mail.replyTo ? { replyTo: mail.replyTo } : {}),
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: mail.messageId,
    textEncoding: 'base64',
    disableFileAccess: true,
    disableUrlAccess: true,
    headers: {
      ...mail.headers,
      'Auto-Submitted': 'auto-generated',
      'Content-Language': mail.language,
      'X-Rapporteur-Message': mail.reference,
    },
  })
    .compile()
    .build();
  return dkim ? signed(content, dkim) : content;
}

/** What a signature covers: what the reader sees, and what a report is told by. */
const SIGNED_HEADERS =
  'From:Reply-To:Subject:Date:Message-ID:To:MIME-Version:Content-Type:Content-Transfer-Encoding:' +
  'List-Unsubscribe:List-Unsubscribe-Post:Auto-Submitted:Content-Language:X-Rapporteur-Message';

const signed = (content: Buffer, { domain, selector, privateKey }: DkimKey): Promise<Buffer> =>
  buffer(
    new DKIM({
      domainName: domain,
      keySelector: selector,
      privateKey,
      headerFieldNames: SIGNED_HEADERS,
    }).sign(content),
  );

/**
 * @param url smtp:// or smtps://, with options of nodemailer in its query
 * @param dkim null when mails go out unsigned, or the mail server signs them
 */
export function smtpTransport(url: string, dkim: DkimKey | null = null): Transport {
  const address = new URL(url);
  const defaults = {
    pool: 'true',
    maxConnections: '5',
    connectionTimeout: '15000',
    greetingTimeout: '15000',
    socketTimeout: '60000',
  };
  for (const [name, value] of Object.entries(defaults))
    if (!address.searchParams.has(name)) address.searchParams.set(name, value);
  const transporter = nodemailer.createTransport(address.href);
  const bodies = new WeakMap<object, () => Readable>();
  // nodemailer would read a body while it still greets the server. This one is read when it is piped to the server,
  // which has accepted sender and receiver by then; so a break before that moment leaves no doubt: nothing was sent.
  transporter.use('stream', (mail, done) => {
    const body = bodies.get(mail.data.raw as Buffer);
    if (body) mail.message.createReadStream = body as typeof mail.message.createReadStream;
    done();
  });
  return {
    async deliver(mail, handOver) {
      const content = await compose(mail, dkim);
      let handed = false;
      bodies.set(content, () =>
        bodyOf(content, async () => {
          // A body that began to go out is not read again, whatever the library would retry.
          if (handed) return false;
          handed = await handOver();
          return handed;
        }),
      );
      try {
        const info = await transporter.sendMail({
          envelope: { from: mail.returnAddress, to: [mail.to.address] },
          raw: content,
          // Where the server can: a report names the address that we wrote to, and returns no text with a link in it.
          dsn: {
            return: 'headers',
            notify: ['failure', 'delay'],
            recipient: `rfc822;${mail.to.address}`,
          },
        });
        return { status: 'accepted', reply: info.response };
      } catch (error) {
        return classify(error as SmtpError, handed);
      }
    },
    close: () => transporter.close(),
  };
}

/** Asks at the first read whether it may go out; ends in an error when it may not. */
const bodyOf = (content: Buffer, mayGo: () => Promise<boolean>): Readable =>
  new Readable({
    read() {
      mayGo().then(
        (may) => {
          if (!may) return this.destroy(new Error('another worker holds this mail'));
          this.push(content);
          return this.push(null);
        },
        (error: Error) => this.destroy(error),
      );
    },
  });

type SmtpError = Error & { command?: string; responseCode?: number; response?: string };

/** A refusal at another step speaks of us (our address, our password, our sender), and would stop every mail for good. */
const STEPS_ABOUT_THE_MAIL = ['RCPT TO', 'DATA'];

/** `docs/mail.md` has the table. */
function classify(error: SmtpError, handed: boolean): Outcome {
  const reply = error.response ?? error.message;
  const code = error.responseCode;
  if (code && code >= 500 && STEPS_ABOUT_THE_MAIL.includes(error.command ?? ''))
    return { status: 'hard', reply };
  // An answer, however bad, settles it; so does a failure before the body went out.
  if (code || !handed) return { status: 'soft', reply };
  return { status: 'unknown', reply };
}

/** The address of the envelope in MAIL_FROM. */
export const senderOf = (from: string): string => /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from.trim();

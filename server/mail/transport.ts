/** The only file that speaks SMTP. A delivery ends in one of four outcomes and never throws. */
import { Readable } from 'node:stream';
import nodemailer from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';

export type Mail = {
  from: string;
  replyTo: string | null;
  to: { name: string; address: string };
  subject: string;
  text: string;
  html: string;
  messageId: string;
  language: string;
};

export type Outcome = { status: 'accepted' | 'soft' | 'hard' | 'unknown'; reply: string };

export type Transport = {
  /** @param handOver called when the server asks for the body; if it says false nothing is sent */
  deliver(mail: Mail, handOver: () => Promise<boolean>): Promise<Outcome>;
  close(): void;
};

/** The bytes of a mail as they go over the line. Its parts may not name files or addresses to fetch. */
function compose(mail: Mail): Promise<Buffer> {
  return new MailComposer({
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
    headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': mail.language },
  })
    .compile()
    .build();
}

/** @param url smtp:// or smtps://, with options of nodemailer in its query */
export function smtpTransport(url: string): Transport {
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
  return {
    async deliver(mail, handOver) {
      let handed = false;
      const content = await compose(mail);
      // The server has accepted sender and receiver by the time the body is read, so a crash before that moment
      // leaves no doubt: nothing was sent.
      const body = new Readable({
        read() {
          handOver().then(
            (still) => {
              if (!still) return this.destroy(new Error('another worker holds this mail'));
              handed = true;
              this.push(content);
              this.push(null);
              return undefined;
            },
            (error: Error) => this.destroy(error),
          );
        },
      });
      try {
        const info = await transporter.sendMail({
          envelope: { from: senderOf(mail.from), to: [mail.to.address] },
          raw: body,
        });
        return { status: 'accepted', reply: info.response };
      } catch (error) {
        return classify(error as SmtpError, handed);
      }
    },
    close: () => transporter.close(),
  };
}

type SmtpError = Error & { code?: string; responseCode?: number; response?: string };

/** `docs/mail.md` has the table. */
export function classify(error: SmtpError, handed: boolean): Outcome {
  const reply = error.response ?? error.message;
  const code = error.responseCode;
  if (code && code >= 500 && error.code !== 'EAUTH') return { status: 'hard', reply };
  // An answer, however bad, settles it; so does a failure before the body went out.
  if (code || !handed) return { status: 'soft', reply };
  return { status: 'unknown', reply };
}

const senderOf = (from: string): string => /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from.trim();

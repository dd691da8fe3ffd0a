/** The only file that speaks SMTP. A delivery ends in one of five outcomes and never throws. */
import { type PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import nodemailer, { type SendMailOptions } from 'nodemailer';
import DKIM from 'nodemailer/lib/dkim/index.js';
import { type Answer, type Step, type Verdict, verdictOn } from './answer-table.ts';
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

/** What became of a mail, and the last words of the server. */
export type Delivery = { verdict: Verdict; reply: string };

export type Permit = {
  /** Records that the mail is handed over. If it says false nothing is sent. */
  handOver(): Promise<boolean>;
  /** Whether it is still so, at the moment when the body goes out. */
  holds(): boolean;
};

export type Transport = {
  /** Mails that can go over the line at the same time. */
  connections: number;
  /**
   * @param permit asked once, while the server is told sender and receiver; the body waits for it
   * @param patienceMs for the whole of it: a server that says a byte now and then would never run into the limits on silence
   */
  deliver(mail: Mail, permit: Permit, patienceMs: number): Promise<Delivery>;
  close(): void;
};

/** What nodemailer makes a mail of. Its parts may not name files or addresses to fetch. */
const partsOf = (mail: Mail) => ({
  from: mail.from,
  to: mail.to,
  envelope: { from: mail.returnAddress, to: [mail.to.address] },
  ...(mail.replyTo ? { replyTo: mail.replyTo } : {}),
  subject: mail.subject,
  text: mail.text,
  html: mail.html,
  messageId: mail.messageId,
  textEncoding: 'base64' as const,
  disableFileAccess: true,
  disableUrlAccess: true,
  headers: {
    ...mail.headers,
    'Auto-Submitted': 'auto-generated',
    'Content-Language': mail.language,
    'X-Rapporteur-Message': mail.reference,
  },
  // Where the server can: a report names the address that we wrote to, and returns no text with a link in it.
  dsn: {
    return: 'headers' as const,
    notify: ['failure' as const, 'delay' as const],
    recipient: `rfc822;${mail.to.address}`,
  },
});

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
    // A connection that ends before the greeting is tried once more; then the mail waits for its next turn.
    maxRequeues: '1',
    // No answer is longer; a line without an end would fill the memory.
    maxResponseSize: '65536',
  };
  for (const [name, value] of Object.entries(defaults))
    if (!address.searchParams.has(name)) address.searchParams.set(name, value);
  const transporter = nodemailer.createTransport(address.href);
  // nodemailer would read a body while it still greets the server. This one is whole before, and read when it is piped to
  // the server, which has accepted sender and receiver by then; so a break before that moment leaves no doubt: nothing was sent.
  transporter.use('stream', (mail, done) => {
    const { outgoing } = mail.data as { outgoing?: Outgoing };
    mail.message.build((error, content) => {
      if (error || !outgoing) return done(error ?? new Error('nobody was asked'));
      const body = dkim ? signed(content, dkim) : Promise.resolve(content);
      body.then((bytes) => {
        // Called when a connection is free, so that recording the hand-over takes no longer than saying to whom it goes.
        mail.message.createReadStream = () => {
          outgoing.ask();
          return bodyOf(bytes, outgoing.mayGo) as PassThrough;
        };
        done();
      }, done);
    });
  });
  return {
    connections: Number(address.searchParams.get('maxConnections')) || 1,
    async deliver(mail, permit, patienceMs) {
      const outgoing = outgoingOf(permit);
      try {
        const signal = AbortSignal.timeout(patienceMs);
        const info = await transporter.sendMail({
          ...partsOf(mail),
          outgoing,
          signal,
        } as SendMailOptions);
        const code = codeOf(info.response);
        return { verdict: verdictOn({ step: 'body', code }), reply: info.response };
      } catch (error) {
        const reply = (error as SmtpError).response ?? (error as SmtpError).message;
        return { verdict: verdictOn(answerIn(error as SmtpError, outgoing.begun())), reply };
      } finally {
        // The outcome is to be written down after the hand-over.
        await outgoing.settled();
      }
    },
    close: () => transporter.close(),
  };
}

type Outgoing = {
  ask(): void;
  mayGo(): Promise<boolean>;
  /** Whether the body has begun to go out. */
  begun(): boolean;
  settled(): Promise<void>;
};

function outgoingOf({ handOver, holds }: Permit): Outgoing {
  let asked: Promise<boolean> | null = null;
  let begun = false;
  const ask = () => {
    asked ??= handOver();
    // Whoever waits for it hears of it; a server that refuses the receiver leaves nobody who waits.
    asked.catch(() => {});
    return asked;
  };
  return {
    ask,
    async mayGo() {
      const may = await ask();
      // A body that began to go out is not read again, whatever the library would retry.
      if (begun || !may || !holds()) return false;
      begun = true;
      return true;
    },
    begun: () => begun,
    async settled() {
      await asked?.catch(() => {});
    },
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

type SmtpError = Error & { code?: string; command?: string; response?: string };

/** nodemailer's name of the command that was answered, and what it means for us. */
const STEPS: [RegExp, Step][] = [
  [/^STARTTLS/, 'tls'],
  [/^AUTH/, 'login'],
  [/^MAIL FROM/, 'sender'],
  [/^RCPT TO/, 'receiver'],
  [/^DATA/, 'data'],
];

/** What the server answered, and to which of our words. */
function answerIn(error: SmtpError, handed: boolean): Answer {
  // The line that a broken connection leaves behind was not whole, so it is no answer, even if it begins like one.
  const broken = error.message.startsWith('Connection closed unexpectedly');
  const code = broken ? null : codeOf(error.response ?? '');
  if (handed) return { step: 'body', code };
  if (error.code === 'ETLS') return { step: 'tls', code };
  const step = STEPS.find(([command]) => command.test(error.command ?? ''))?.[1] ?? 'greeting';
  return { step, code };
}

/** The three digits that an answer begins with; null where it does not. */
function codeOf(response: string): number | null {
  const digits = /^(\d{3})(?:[ -]|$)/.exec(response)?.[1];
  return digits ? Number(digits) : null;
}

/** The address of the envelope in MAIL_FROM. */
export const senderOf = (from: string): string => /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from.trim();

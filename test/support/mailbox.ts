/** A real SMTP server on loopback that keeps what arrives, parsed. */
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export type Mailbox = {
  url: string;
  mails: ParsedMail[];
  /** Each mail as it came, with the sender of its envelope. */
  raws: { from: string; raw: Buffer }[];
  /** Mails to an address, oldest first. */
  to(address: string): ParsedMail[];
  close(): Promise<void>;
};

export async function mailbox(): Promise<Mailbox> {
  const mails: ParsedMail[] = [];
  const raws: Mailbox['raws'] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, { envelope }, done) {
      const take = async (raw: Buffer) => {
        mails.push(await simpleParser(raw));
        raws.push({ from: envelope.mailFrom ? envelope.mailFrom.address : '', raw });
        done();
      };
      buffer(stream).then(take).catch(done);
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    raws,
    to: (address) => mails.filter((mail) => addressesOf(mail).includes(address)),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const addressesOf = (mail: ParsedMail): string[] =>
  [mail.to ?? []].flat().flatMap((list) => list.value.map((one) => one.address ?? ''));

/** The addresses in the text part. */
export const linksIn = (mail: ParsedMail): string[] => mail.text?.match(/https?:\/\/\S+/g) ?? [];

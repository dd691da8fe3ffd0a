/** A real SMTP server on loopback that notes when mails come and how many come at once, and may take its time. */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export type Arrivals = {
  url: string;
  /** When each was taken. */
  times: number[];
  /** What stands before the @ of each Message-ID. */
  ids: string[];
  mostAtOnce: number;
  /** Milliseconds between the end of a body and the answer. */
  slowness: number;
  forget(): void;
  close(): Promise<void>;
};

export async function arrivals(): Promise<Arrivals> {
  let atOnce = 0;
  const seen: Arrivals = {
    url: '',
    times: [],
    ids: [],
    mostAtOnce: 0,
    slowness: 0,
    forget() {
      seen.times.length = 0;
      seen.ids.length = 0;
      seen.mostAtOnce = 0;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    closeTimeout: 50,
    onData(stream, _session, done) {
      atOnce += 1;
      seen.mostAtOnce = Math.max(seen.mostAtOnce, atOnce);
      let text = '';
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1');
      });
      stream.on('end', () =>
        setTimeout(() => {
          atOnce -= 1;
          seen.times.push(Date.now());
          seen.ids.push(/^Message-ID:\s*<([^@>]+)@/im.exec(text)?.[1] ?? '');
          done();
        }, seen.slowness),
      );
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  seen.url = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  return seen;
}

/** An SMTP server of plain sockets that says at each step exactly what a test wants: also what no server should say. */
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

/** A line with its code; or what is done instead of an answer. */
type Act =
  | string
  | 'hang'
  | 'reset'
  | 'close'
  /** Bytes as they are, without the end of a line; and what follows. */
  | { bytes: string | Buffer; next?: 'reset' | 'close' }
  /** One byte each so many milliseconds. */
  | { slowly: string; everyMs: number }
  | { late: string; afterMs: number };

type Verb =
  | 'greeting'
  | 'EHLO'
  | 'HELO'
  | 'STARTTLS'
  | 'AUTH'
  | 'MAIL'
  | 'RCPT'
  | 'DATA'
  /** The final dot. */
  | 'body'
  /** The first bytes of the body. */
  | 'began'
  | 'RSET'
  | 'QUIT';

export type Conversation = Partial<Record<Verb, Act>>;

const POLITE: Record<Exclude<Verb, 'began'>, string> = {
  greeting: '220 ready',
  EHLO: '250-ready\r\n250-AUTH PLAIN\r\n250 8BITMIME',
  HELO: '250 ready',
  STARTTLS: '502 not here',
  AUTH: '235 welcome',
  MAIL: '250 ok',
  RCPT: '250 ok',
  DATA: '354 go on',
  body: '250 2.0.0 taken',
  RSET: '250 ok',
  QUIT: '221 bye',
};

type Talker = { port: number; bodies: number; close(): Promise<void> };

export async function talker(script: Conversation): Promise<Talker> {
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  const talk: Talker = { port: 0, bodies: 0, close: async () => {} };

  function act(socket: Socket, what: Act): void {
    if (what === 'hang') return;
    if (what === 'reset') socket.resetAndDestroy();
    else if (what === 'close') socket.end();
    else if (typeof what === 'string') socket.write(`${what}\r\n`);
    else if ('bytes' in what) {
      socket.write(what.bytes, () => {
        // What was written must be read before the break, or there would be nothing to be in the middle of.
        if (what.next) later(20, () => act(socket, what.next as Act));
      });
    } else if ('late' in what) later(what.afterMs, () => socket.write(`${what.late}\r\n`));
    else dribble(socket, `${what.slowly}\r\n`, what.everyMs);
  }

  function dribble(socket: Socket, rest: string, everyMs: number): void {
    if (!rest || socket.destroyed) return;
    socket.write(rest.slice(0, 1));
    later(everyMs, () => dribble(socket, rest.slice(1), everyMs));
  }

  function later(ms: number, what: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      what();
    }, ms);
    timers.add(timer);
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    let heard = '';
    let inBody = false;
    /** It has said that it will, and listens no more. */
    let leaving = false;
    const say = (verb: Exclude<Verb, 'began'>) => {
      const what = script[verb] ?? POLITE[verb];
      leaving ||= typeof what === 'object' && 'next' in what;
      act(socket, what);
    };
    say('greeting');
    socket.on('data', (data) => {
      heard += data.toString('latin1');
      while (!leaving) {
        if (inBody) {
          if (script.began) {
            act(socket, script.began);
            return;
          }
          const end = heard.indexOf('\r\n.\r\n');
          if (end < 0) return;
          heard = heard.slice(end + 5);
          inBody = false;
          talk.bodies += 1;
          say('body');
          continue;
        }
        const end = heard.indexOf('\r\n');
        if (end < 0) return;
        const verb = heard.slice(0, end).split(' ')[0]?.toUpperCase() as Verb;
        heard = heard.slice(end + 2);
        if (verb in POLITE) say(verb as Exclude<Verb, 'began'>);
        else socket.write('500 what?\r\n');
        const answer = script.DATA ?? POLITE.DATA;
        if (verb === 'DATA' && typeof answer === 'string' && /^[23]/.test(answer)) inBody = true;
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  talk.port = (server.address() as AddressInfo).port;
  talk.close = async () => {
    for (const timer of timers) clearTimeout(timer);
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return talk;
}

/** A real SMTP server on loopback that does at each step of a delivery what a test wants of it. */
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

/** Take it, never answer, break the connection, or answer with a code. */
type Act = 'take' | 'hang' | 'reset' | number;
/** `to` comes just before the server asks for the body; `body` once the whole of it has arrived. */
type Script = Partial<Record<'greeting' | 'auth' | 'from' | 'to' | 'body', Act>>;

export type ScriptedServer = {
  /** What the server does next; a step that is not named is taken. */
  script: Script;
  /** Every body that arrived in full, whatever was answered to it. */
  bodies: ParsedMail[];
  /** @param options of nodemailer, such as a short socketTimeout */
  url(options?: Record<string, string | number>, user?: string): string;
  close(): Promise<void>;
};

export async function scriptedSmtp(): Promise<ScriptedServer> {
  const bodies: ParsedMail[] = [];
  const on: ScriptedServer = { script: {}, bodies, url: () => '', close: async () => {} };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    closeTimeout: 50,
    onConnect: (session, done) => act('greeting', session, done),
    onAuth: (_auth, session, done) =>
      act('auth', session, (error) => done(error ?? null, { user: 'somebody' })),
    onMailFrom: (_address, session, done) => act('from', session, done),
    onRcptTo: (_address, session, done) => act('to', session, done),
    onData(stream, session, done) {
      simpleParser(stream).then((mail) => {
        bodies.push(mail);
        act('body', session, done);
      }, done);
    },
  });
  // A connection that is broken on purpose is no error of the test.
  server.on('error', () => {});

  function act(step: keyof Script, session: SMTPServerSession, done: (e?: Error) => void): void {
    const wanted = on.script[step] ?? 'take';
    if (wanted === 'take') done();
    else if (wanted === 'reset') socketOf(session)?.resetAndDestroy();
    else if (typeof wanted === 'number')
      done(Object.assign(new Error('so says the script'), { responseCode: wanted }));
  }

  const socketOf = (session: SMTPServerSession) =>
    [...(server.connections as Set<Connection>)].find((one) => one.id === session.id)?._socket;

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  on.url = (options = {}, user = '') => {
    const query = new URLSearchParams(
      Object.entries(options).map(([name, value]): [string, string] => [name, String(value)]),
    );
    return `smtp://${user && `${user}@`}127.0.0.1:${port}/?${query}`;
  };
  on.close = () => new Promise((resolve) => server.close(() => resolve()));
  return on;
}

/** What `smtp-server` keeps of a connection, of which its types say nothing. */
type Connection = { id: string; _socket: { resetAndDestroy(): void } };

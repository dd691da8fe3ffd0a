/** A small IMAP server on loopback, with what reading a mailbox needs: search, fetch, move, flags. */
import { type AddressInfo, createServer, type Socket } from 'node:net';

type Mail = { uid: number; raw: Buffer; flags: Set<string> };

export type ImapServer = {
  /** Mails by folder; INBOX is there from the start. */
  folders: Map<string, Mail[]>;
  put(raw: Buffer): void;
  /** What it does not do, or does badly. */
  faults: { move: boolean; password: boolean; breakAfterFetch: boolean };
  /** Every command that came, without its tag. */
  commands: string[];
  url(mailbox?: string): string;
  close(): Promise<void>;
};

export async function imapServer(): Promise<ImapServer> {
  const folders = new Map<string, Mail[]>([['INBOX', []]]);
  const faults = { move: false, password: false, breakAfterFetch: false };
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  let next = 1;

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    let selected = 'INBOX';
    let typed = '';
    const say = (line: string) => socket.write(`${line}\r\n`);
    const inbox = () => folders.get(selected) ?? [];
    say('* OK ready');
    socket.on('data', (data) => {
      typed += data.toString('latin1');
      for (let end = typed.indexOf('\r\n'); end >= 0; end = typed.indexOf('\r\n')) {
        const line = typed.slice(0, end);
        typed = typed.slice(end + 2);
        const [, tag = '', command = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
        commands.push(command.replace(/^(LOGIN|AUTHENTICATE).*/, '$1'));
        answer(tag, command);
      }
    });

    function answer(tag: string, command: string): unknown {
      const [, verb = '', rest = ''] = /^((?:UID )?\S+) ?(.*)$/.exec(command) ?? [];
      const done = (text = 'done') => say(`${tag} OK ${text}`);
      const refuse = (text: string) => say(`${tag} NO ${text}`);
      const uidsIn = (set: string) => set.split(' ')[0]?.split(',').map(Number) ?? [];
      switch (verb.toUpperCase()) {
        case 'CAPABILITY':
          say('* CAPABILITY IMAP4rev1 NAMESPACE UIDPLUS MOVE');
          return done();
        case 'NAMESPACE':
          say('* NAMESPACE (("" "/")) NIL NIL');
          return done();
        case 'LOGIN':
          return faults.password ? refuse('[AUTHENTICATIONFAILED] wrong password') : done();
        case 'SELECT': {
          selected = rest.split(' ')[0]?.replaceAll('"', '') ?? '';
          const there = folders.get(selected);
          if (!there) return refuse('[NONEXISTENT] no such mailbox');
          say('* FLAGS (\\Seen \\Deleted)');
          say('* OK [PERMANENTFLAGS (\\Seen \\Deleted \\*)] ok');
          say(`* ${there.length} EXISTS`);
          say('* OK [UIDVALIDITY 1] ok');
          say(`* OK [UIDNEXT ${next}] ok`);
          return done('[READ-WRITE] done');
        }
        case 'LIST':
        case 'LSUB':
          for (const name of folders.keys()) say(`* ${verb} () "/" "${name}"`);
          return done();
        case 'UID SEARCH': {
          const flag = /UNKEYWORD (\S+)/i.exec(rest)?.[1] ?? '';
          const found = inbox().filter(({ flags }) => !flags.has(flag));
          say(`* SEARCH ${found.map(({ uid }) => uid).join(' ')}`.trim());
          return done();
        }
        case 'UID FETCH': {
          const most = Number(/<0\.(\d+)>/.exec(rest)?.[1] ?? Number.POSITIVE_INFINITY);
          for (const uid of uidsIn(rest)) {
            const place = inbox().findIndex((mail) => mail.uid === uid);
            const raw = inbox()[place]?.raw.subarray(0, most);
            if (!raw) continue;
            socket.write(`* ${place + 1} FETCH (UID ${uid} BODY[]<0> {${raw.length}}\r\n`);
            socket.write(raw);
            say(')');
          }
          done();
          return faults.breakAfterFetch ? socket.destroySoon() : undefined;
        }
        case 'UID MOVE': {
          const target = folders.get(/"?([^"\s]+)"?$/.exec(rest)?.[1] ?? '');
          if (faults.move) return refuse('nothing may be moved here');
          if (!target) return refuse('[TRYCREATE] no such mailbox');
          for (const uid of uidsIn(rest)) {
            const place = inbox().findIndex((mail) => mail.uid === uid);
            const [mail] = inbox().splice(place, 1);
            if (!mail) continue;
            target.push(mail);
            say(`* OK [COPYUID 1 ${uid} ${uid}] moved`);
            say(`* ${place + 1} EXPUNGE`);
          }
          return done();
        }
        case 'UID STORE': {
          const flags = /\(([^)]*)\)/.exec(rest)?.[1]?.split(' ') ?? [];
          for (const uid of uidsIn(rest))
            for (const flag of flags)
              inbox()
                .find((mail) => mail.uid === uid)
                ?.flags.add(flag);
          return done();
        }
        case 'CREATE':
          if (faults.move) return refuse('nothing may be made here');
          folders.set(rest.replaceAll('"', ''), []);
          return done();
        case 'LOGOUT':
          say('* BYE');
          done();
          return socket.end();
        case 'NOOP':
        case 'SUBSCRIBE':
        case 'CLOSE':
          return done();
        default:
          return say(`${tag} BAD not known here`);
      }
    }
  });

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    folders,
    faults,
    commands,
    put(raw) {
      folders.get('INBOX')?.push({ uid: next, raw, flags: new Set() });
      next += 1;
    },
    url: (mailbox = 'INBOX') =>
      `imap://bounces:p%40ss@127.0.0.1:${port}/${encodeURIComponent(mailbox)}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

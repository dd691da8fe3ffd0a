/** A real Exim and a real Dovecot on loopback, with a configuration of their own in a temporary folder, without privileges. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../server/db/port.ts';

const PLACES = {
  exim: ['/usr/sbin/exim4', '/usr/sbin/exim', '/usr/local/sbin/exim'],
  dovecot: ['/usr/sbin/dovecot', '/usr/local/sbin/dovecot'],
};
/** Whom they run as where we are root. */
const NOBODY = { uid: 65_534, gid: 65_534, name: 'nobody', group: 'nogroup' };

export type MailServers = {
  smtpUrl: string;
  imapUrl: string;
  /** The mails in the mailbox of a name, as they lie there. */
  mailsOf(name: string, folder?: string): Promise<Buffer[]>;
  /** What the servers wrote into their logs, for when something goes wrong. */
  logs(): Promise<string>;
  /** Ends both, and removes the folder. */
  stop(): Promise<void>;
};

/** Null, with what to install, where one of the two is missing. */
export function missingServers(): string | null {
  const found = Object.values(PLACES).every((places) => places.some((path) => existsSync(path)));
  return found
    ? null
    : 'This needs Exim and Dovecot. On Debian: apt-get install --no-install-recommends exim4-daemon-light dovecot-imapd';
}

/**
 * `ministry.example` has the mailboxes alice and absent (who answers by a machine), `secretariat.example` has bounces; any
 * other name there is refused when it is given. Mail to `elsewhere.example` is taken, and refused by the server behind.
 */
export async function startMailServers(): Promise<MailServers> {
  const folder = await mkdtemp(join(tmpdir(), 'rapporteur-mail-'));
  const [smtp, behind, imap] = [await freePort(), await freePort(), await freePort()];
  const isRoot = process.getuid?.() === 0;
  const as = isRoot
    ? NOBODY
    : { ...userInfo(), name: userInfo().username, group: String(userInfo().gid) };
  for (const name of ['', 'spool', 'log', 'mail', 'run']) {
    await mkdir(join(folder, name), { recursive: true });
    if (isRoot) await chown(join(folder, name), as.uid, as.gid);
  }
  await writeFile(join(folder, 'exim.conf'), eximConfig(folder, smtp, behind, as));
  await writeFile(join(folder, 'dovecot.conf'), dovecotConfig(folder, imap, as));
  for (const name of ['exim.conf', 'dovecot.conf']) await chmod(join(folder, name), 0o644);
  const children: ChildProcess[] = [];
  const start = (places: string[], args: string[]) => {
    const path = places.find((one) => existsSync(one)) ?? '';
    const who = isRoot ? { uid: as.uid, gid: as.gid } : {};
    const child = spawn(path, args, { ...who, cwd: folder, stdio: 'ignore', env: {} });
    child.on('error', () => {});
    children.push(child);
  };
  const servers: MailServers = {
    smtpUrl: `smtp://127.0.0.1:${smtp}`,
    imapUrl: `imap://bounces:secret@127.0.0.1:${imap}/INBOX`,
    mailsOf: (name, sub = '') => mailsIn(join(folder, 'mail', name, sub)),
    async logs() {
      const names = await readdir(join(folder, 'log')).catch(() => []);
      const texts = names.map((name) => readFile(join(folder, 'log', name), 'utf8'));
      return (await Promise.all(texts)).join('\n');
    },
    async stop() {
      await Promise.all(children.map(ended));
      await rm(folder, { recursive: true, force: true });
    },
  };
  // In the foreground, so that each is our child and ends with it.
  start(PLACES.exim, ['-C', join(folder, 'exim.conf'), '-bdf', '-q5s']);
  start(PLACES.dovecot, ['-F', '-c', join(folder, 'dovecot.conf')]);
  try {
    for (const port of [smtp, behind, imap]) await greets(port);
    return servers;
  } catch (error) {
    const logs = await servers.logs();
    await servers.stop();
    throw new Error(`${(error as Error).message}\n${logs}`);
  }
}

/** A mailbox in Maildir format: one file a mail, with the line ends of Unix, which are made those of mail again. */
async function mailsIn(maildir: string): Promise<Buffer[]> {
  const found = await Promise.all(
    ['new', 'cur'].map(async (name) => {
      const names = await readdir(join(maildir, name)).catch(() => []);
      return Promise.all(
        names.map(async (one) => {
          const text = await readFile(join(maildir, name, one), 'latin1');
          return Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1');
        }),
      );
    }),
  );
  return found.flat();
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const over = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 5000);
  await over;
  clearTimeout(late);
}

/** Waits until the server on the port says its first word. */
async function greets(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const said = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' });
      const answer = (good: boolean) => {
        socket.destroy();
        resolve(good);
      };
      socket.once('data', () => answer(true));
      socket.once('error', () => answer(false));
      socket.setTimeout(2000, () => answer(false));
    });
    if (said) return;
    await sleep(100);
  }
  throw new Error(`No mail server answers on port ${port}.`);
}

type Who = { uid: number; gid: number; name: string; group: string };

const eximConfig = (folder: string, smtp: number, behind: number, who: Who) => `
primary_hostname = mail.secretariat.example
exim_user = ${who.uid}
exim_group = ${who.gid}
never_users =
deliver_drop_privilege = true
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${smtp} : ${behind}
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/exim-%s
pid_file_path = ${folder}/run/exim.pid
keep_environment =
tls_advertise_hosts =
dsn_advertise_hosts = *
host_lookup =
rfc1413_hosts =
acl_smtp_rcpt = check_recipient
qualify_domain = secretariat.example

begin acl
check_recipient:
  # The server behind: it knows nobody, and one has a full mailbox.
  deny condition = \${if and{{eq{$received_port}{${behind}}}{eq{$local_part}{full}}}}
       message = 552 5.2.2 the mailbox is full
  deny condition = \${if eq{$received_port}{${behind}}}
       message = 550 5.1.1 there is nobody with this name
  accept domains = elsewhere.example
  accept domains = ministry.example : secretariat.example
         verify = recipient
  deny message = 550 5.1.1 no such mailbox here

begin routers
behind:
  driver = manualroute
  domains = elsewhere.example
  route_list = elsewhere.example 127.0.0.1
  self = send
  transport = to_behind
absence:
  driver = accept
  domains = ministry.example
  local_parts = absent
  no_verify
  unseen
  transport = absence_notice
mailboxes:
  driver = accept
  domains = ministry.example : secretariat.example
  local_part_suffix = +*
  local_part_suffix_optional
  local_parts = alice : absent : bounces
  transport = maildir

begin transports
to_behind:
  driver = smtp
  port = ${behind}
  hosts_avoid_tls = *
  allow_localhost
maildir:
  driver = appendfile
  directory = ${folder}/mail/$local_part_data
  create_directory
  maildir_format
  envelope_to_add
  return_path_add
  delivery_date_add
absence_notice:
  driver = autoreply
  to = $sender_address
  from = absent@ministry.example
  subject = Automatic reply
  text = "I am out of the office until 15 May 2031.\\n"

begin retry
* * F,2m,5s
`;

const dovecotConfig = (folder: string, imap: number, who: Who) => `
base_dir = ${folder}/run
log_path = ${folder}/log/dovecot
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = ${who.name}
default_login_user = ${who.name}
default_internal_group = ${who.group}
first_valid_uid = 1
mail_location = maildir:${folder}/mail/%n
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=${who.uid} gid=${who.gid} home=${folder}/mail/%n
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${imap}
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
`;

/** The only file that speaks IMAP: reads the mails of a mailbox one by one and puts each away when it is done with. */
import type { ImapFlow } from 'imapflow';
import { MOST_BYTES } from './bounce.ts';
import type { Take } from './reader.ts';

/** Where mails go that were read: understood, and not. They are made when they are missing. */
const FOLDERS = { done: 'Rapporteur-done', odd: 'Rapporteur-odd' } as const;
/** For a mailbox in which nothing may be moved. */
const READ_FLAG = '$RapporteurRead';

const CONNECT_MS = 15_000;
const SILENCE_MS = 60_000;

/**
 * A mail that was read and not put away, since the line broke, is read again, which does nothing then.
 * @param url imap:// or imaps://, user and password in percent codes, the mailbox as its path (INBOX without one)
 * @param signal hangs up at once
 * @throws when the mailbox cannot be read, with words of the server for an administrator
 */
export async function readImap(url: string, take: Take, signal: AbortSignal): Promise<void> {
  const { client, mailbox } = await clientFor(new URL(url));
  // Without a listener a line that breaks would end the program; the command that waits fails as well.
  client.on('error', () => {});
  const hangUp = () => client.close();
  signal.addEventListener('abort', hangUp);
  try {
    signal.throwIfAborted();
    await client.connect();
    const lock = await client.getMailboxLock(mailbox);
    try {
      await readMailbox(client, take);
    } finally {
      lock.release();
    }
    await client.logout();
  } catch (error) {
    throw new Error(wordsOf(error), { cause: error });
  } finally {
    signal.removeEventListener('abort', hangUp);
    client.close();
  }
}

async function readMailbox(client: ImapFlow, take: Take): Promise<void> {
  const found = await client.search({ unKeyword: READ_FLAG }, { uid: true });
  if (!found) throw new Error('the server does not search the mailbox');
  for (const uid of found) {
    const mail = await client.fetchOne(
      String(uid),
      { source: { maxLength: MOST_BYTES + 1 } },
      { uid: true },
    );
    const source = mail ? mail.source : undefined;
    // Another program took it away meanwhile.
    if (!source) continue;
    const outcome = await take(source);
    if (outcome === null) return;
    await putAway(client, uid, outcome === 'odd' ? FOLDERS.odd : FOLDERS.done);
  }
}

async function putAway(client: ImapFlow, uid: number, folder: string): Promise<void> {
  const move = () => client.messageMove(String(uid), folder, { uid: true }).catch(() => false);
  if (await move()) return;
  await client.mailboxCreate(folder).catch(() => null);
  if (await move()) return;
  await client.messageFlagsAdd(String(uid), ['\\Seen', READ_FLAG], { uid: true });
}

async function clientFor(url: URL): Promise<{ client: ImapFlow; mailbox: string }> {
  // Only a server that reads a mailbox loads what it takes.
  const { ImapFlow } = await import('imapflow');
  const secure = url.protocol === 'imaps:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isHere = host === 'localhost' || host === '::1' || host.startsWith('127.');
  const client = new ImapFlow({
    host,
    port: Number(url.port) || (secure ? 993 : 143),
    secure,
    // The password goes over no line in the clear, but for a server on this machine.
    ...(secure || isHere ? {} : { doSTARTTLS: true }),
    auth: {
      user: decodeURIComponent(url.username),
      pass: decodeURIComponent(url.password),
    },
    tls: { rejectUnauthorized: url.searchParams.get('tls.rejectUnauthorized') !== 'false' },
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableAutoIdle: true,
    logger: false,
  });
  return { client, mailbox: decodeURIComponent(url.pathname.slice(1)) || 'INBOX' };
}

/** What the server said, else what the system says. */
function wordsOf(error: unknown): string {
  const { responseText, authenticationFailed, message } = (error ?? {}) as {
    responseText?: string;
    authenticationFailed?: boolean;
    message?: string;
  };
  const words = responseText ?? message ?? String(error);
  return authenticationFailed ? `the server refuses user or password: ${words}` : words;
}

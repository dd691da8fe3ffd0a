/**
 * A program: a real SMTP server on loopback that takes everything. With the name of a file it keeps a ledger there, one
 * Message-ID a line, each on the disk before the mail is acknowledged. Says its port, and ends with its parent.
 */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

const [file] = process.argv.slice(2);
const ledger = file ? openSync(file, 'a') : null;

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  disableReverseLookup: true,
  onData(stream, _session, done) {
    let head = '';
    stream.on('data', (chunk: Buffer) => {
      if (head.length < 8000) head += chunk.toString('latin1');
    });
    stream.on('end', () => {
      if (ledger !== null) {
        writeSync(ledger, `${/^Message-ID:\s*<([^@>]+)@/im.exec(head)?.[1] ?? '?'}\n`);
        fsyncSync(ledger);
      }
      done();
    });
  },
});
// Clients that are killed break off, which is no error of the server.
server.on('error', () => {});
server.listen(0, '127.0.0.1', () => {
  console.log(`listening on ${(server.server.address() as AddressInfo).port}.`);
});
process.stdin.resume();
process.stdin.on('end', () => {
  if (ledger !== null) closeSync(ledger);
  process.exit(0);
});

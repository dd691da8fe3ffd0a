/**
 * A program: a worker of the outbox, for tests that kill it. Settings as for the server; `SLOTS` and `LEASE` (in milliseconds)
 * are its two parameters. Says that it is ready, works once it is told "go", ends in order on SIGTERM and with its parent.
 */
import { readConfig } from '../../server/config.ts';
import { smtpTransport } from '../../server/mail/transport.ts';
import { mailWorker } from '../../server/mail/worker.ts';
import { openServices } from '../../server/start.ts';

const [slots = 5, leaseMs = 5000] = process.argv.slice(2).map(Number);
const { services, close } = await openServices(readConfig());
const transport = smtpTransport(services.config.smtpUrl ?? '');
const worker = mailWorker(services, transport, { slots, leaseMs });

console.log('ready.');
process.stdin.once('data', () => worker.start());
process.stdin.once('end', () => process.exit(0));
process.once('SIGTERM', async () => {
  await worker.stop();
  transport.close();
  await close();
  process.exit(0);
});

/** `npm run demo`: the server with the demonstration in it; prints where to go. */
import { bootstrapLink, createAccount } from '../server/accounts/manage.ts';
import { SYSTEM } from '../server/audit/event.ts';
import { BadSettings, readConfig } from '../server/config.ts';
import type { Services } from '../server/services.ts';
import { startServer } from '../server/start.ts';
import { loadDemo } from './demonstration.ts';

const ADMIN = 'admin@example.org';
const COMMITTEE = 'committee@example.org';

async function prepare(services: Services): Promise<void> {
  const now = services.clock();
  // Two demos that start at once on one database: one loads, the other waits for it.
  const owner = `demo ${process.pid}`;
  while (
    !(await services.leases.take('demo', owner, services.clock(), new Date(Date.now() + 60_000)))
  )
    await new Promise((resolve) => setTimeout(resolve, 300));
  try {
    for (const [email, role] of [
      [ADMIN, 'admin'],
      [COMMITTEE, 'committee'],
    ] as const)
      await createAccount(services, { email, role }, SYSTEM);
    const seconds = () => ((services.clock().getTime() - now.getTime()) / 1000).toFixed(1);
    if (await loadDemo(services)) console.log(`The demonstration was made in ${seconds()} s.`);
    else console.log('The demonstration is as you left it.');
  } finally {
    await services.leases.release('demo', owner);
  }
}

try {
  const running = await startServer(
    {
      ...readConfig(),
      logLevel: readConfig().logLevel === 'info' ? 'warn' : readConfig().logLevel,
    },
    prepare,
  );
  const { accounts } = running.services;
  const links = await Promise.all(
    [ADMIN, COMMITTEE].map(async (email) => {
      const account = await accounts.activeByEmail(email);
      return account ? bootstrapLink(running.services, account) : '(disabled)';
    }),
  );
  console.log(`
Rapporteur, with demonstration data, is at
  ${running.url}

Sign in (each link works once, for an hour):
  as administrator      ${links[0]}
  as Committee member   ${links[1]}

The outbox, with the personal links of all invited States (sign in as administrator first):
  ${running.url}/admin/outbox

Stop with Ctrl+C. The data stays in ${running.services.config.dataDir}.`);
  const stop = async () => {
    await running.stop();
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  console.error(
    error instanceof BadSettings ? `Settings: ${error.message}` : (error as Error).message,
  );
  process.exit(1);
}

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../server/db/connection.ts';
import { openEmbedded } from '../../server/db/embedded.ts';
import { isAlive, lockHolder } from '../../server/db/lock-holder.ts';

declare global {
  var stopTestServer: () => Promise<void>;
}

const PREFIX = 'rapporteur-tests-';
const settings = {
  mongodBinary: process.env['MONGOD_BINARY'] || null,
  log: { info: console.error, warn: console.error },
};

/** Starts the one MongoDB server of a test run, journal and all, and tells the suites where it is. */
export default async function setUp(): Promise<void> {
  await removeAbandoned();
  const dataDir = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const server = await openEmbedded({ ...settings, dataDir });
  await keepExpired(server.uri);
  process.env['TEST_MONGODB_URI'] = server.uri;
  globalThis.stopTestServer = async () => {
    await server.close();
    await rm(dataDir, { recursive: true });
  };
}

/**
 * MongoDB deletes once a minute, and by its own clock, what has expired. Tests live in 2023: a sign-in that was asked for in
 * the wrong second would be gone before its mail is sent.
 */
async function keepExpired(uri: string): Promise<void> {
  const connection = await connect(uri);
  await connection.getClient().db('admin').command({ setParameter: 1, ttlMonitorEnabled: false });
  await connection.close();
}

/** A test run that was killed, by Ctrl-C for one, leaves its servers behind; the next one stops them. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX) || isAlive(Number.parseInt(name.slice(PREFIX.length), 10)))
      continue;
    // What can't be removed is another user's, or being removed by another run.
    await remove(join(tmpdir(), name)).catch(() => {});
  }
}

async function remove(dataDir: string): Promise<void> {
  if (lockHolder(join(dataDir, 'database'))) {
    const server = await openEmbedded({ ...settings, dataDir });
    await server.close();
  }
  await rm(dataDir, { recursive: true });
}

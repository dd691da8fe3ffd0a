import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { isAffected } from '../../server/db/affected.ts';
import { connect, openDatabase, warnIfAffected } from '../../server/db/connection.ts';
import { findMongod, mongodCache } from '../../server/db/mongod-binary.ts';
import { freePort, isListening } from '../../server/db/port.ts';

/** A mongod as somebody else would start one: a single server with MongoDB's own settings. */
let server: ChildProcess;
let folder: string;
let uri: string;
let version: string;
const warnings: string[] = [];
const log = { info() {}, warn: (message: string) => void warnings.push(message) };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), `rapporteur-tests-${process.pid}-`));
  const explicit = process.env['MONGOD_BINARY'] || null;
  const found = await findMongod({ explicit, cacheDir: await mongodCache(folder), log });
  if (!found.ok) throw new Error(found.message);
  version = found.version;
  const port = await freePort();
  uri = `mongodb://127.0.0.1:${port}/somewhere`;
  const parameters = ['--dbpath', folder, '--port', String(port), '--nounixsocket'];
  server = spawn(found.path, parameters, { stdio: 'ignore' });
  while (!(await isListening(port))) await new Promise((resolve) => setTimeout(resolve, 50));
}, 30_000);
afterAll(async () => {
  server.kill('SIGKILL');
  await new Promise((resolve) => server.on('exit', resolve));
  await rm(folder, { recursive: true });
});

test('an affected server that accepts zlib is warned of', async () => {
  const connection = await mongoose.createConnection(uri).asPromise();
  const warning = await warnIfAffected(connection, log);
  await connection.close();
  expect(warning !== null).toBe(isAffected(version));
  expect(warnings).toEqual(warning ? [expect.stringContaining('CVE-2025-14847')] : []);
});

test('a single server, which has no transactions, is refused with what to do', async () => {
  await expect(connect(uri)).rejects.toThrow('rs.initiate()');
});

test('a MONGODB_URI that is refused starts no embedded server', async () => {
  const options = { mongodbUri: uri, dataDir: join(folder, 'none'), mongodBinary: null, log };
  await expect(openDatabase(options)).rejects.toThrow('rs.initiate()');
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { connect } from '../../server/db/connection.ts';
import { type Embedded, openEmbedded } from '../../server/db/embedded.ts';
import { lockHolder, mongodOn } from '../../server/db/lock-holder.ts';
import { DatabaseUnavailable } from '../../server/db/unavailable.ts';

jest.setTimeout(30_000);

const silent = { info() {}, warn() {} };
const mongodBinary = process.env['MONGOD_BINARY'] || null;
let dataDir: string;
let started: ChildProcess[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), `rapporteur-tests-${process.pid}-`));
});
afterEach(async () => {
  for (const child of started) child.kill('SIGKILL');
  started = [];
  await kill(lockHolder(join(dataDir, 'database'))?.pid);
  await rm(dataDir, { recursive: true, force: true });
});

test('data survives close and reopen', async () => {
  const first = await open();
  await write(first.uri, 'Angola');
  await first.close();
  expect(runs(first.pid)).toBe(false);
  const second = await open();
  expect(await read(second.uri)).toEqual(['Angola']);
  expect(second.uri).toBe(first.uri);
  await drop(second);
});

test('data survives kill -9 of mongod', async () => {
  const user = await openInProcess();
  await write(user.uri, 'Angola');
  await user.kill();
  await kill(user.pid);
  const next = await open();
  expect(next.pid).not.toBe(user.pid);
  expect(await read(next.uri)).toEqual(['Angola']);
  await drop(next);
});

test('a mongod that is killed under its users is started again, and their connections go on', async () => {
  const [first, second] = [await open(), await open()];
  const connection = await connect(first.uri);
  await connection.collection('places').insertOne({ name: 'Angola' });
  const { pid } = first;
  await kill(pid);
  while (
    !(await connection
      .collection('places')
      .findOne()
      .catch(() => null))
  )
    await pause(100);
  expect(first.pid).toBe(second.pid);
  expect(first.pid).not.toBe(pid);
  await connection.close();
  await Promise.all([first.close(), second.close()]);
  expect(lockHolder(join(dataDir, 'database'))).toBeNull();
});

test('a user that is killed leaves its mongod to the next one', async () => {
  const user = await openInProcess();
  await user.kill();
  const next = await open();
  expect(next.pid).toBe(user.pid);
  await next.close();
  expect(runs(user.pid)).toBe(false);
});

test('simultaneous starts share one server', async () => {
  const users = await Promise.all([openInProcess(), openInProcess(), openInProcess()]);
  expect(new Set(users.map((user) => user.pid)).size).toBe(1);
  expect(new Set(users.map((user) => user.uri)).size).toBe(1);
});

test('the last user stops the server and an earlier one does not', async () => {
  const first = await open();
  const second = await open();
  const { pid } = first;
  await first.close();
  await write(second.uri, 'Angola');
  expect(second.pid).toBe(pid);
  await second.close();
  expect(runs(pid)).toBe(false);
});

test('one who opens while the last user leaves gets a server that stays', async () => {
  let last = await open();
  for (const delay of [0, 20]) {
    const closed = last.close();
    await pause(delay);
    last = await open();
    await closed;
    await write(last.uri, 'Angola');
  }
  await drop(last);
});

test('a port taken by a stranger leads to another port with the data kept', async () => {
  const first = await open();
  await write(first.uri, 'Angola');
  await first.close();
  const stranger = createServer((_, response) => response.end('not MongoDB'));
  stranger.listen(portOf(first.uri), '127.0.0.1');
  await once(stranger, 'listening');
  const second = await open();
  expect(portOf(second.uri)).not.toBe(portOf(first.uri));
  expect(await read(second.uri)).toEqual(['Angola']);
  await drop(second);
  stranger.close();
});

test('files that are no database give one line that names the log', async () => {
  await (await open()).close();
  await writeFile(join(dataDir, 'database', 'WiredTiger.turtle'), 'not a database');
  const failure = await open().catch((error) => error);
  expect(failure).toBeInstanceOf(DatabaseUnavailable);
  expect(failure.message).toMatch(/^mongod ended at once.*WiredTiger.*mongod\.log$/);
});

function open() {
  return openEmbedded({ dataDir, mongodBinary, log: silent });
}

/** Ends a server that a test has no more use for, faster than in order. */
async function drop(user: Embedded): Promise<void> {
  await kill(user.pid);
  await user.close();
}

/** Opens the database in a process of its own, which stays until it is killed. */
async function openInProcess() {
  const program = `
    import { openEmbedded } from './server/db/embedded.ts';
    const log = { info() {}, warn() {} };
    const { uri, pid } = await openEmbedded({ ...${JSON.stringify({ dataDir, mongodBinary })}, log });
    console.log(JSON.stringify({ uri, pid }));
    setInterval(() => {}, 1000);`;
  const parameters = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const [line] = await once(createInterface(child.stdout), 'line');
  const { uri, pid } = JSON.parse(line) as { uri: string; pid: number };
  return {
    uri,
    pid,
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function write(uri: string, name: string): Promise<void> {
  const connection = await connect(uri);
  await connection.collection('places').insertOne({ name });
  await connection.close();
}

async function read(uri: string): Promise<string[]> {
  const connection = await connect(uri);
  const places = await connection.collection<{ name: string }>('places').find().toArray();
  await connection.close();
  return places.map(({ name }) => name);
}

async function kill(pid: number | undefined): Promise<void> {
  if (!pid || !runs(pid)) return;
  process.kill(pid, 'SIGKILL');
  while (runs(pid)) await pause(20);
}

function runs(pid: number): boolean {
  return mongodOn(join(dataDir, 'database'), pid) !== null;
}

function portOf(uri: string): number {
  return Number(new URL(uri).port);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A replica set of three members, real mongods on loopback, whose primary can be killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Document, MongoClient } from 'mongodb';
import { findMongod, mongodCache } from '../../server/db/mongod-binary.ts';
import { freePort } from './process.ts';

const NAME = 'three';
const MEMBERS = 3;
const PATIENCE_MS = 60_000;

export type ReplicaSet = {
  /** With all members, as one would write it in the settings; it names no database. */
  uri: string;
  /** Kills the primary with -9 and resolves when another one is: between which moments there was none. */
  killPrimary(): Promise<{ from: number; to: number }>;
  /** Starts again what was killed, and resolves when it follows the primary. */
  revive(): Promise<void>;
  close(): Promise<void>;
};

export async function replicaSet(): Promise<ReplicaSet> {
  const folder = mkdtempSync(join(tmpdir(), 'rapporteur-replica-'));
  const found = await findMongod({
    explicit: process.env['MONGOD_BINARY'] || null,
    cacheDir: await mongodCache(folder),
    log: { info: () => {}, warn: console.error },
  });
  if (!found.ok) throw new Error(found.message);
  const ports = await Promise.all(Array.from({ length: MEMBERS }, freePort));
  const running = new Map<number, ChildProcess>();

  function start(port: number): void {
    const dbPath = join(folder, String(port));
    mkdirSync(dbPath, { recursive: true });
    const options = ['--dbpath', dbPath, '--port', String(port), '--bind_ip', '127.0.0.1'];
    const set = ['--replSet', NAME, '--nounixsocket', '--quiet', '--oplogSize', '200'];
    const rest = ['--wiredTigerCacheSizeGB', '0.25', '--networkMessageCompressors', 'snappy,zstd'];
    if (!found.ok) return;
    running.set(port, spawn(found.path, [...options, ...set, ...rest], { stdio: 'ignore' }));
  }

  const hello = (port: number) => asked(port, { hello: 1 }).catch((): Document => ({}));
  async function until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
    const deadline = Date.now() + PATIENCE_MS;
    while (Date.now() < deadline) {
      const seen = await look();
      if (seen !== null) return seen;
      await sleep(20);
    }
    throw new Error(`the replica set has ${what} after ${PATIENCE_MS / 1000} s`);
  }
  const primary = () =>
    until('no primary', async () => {
      const all = await Promise.all(
        [...running.keys()].map(async (port) => [port, await hello(port)] as const),
      );
      return all.find(([, said]) => said['isWritablePrimary'])?.[0] ?? null;
    });
  const follows = (port: number) =>
    until('a member that does not follow', async () => {
      const { secondary, isWritablePrimary } = await hello(port);
      return secondary || isWritablePrimary ? true : null;
    });

  for (const port of ports) start(port);
  await until('members that do not listen', async () =>
    (await Promise.all(ports.map(hello))).every((said) => said['ok']) ? true : null,
  );
  const members = ports.map((port, _id) => ({ _id, host: `127.0.0.1:${port}` }));
  await asked(ports[0] as number, { replSetInitiate: { _id: NAME, members } });
  await primary();
  await Promise.all(ports.map(follows));

  return {
    uri: `mongodb://${members.map(({ host }) => host).join(',')}/?replicaSet=${NAME}`,
    async killPrimary() {
      const port = await primary();
      const victim = running.get(port);
      running.delete(port);
      const from = performance.now();
      victim?.kill('SIGKILL');
      await primary();
      return { from, to: performance.now() };
    },
    async revive() {
      const dead = ports.filter((port) => !running.has(port));
      for (const port of dead) start(port);
      await Promise.all(dead.map(follows));
    },
    async close() {
      const ended = [...running.values()].map(
        (one) => new Promise((resolve) => one.once('exit', resolve)),
      );
      for (const one of running.values()) one.kill('SIGKILL');
      await Promise.all(ended);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function asked(port: number, command: Document): Promise<Document> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: 1000,
    connectTimeoutMS: 1000,
  });
  try {
    return await client.db('admin').command(command);
  } finally {
    await client.close();
  }
}

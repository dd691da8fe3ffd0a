/** The driver would wait for ever for a socket that is gone: whoever asks hears of it instead. */

import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Connection } from 'mongoose';
import { connect } from '../../server/db/connection.ts';
import { testDatabase } from '../support/database.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
let connection: Connection;
beforeAll(async () => {
  database = await testDatabase();
  connection = await connect(database.uri);
});
afterAll(async () => {
  await connection.close();
  await database.close();
});

type Pools = {
  topology: {
    s: { servers: Map<string, { pool: { connections: Iterable<{ socket: Socket }> } }> };
  };
};

/** As when the server ends and the driver has not heard of it yet. */
function closeIdleSockets(): number {
  const { servers } = (connection.getClient() as unknown as Pools).topology.s;
  const sockets = [...servers.values()].flatMap(({ pool }) =>
    [...pool.connections].map(({ socket }) => socket),
  );
  for (const socket of sockets) socket.destroy();
  return sockets.length;
}

it('a read and a write on a socket that has just closed are tried again on another one', async () => {
  const things = connection.collection<{ _id: string; n?: number }>('things');
  await things.insertOne({ _id: 'one' });
  expect(closeIdleSockets()).toBeGreaterThan(0);
  expect(await things.findOne({ _id: 'one' })).toEqual({ _id: 'one' });
  closeIdleSockets();
  await things.updateOne({ _id: 'one' }, { $set: { n: 1 } });
  expect(await things.findOne({ _id: 'one' })).toEqual({ _id: 'one', n: 1 });
}, 20_000);

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { isAffected } from '../../server/db/affected.ts';
import {
  connect,
  TransactionExpired,
  warnIfAffected,
  withTransaction,
} from '../../server/db/connection.ts';
import { DatabaseUnavailable } from '../../server/db/unavailable.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test('an acknowledged write is on the disk of a majority', () => {
  const { writeConcern, readConcern, retryWrites } = database.connection.getClient().options;
  expect(writeConcern).toMatchObject({ w: 'majority', journal: true });
  expect(readConcern?.level).toBe('majority');
  expect(retryWrites).toBe(true);
});

test('the database is the one that the address names', () => {
  expect(database.connection.name).toBe(database.name);
});

test('a filter with an operator from a form finds nothing, and an unknown field is refused', async () => {
  const model = database.connection.model('Filtered', new mongoose.Schema({ name: String }));
  await model.create({ name: 'Angola' });
  const typed: unknown = { $ne: null };
  await expect(model.findOne({ name: typed as string })).rejects.toThrow();
  await expect(model.findOne({ nmae: 'Angola' } as object)).rejects.toThrow('nmae');
  await expect(model.create({ nmae: 'Angola' } as object)).rejects.toThrow('nmae');
});

test('an address where nobody listens gives one line without the password', async () => {
  const failure = await connect('mongodb://somebody:secret@127.0.0.1:1/?tls=false', 200).catch(
    (error) => error,
  );
  expect(failure).toBeInstanceOf(DatabaseUnavailable);
  expect(failure.message).toContain('127.0.0.1:1');
  expect(failure.message).not.toMatch(/secret|\n/);
});

test('a transaction writes all or nothing', async () => {
  const places = database.connection.collection('places');
  await database.connection.createCollection('places');
  await withTransaction(database.connection, async (session) => {
    await places.insertOne({ name: 'Angola' }, { session });
    await places.insertOne({ name: 'Cambodia' }, { session });
  });
  const refused = withTransaction(database.connection, async (session) => {
    await places.insertOne({ name: 'Chad' }, { session });
    throw new Error('changed my mind');
  });
  await expect(refused).rejects.toThrow('changed my mind');
  expect(await places.countDocuments()).toBe(2);
});

test('of two transactions on one record the slower runs again', async () => {
  const counters = database.connection.collection<{ _id: string; n: number }>('counters');
  await counters.insertOne({ _id: 'a', n: 0 });
  const add = () =>
    withTransaction(database.connection, async (session) => {
      const found = await counters.findOne({ _id: 'a' }, { session });
      await counters.updateOne({ _id: 'a' }, { $set: { n: (found?.n ?? 0) + 1 } }, { session });
    });
  await Promise.all([add(), add(), add(), add()]);
  expect((await counters.findOne({ _id: 'a' }))?.n).toBe(4);
});

test('a transaction that takes too long is given up and leaves nothing', async () => {
  const slow = database.connection.collection('slow');
  await database.connection.createCollection('slow');
  let ended = false;
  const outcome = withTransaction(
    database.connection,
    async (session) => {
      await slow.insertOne({ name: 'Angola' }, { session });
      await new Promise((resolve) => setTimeout(resolve, 400));
      ended = true;
    },
    200,
  );
  await expect(outcome).rejects.toThrow(TransactionExpired);
  while (!ended) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await slow.countDocuments()).toBe(0);
});

test.each([
  ['4.4.29', true],
  ['5.0.31', true],
  ['5.0.32', false],
  ['6.0.5', true],
  ['6.0.26', true],
  ['6.0.27', false],
  ['6.3.2', true],
  ['7.0.27', true],
  ['7.0.28', false],
  ['8.0.16', true],
  ['8.0.17', false],
  ['8.1.0', true],
  ['8.2.2', true],
  ['8.2.3', false],
  ['8.3.0', false],
  ['9.0.0', false],
])('MongoDB %s is affected by CVE-2025-14847: %s', (version, affected) => {
  expect(isAffected(version)).toBe(affected);
});

test('the embedded server, which has zlib off, is not warned of', async () => {
  const { log, warnings } = listener();
  expect(await warnIfAffected(database.connection, log)).toBeNull();
  expect(warnings).toEqual([]);
});

function listener() {
  const warnings: string[] = [];
  return { warnings, log: { info() {}, warn: (message: string) => void warnings.push(message) } };
}

import { randomBytes } from 'node:crypto';
import type { Connection } from 'mongoose';
import { connect } from '../../server/db/connection.ts';

export type TestDatabase = {
  connection: Connection;
  name: string;
  /** Of this database, for a program that a test starts. */
  uri: string;
  /** Drops the database and disconnects. */
  close(): Promise<void>;
};

/**
 * A database of a suite's own on the server of the test run (or on another), empty and without indexes. Open it in `beforeAll` and close
 * it in `afterAll`.
 */
export async function testDatabase(
  server = process.env['TEST_MONGODB_URI'] as string,
): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  // Not by `URL`, which knows one host only.
  const uri = server.replace(/^([^:]+:\/\/[^/?]+)(\/[^?]*)?/, `$1/${name}`);
  const connection = await connect(uri);
  return {
    connection,
    name,
    uri,
    async close() {
      await connection.dropDatabase();
      await connection.close();
    },
  };
}

/** Everything that is in a database, as text, so that a test can compare two moments or search for what must not be there. */
import { BSON } from 'mongodb';
import type { Connection } from 'mongoose';

/** Each collection's records in the order of their ids, as extended JSON; bytes also as the text that they are. */
export async function dump(
  connection: Connection,
  { without = [] }: { without?: string[] } = {},
): Promise<Record<string, string[]>> {
  const db = connection.getClient().db(connection.name);
  const names = (await db.listCollections({}, { nameOnly: true }).toArray())
    .map((one) => one.name)
    .filter((name) => !without.includes(name))
    .sort();
  const entries = names.map(async (name) => {
    const records = await db.collection(name).find().sort({ _id: 1 }).toArray();
    return [name, records.map(asText)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function asText(record: object): string {
  const text = BSON.EJSON.stringify(record, { relaxed: false });
  const bytes = [...text.matchAll(/"base64":"([^"]*)"/g)].map(([, code = '']) =>
    Buffer.from(code, 'base64').toString('latin1'),
  );
  return [text, ...bytes].join('\n');
}

/** The CSV of a round over HTTP, beside a cursor that is written out by hand; and the memory of a server that writes a large one. */
import { createHash } from 'node:crypto';
import { get, type IncomingMessage, request } from 'node:http';
import { type TestApp, testApp } from '../support/app.ts';
import { formTokenAt, ownServer, residentMegabytes, signedInAt } from '../support/own-server.ts';
import { run } from '../support/process.ts';
import { largeRound } from './large-round.ts';
import { type Figure, inTurns, median, perSecond } from './measure.ts';

const SIZES = { small: { rows: 500, rounds: 2 }, full: { rows: 100_000, rounds: 5 } };

export async function csvRow(size: keyof typeof SIZES): Promise<Figure> {
  const { rows, rounds } = SIZES[size];
  const on = await testApp({ logLevel: 'silent' });
  const round = await largeRound(on, rows);
  const server = await ownServer(on);
  const bare = run(
    'test/bench/bare-csv-server.ts',
    [],
    { MONGODB_URI: on.databaseUri, NODE_ENV: 'production' },
    { stdin: 'pipe' },
  );
  const port = /listening on (\d+)/.exec(await bare.says('listening on'))?.[1];
  try {
    on.setTime(new Date().toISOString());
    const ours = await downloadOf(on, server.url, round._id);
    const byHand = () => taken(get(`http://127.0.0.1:${port}/${round._id}/answers.csv`));
    if ((await ours()) !== (await byHand())) throw new Error('the two files are not the same');
    const sides = { bare: () => perSecond(rows, byHand), ours: () => perSecond(rows, ours) };
    const scale = `${rows} rows, ${rounds} times`;
    return { row: 'csv', size, scale, unit: 'rows/s', ...(await inTurns(sides, rounds)) };
  } finally {
    bare.child.stdin?.end();
    await Promise.all([server.stop(), bare.ended]);
    await on.close();
  }
}

const MEMORY = {
  small: { few: 200, many: 1000, tries: 1 },
  full: { few: 10_000, many: 1_000_000, tries: 1 },
};

/** "Bare" is the most that a server ever held with few rows, ours the same with many: ten thousand and a million in the full size. */
export async function csvMemoryRow(size: keyof typeof MEMORY): Promise<Figure> {
  const { few, many, tries } = MEMORY[size];
  const held = await mostHeld(few, tries);
  const heldWithMany = await mostHeld(many, tries);
  const ratios = held.flatMap((one) => heldWithMany.map((other) => one / other));
  return {
    row: 'csv-memory',
    size,
    scale: `${few} beside ${many} rows`,
    unit: 'MB',
    bare: Math.round(median(held)),
    ours: Math.round(median(heldWithMany)),
    ratio: Number((median(held) / median(heldWithMany)).toFixed(2)),
    spread: [Number(Math.min(...ratios).toFixed(2)), Number(Math.max(...ratios).toFixed(2))],
  };
}

/** A fresh server for each try. */
async function mostHeld(rows: number, tries: number): Promise<number[]> {
  const on = await testApp({ logLevel: 'silent' });
  try {
    const round = await largeRound(on, rows);
    // As if they had come over months: an export reads no columns, and a million to be folded at once is other work.
    await on.services.connection.collection('responses').updateMany({}, { $set: { folded: true } });
    const held: number[] = [];
    for (let n = 0; n < tries; n += 1) {
      on.setTime(new Date().toISOString());
      const server = await ownServer(on);
      try {
        await (await downloadOf(on, server.url, round._id))();
        held.push((await residentMegabytes(server.program.child.pid as number)).most);
      } finally {
        await server.stop();
      }
    }
    return held;
  } finally {
    await on.close();
  }
}

/** As a browser would: signed in, with the form of a page. */
async function downloadOf(on: TestApp, url: string, round: string) {
  const cookie = await signedInAt(on, url, 'admin');
  const token = await formTokenAt(`${url}/admin/rounds`, cookie);
  const body = new URLSearchParams({ token }).toString();
  return () => {
    const asked = request(`${url}/results/${round}/exports/csv`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
    });
    asked.end(body);
    return taken(asked);
  };
}

/** The file's SHA-256; it is read to the end and kept nowhere. */
async function taken(asked: ReturnType<typeof get>): Promise<string> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.once('response', resolve).once('error', reject);
  });
  if (answer.statusCode !== 200) throw new Error(`the file was answered with ${answer.statusCode}`);
  const hash = createHash('sha256');
  for await (const piece of answer) hash.update(piece);
  return hash.digest('hex');
}

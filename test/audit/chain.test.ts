/** The chain over the audit: whatever is changed, taken out, moved or cut off afterwards is found. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { canonical } from '../../server/audit/chain.ts';
import { chainer } from '../../server/audit/chainer.ts';
import { SYSTEM } from '../../server/audit/event.ts';
import { type TestApp, testApp } from '../support/app.ts';

jest.setTimeout(30_000);

const ROWS = 300;
/** The first, the last, and some between. */
const PLACES = [1, 2, 3, 57, 111, 149, 150, 151, 222, 298, 299, 300];

let on: TestApp;
const audit = () => on.services.connection.collection('audit');
const verify = () => on.services.audit.verify();

const record = (count: number, from = 0) =>
  Promise.all(
    Array.from({ length: count }, (_, place) =>
      on.services.audit.record(
        {
          actor: { kind: 'account', id: `actor-${place % 7}` },
          event: `thing.${place % 3 ? 'changed' : 'made'}`,
          subject: { kind: 'thing', id: `thing-${from + place}` },
          details: { from: 'received', to: 'confirmed', b: { z: 1, a: [1, 2] } },
        },
        new Date(Date.UTC(2023, 4, 2) + (from + place) * 1000),
      ),
    ),
  );

beforeAll(async () => {
  on = await testApp();
  await record(ROWS);
  await chainer(on.services).catchUp();
});
beforeEach(async () => {
  // The clock stands still, so the lease of the test before would last for ever.
  await on.services.connection.collection('leases').deleteMany({});
});
afterAll(() => on.close());

type Row = Record<string, unknown> & { _id: never; n: number };
const rowAt = async (n: number) => (await audit().findOne({ n })) as unknown as Row;

/** Does harm to a row, looks what the verification says, and puts everything back. */
async function afterHarm(harm: () => Promise<unknown>) {
  const heads = on.services.connection.collection('auditHead');
  const [rows, ends] = [await audit().find().toArray(), await heads.find().toArray()];
  await harm();
  const found = await verify();
  await audit().deleteMany({});
  await audit().insertMany(rows);
  await heads.deleteMany({});
  await heads.insertMany(ends);
  return found;
}

describe('the chain', () => {
  it('holds over some hundred rows, numbered from one', async () => {
    expect(await verify()).toMatchObject({ ok: true, rows: ROWS, unchained: 0 });
    const last = await rowAt(ROWS);
    expect(await verify()).toMatchObject({ head: last['hash'] });
  });

  const CHANGES: [what: string, change: object][] = [
    ['event', { event: 'thing.forged' }],
    ['actor', { 'actor.id': 'somebody-else' }],
    ['kind of actor', { 'actor.kind': 'system' }],
    ['subject', { 'subject.id': 'another' }],
    ['time', { at: new Date(0) }],
    ['detail', { 'details.to': 'received' }],
    ['deep detail', { 'details.b.a': [2, 1] }],
    ['added detail', { 'details.more': 'more' }],
    ['hash', { hash: '0'.repeat(64) }],
  ];
  it.each(CHANGES)('breaks at the row whose %s was changed', async (_what, change) => {
    for (const place of PLACES.slice(0, 6)) {
      const found = await afterHarm(() => audit().updateOne({ n: place }, { $set: change }));
      expect(found).toMatchObject({ ok: false, brokenAt: place });
    }
  });

  it('breaks where a row was taken out, the first and the last included', async () => {
    for (const place of PLACES) {
      const found = await afterHarm(() => audit().deleteOne({ n: place }));
      expect([place, found.ok]).toEqual([place, false]);
      expect(found).toMatchObject({ brokenAt: place });
    }
  });

  it('breaks where a row was taken out and the numbers were closed up', async () => {
    for (const place of PLACES.slice(0, -1)) {
      const found = await afterHarm(async () => {
        await audit().deleteOne({ n: place });
        await audit().updateMany({ n: { $gt: place } }, { $inc: { n: -1 } });
      });
      expect(found).toMatchObject({ ok: false, brokenAt: place });
    }
  });

  it('breaks where two rows changed places', async () => {
    for (const place of PLACES.slice(0, -1)) {
      const found = await afterHarm(async () => {
        const [one, two] = [await rowAt(place), await rowAt(place + 1)];
        await audit().updateOne({ _id: one._id }, { $set: { n: place + 1 } });
        await audit().updateOne({ _id: two._id }, { $set: { n: place } });
      });
      expect(found).toMatchObject({ ok: false, brokenAt: place });
    }
  });

  it('breaks where a row was put in between', async () => {
    const found = await afterHarm(async () => {
      const row = await rowAt(100);
      await audit().updateMany({ n: { $gte: 100 } }, { $inc: { n: 1 } });
      await audit().insertOne({ ...row, _id: 'forged' as never, n: 100 });
    });
    expect(found).toMatchObject({ ok: false });
  });

  it('breaks when its end was cut off, by one row or by all', async () => {
    for (const left of [299, 290, 150, 1, 0]) {
      const found = await afterHarm(() => audit().deleteMany({ n: { $gt: left } }));
      expect(found).toMatchObject({
        ok: false,
        reason: `the chain ended at row ${ROWS} and now ends at row ${left}`,
      });
    }
  });

  it('breaks when the note of its end is gone', async () => {
    const heads = on.services.connection.collection('auditHead');
    expect(await afterHarm(() => heads.deleteMany({}))).toMatchObject({ ok: false });
  });

  it('holds again when everything is as it was', async () => {
    expect(await verify()).toMatchObject({ ok: true, rows: ROWS });
  });
});

describe('rows that are not in the chain yet', () => {
  it('are counted and said, and chained by the next run', async () => {
    await record(3, ROWS);
    expect(await verify()).toMatchObject({ ok: true, rows: ROWS, unchained: 3 });
    await chainer(on.services).catchUp();
    expect(await verify()).toMatchObject({ ok: true, rows: ROWS + 3, unchained: 0 });
  });
});

describe('two that chain at the same moment', () => {
  const unbroken = async () => {
    const found = await verify();
    const numbers = (await audit().find().sort({ n: 1 }).toArray()).map((row) => row['n']);
    expect(numbers).toEqual(numbers.map((_, place) => place + 1));
    expect(found).toMatchObject({ ok: true, rows: numbers.length, unchained: 0 });
  };

  it('do not fork the chain: only one holds the lease', async () => {
    await record(200, 1000);
    await Promise.all(Array.from({ length: 5 }, () => chainer(on.services).catchUp()));
    await unbroken();
  });

  it('do not fork it without the lease either, while rows keep coming', async () => {
    const coming = record(100, 2000);
    await Promise.all(Array.from({ length: 4 }, () => on.services.audit.chain(25)));
    await coming;
    while ((await on.services.audit.chain(60)) > 0);
    await unbroken();
  });

  it('renew the lease before each batch, so that a long tail is not cut short by another', async () => {
    const taken: number[] = [];
    const { take } = on.services.leases;
    on.services.leases.take = (...lease) => {
      taken.push(1);
      return take(...lease);
    };
    await record(503, 3000);
    await chainer(on.services).catchUp();
    on.services.leases.take = take;
    // Once for a batch of five hundred, once for the rest.
    expect(taken).toHaveLength(2);
    await unbroken();
  });
});

describe('a chainer that runs', () => {
  it('chains by itself, and gives the lease back when it stops', async () => {
    const running = chainer(on.services);
    await record(1, 4000);
    running.start();
    for (let tries = 0; tries < 200 && (await audit().countDocuments({ n: null })) > 0; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    await running.stop();
    expect(await verify()).toMatchObject({ ok: true, unchained: 0 });
    expect(await on.services.connection.collection('leases').countDocuments()).toBe(0);
  });
});

describe('equal content', () => {
  it('gives equal text whatever the order of its keys, and other content another', () => {
    expect(canonical({ b: 1, a: { d: [1, { y: 1, x: 2 }], c: null } })).toBe(
      '{"a":{"c":null,"d":[1,{"x":2,"y":1}]},"b":1}',
    );
    expect(canonical({ a: [1, 2] })).not.toBe(canonical({ a: [2, 1] }));
    expect(canonical({ actor: SYSTEM })).toBe('{"actor":{"id":"system","kind":"system"}}');
  });
});

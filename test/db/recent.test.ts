import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { withTransaction } from '../../server/db/connection.ts';
import { type Recent, recent } from '../../server/db/recent.ts';
import { testDatabase } from '../support/database.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
let stored = 'first';
let reads = 0;
let words: Recent<string>;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  [stored, reads] = ['first', 0];
  words = recent(async (key) => {
    reads += 1;
    if (stored === '') throw new Error('away');
    return `${stored} ${key}`;
  }, 100);
});

describe('what was read lately', () => {
  it('is not read again within its time, also not by those who ask at once', async () => {
    expect(await Promise.all([words.get('a'), words.get('a'), words.get('b')])).toEqual([
      'first a',
      'first a',
      'first b',
    ]);
    stored = 'second';
    expect([await words.get('a'), reads]).toEqual(['first a', 2]);
  });

  it('is read again after it', async () => {
    await words.get('a');
    stored = 'second';
    await sleep(110);
    expect(await words.get('a')).toBe('second a');
  });

  it('is forgotten when this process has written', async () => {
    await words.get('a');
    await withTransaction(database.connection, async (session) => {
      words.forgetAfter(session);
      stored = 'second';
      expect(await words.get('a')).toBe('first a');
    });
    expect(await words.get('a')).toBe('second a');
  });

  it('is no failure that somebody else had', async () => {
    stored = '';
    await expect(words.get('a')).rejects.toThrow('away');
    stored = 'second';
    expect(await words.get('a')).toBe('second a');
  });
});

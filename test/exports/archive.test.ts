/** A workbook is written while its rows are read: nothing is held that was not asked for, and the bytes are right. */
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { Cell } from '../../server/exports/table.ts';
import { workbookFile } from '../../server/exports/workbook.ts';
import { zipped } from '../../server/exports/zip.ts';
import { sheetsIn } from '../support/taken.ts';
import { readWord } from '../support/word.ts';

const ABOUT = { title: 'A title', description: '', at: new Date('2023-05-02T08:00:00Z') };
async function whole(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

describe('an archive', () => {
  it('has each entry whole, whatever pieces it came in and however small it is', async () => {
    const entries = [
      { name: 'empty.txt', content: [] },
      { name: 'é/中.txt', content: ['one ', 'two ', '中文'] },
      { name: 'large.txt', content: Array.from({ length: 2000 }, (_, at) => `line ${at}\n`) },
    ];
    const { parts } = readWord(await whole(zipped(entries)));
    expect([...parts]).toEqual(entries.map(({ name, content }) => [name, content.join('')]));
  });

  it('fails as its contents fail', async () => {
    async function* broken() {
      yield 'begun';
      throw new Error('the database went away');
    }
    await expect(whole(zipped([{ name: 'a', content: broken() }]))).rejects.toThrow('went away');
  });
});

describe('a workbook of many rows', () => {
  const ROWS = 200_000;
  const made = { rows: 0, ended: false };
  async function* rows(): AsyncGenerator<Cell[]> {
    made.rows = 0;
    made.ended = false;
    try {
      for (let at = 1; at <= ROWS; at += 1) {
        made.rows = at;
        yield [at, `Row ${at}`, Math.sin(at)];
      }
    } finally {
      made.ended = true;
    }
  }
  const sheet = () => ({ name: 'many', header: ['n', 'text', 'sine'], rows: rows() });

  it('asks for rows only as its reader takes them, and for none when nobody reads on', async () => {
    const file = workbookFile([sheet()], ABOUT);
    let bytes = 0;
    while (bytes < 10_000) bytes += (await file.next()).value.length;
    for (let turns = 0; turns < 200; turns += 1) await setImmediate();
    expect(made.rows).toBeGreaterThan(0);
    expect(made.rows).toBeLessThan(ROWS / 10);
    await file.return(undefined);
    for (let turns = 0; turns < 50 && !made.ended; turns += 1) await setImmediate();
    expect(made.ended).toBe(true);
  });

  it('lets the program do other things between', async () => {
    let turns = 0;
    let done = false;
    const others = (async () => {
      while (!done) {
        await setImmediate();
        turns += 1;
      }
    })();
    async function* few(): AsyncGenerator<Cell[]> {
      for (let at = 0; at < 5000; at += 1) yield [at, 'x'.repeat(200)];
    }
    await whole(workbookFile([{ name: 'few', header: ['a', 'b'], rows: few() }], ABOUT));
    done = true;
    await others;
    // A megabyte in pieces of 64 KiB.
    expect(turns).toBeGreaterThan(15);
  });

  it('has places for columns beyond Z, and no cell where there is nothing', async () => {
    const header = Array.from({ length: 800 }, (_, at) => `c${at}`);
    const row = header.map((_, at): Cell => (at % 2 ? null : at));
    const file = await whole(workbookFile([{ name: 'wide', header, rows: [row] }], ABOUT));
    const [, read = []] = (await sheetsIn(file)).get('wide') ?? [];
    expect(header.map((_, at) => read[at] ?? null)).toEqual(row);
    const xml = readWord(file).parts.get('xl/worksheets/sheet1.xml') ?? '';
    expect(xml).toContain('<c r="ADS2"');
    expect(xml).not.toContain('<c r="B2"');
  });
});

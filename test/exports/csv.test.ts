/** Cells on their way into a spreadsheet: read back as they were, and never as a formula. */
import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvLine, guarded } from '../../server/exports/csv.ts';
import type { Cell } from '../../server/exports/table.ts';

// The same cases in each run, so that CI fails for a change and not by chance; SEED tries others.
fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 20230501) });

const readBack = (line: string): string[] => (parse(line, { bom: true }) as string[][])[0] ?? [];

describe('a text that a spreadsheet would take for a formula', () => {
  it.each([
    '=1+1',
    '=HYPERLINK("http://example.org","click")',
    '+41 22 000 00 00',
    '-5',
    '- first point',
    '@SUM(A1:A9)',
    '|calc',
    '%0A=1',
    '\t=1+1',
    '\r=1+1',
    '\n=1+1',
    '\tonly a tab',
    ' =1+1',
    '\u00a0=1+1',
    '\u200b=1+1',
    '\ufeff=1+1',
    '\u202e=1+1',
    '\u0000=1+1',
    '＝1+1',
    '＋1',
    '－1',
    '＠SUM(A1)',
  ])('%j gets an apostrophe in front', (text) => {
    const [cell = ''] = readBack(csvLine([text]));
    expect(cell).toBe(`'${text.replaceAll('\u0000', '')}`);
  });

  it.each(['Plain words', '5 - 3 = 2', 'a=b', "'quoted'", 'الجزائر', '中文', '100%', 'é, à', ''])(
    '%j stays as it is',
    (text) => expect(guarded(text)).toBe(text),
  );

  it('whatever the text is, no cell begins with such a sign', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(guarded(text)).not.toMatch(/^(?:\s*[=+\-@]|[\t\r])/);
      }),
    );
  });
});

describe('a number', () => {
  it.each([
    [-5, '-5'],
    [-0.25, '-0.25'],
    [0, '0'],
    [48_000_000, '48000000'],
    [1.5, '1.5'],
  ])('%d stays a number', (number, expected) => {
    expect(csvLine([number])).toBe(`${expected}\r\n`);
  });
});

describe('a line', () => {
  it('comes back cell by cell, with its quotes, commas, line breaks and scripts', () => {
    const texts = [
      'say "yes"',
      'one, two; three',
      'first\nsecond',
      'first\r\nsecond',
      'ألف، باء',
      '""',
    ];
    expect(readBack(csvLine(texts))).toEqual(texts);
  });

  it('tells nothing from an empty text only by the quotes', () => {
    expect(csvLine([null, '', 0])).toBe(',"",0\r\n');
  });

  it('comes back whatever is in it', () => {
    const cell: fc.Arbitrary<Cell> = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.integer(),
      fc.constant(null),
    );
    fc.assert(
      fc.property(fc.array(cell, { minLength: 2 }), (cells) => {
        const shown = (one: Cell) => (typeof one === 'string' ? guarded(one) : String(one ?? ''));
        expect(readBack(csvLine(cells))).toEqual(cells.map(shown));
      }),
    );
  });
});

/** The tables of a paper in Word: right to left where the paper is, heads repeated on each page, rows never torn. */
import { type Paragraph, Table, TableCell, TableLayoutType, TableRow, WidthType } from 'docx';
import type { Body } from './body.ts';
import { TEXT_WIDTH } from './word-styles.ts';
import type { WordText } from './word-text.ts';

type TableBody = Extract<Body, { kind: 'table' }>;
const MARK = /^[○●☐☒]$/;

export function wordTables(text: WordText, rightToLeft: boolean) {
  const table = (style: string, widths: number[], rows: TableRow[]) =>
    new Table({
      style,
      rows,
      columnWidths: widths,
      layout: TableLayoutType.FIXED,
      width: { size: widths.reduce((sum, width) => sum + width, 0), type: WidthType.DXA },
      ...(rightToLeft ? { visuallyRightToLeft: true } : {}),
    });
  const cell = (children: Paragraph[], width: number) =>
    new TableCell({ children, width: { size: width, type: WidthType.DXA } });

  return {
    matrix({ columns, rows }: TableBody): Table {
      const narrow = columns.length > 4;
      // The first column holds words, the others a mark or a figure.
      const first = Math.round(TEXT_WIDTH * (narrow ? 0.24 : 0.36));
      const each = Math.floor((TEXT_WIDTH - first) / columns.length);
      const head = new TableRow({
        tableHeader: true,
        cantSplit: true,
        children: [
          cell([text.line('CellHead', '')], first),
          ...columns.map((column) =>
            cell([text.line(narrow ? 'CellHeadSmall' : 'CellHead', column)], each),
          ),
        ],
      });
      const body = rows.map(
        (row) =>
          new TableRow({
            cantSplit: true,
            children: [
              cell([text.line('Cell', row.label)], first),
              ...row.cells.map((one) =>
                cell(
                  MARK.test(one)
                    ? [text.line('CellMark', [{ text: one, style: 'Mark' }])]
                    : text.written('Cell', one),
                  each,
                ),
              ),
            ],
          }),
      );
      return table('Lined', [first, ...columns.map(() => each)], [head, ...body]);
    },

    /** A long list in columns, read down each. */
    columns(paragraphs: Paragraph[], count: number): Table {
      const width = Math.floor(TEXT_WIDTH / count);
      const deep = Math.ceil(paragraphs.length / count);
      const parts = Array.from({ length: count }, (_, place) =>
        paragraphs.slice(place * deep, (place + 1) * deep),
      );
      const cells = parts.map((part) =>
        cell(part.length > 0 ? part : [text.line('Choice', '')], width),
      );
      return table(
        'Plain',
        parts.map(() => width),
        [new TableRow({ cantSplit: true, children: cells })],
      );
    },

    /** Words beside what they are about. */
    facts(facts: { label: string; text: string }[]): Table {
      const widths = [Math.round(TEXT_WIDTH * 0.28), Math.round(TEXT_WIDTH * 0.72)] as const;
      return table(
        'Lined',
        [...widths],
        facts.map(
          ({ label, text: said }) =>
            new TableRow({
              cantSplit: true,
              children: [
                cell([text.line('CellHead', label)], widths[0]),
                cell([text.line('Cell', said)], widths[1]),
              ],
            }),
        ),
      );
    },
  };
}

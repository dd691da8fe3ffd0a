/** The Committee's paper as a Word file that can be worked on: real headings, numbering, tables and captions. */
import {
  type FileChild,
  ImageRun,
  Paragraph,
  SimpleField,
  Tab,
  Table,
  TableCell,
  TableLayoutType,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';
import type { DrawnBlock, DrawnReport } from './report-file.ts';
import { wordDocument } from './word-document.ts';
import { NUMBERS, REPORT_NUMBERING, reportStyles } from './word-report-styles.ts';
import { TEXT_WIDTH } from './word-styles.ts';
import { wordText } from './word-text.ts';

/** The largest picture, in pixels of which 96 are an inch: between the margins, and with room for its caption. */
const PICTURE = { width: 540, height: 800 };

const ROMAN = ['', 'I', 'II', 'III', 'IV', 'V'];

export function wordReport(report: DrawnReport): Promise<Buffer> {
  const rightToLeft = report.direction === 'rtl';
  const { line, run } = wordText(report.direction);
  const bidi = rightToLeft ? { bidirectional: true } : {};
  const rtl = rightToLeft ? { rightToLeft: true } : {};
  const counts = { table: 0, chart: 0, annex: 0 };

  const numbered = (
    style: string,
    reference: string,
    level: number,
    text: string,
    joined = false,
  ) =>
    new Paragraph({
      style,
      ...bidi,
      numbering: { reference, level },
      ...(joined ? { keepNext: true } : {}),
      children: [run({ text }, report.direction)],
    });

  /** "Table 3. …", the number being a field that counts by itself. */
  function caption(kind: 'table' | 'chart', text: string): Paragraph {
    counts[kind] += 1;
    const name = kind === 'table' ? 'Table' : 'Figure';
    return new Paragraph({
      style: 'Caption',
      ...bidi,
      children: [
        run({ text: `${report.labels[kind]} ` }, report.direction),
        new SimpleField(`SEQ ${name} \\* ARABIC`, String(counts[kind])),
        run({ text: `. ${text}` }, report.direction),
      ],
    });
  }

  /** Numbered by a field and not as a list: LibreOffice sets the label of a list from right to left outside the page. */
  function annexHeading(heading: string): Paragraph {
    const [before, after] = report.annex;
    counts.annex += 1;
    return new Paragraph({
      style: 'AnnexHeading',
      ...bidi,
      children: [
        run({ text: before }, report.direction),
        new SimpleField('SEQ Annex \\* ROMAN', ROMAN[counts.annex] ?? ''),
        run({ text: `${after}${heading}` }, report.direction),
      ],
    });
  }

  const blocks = (list: DrawnBlock[]): FileChild[] => list.flatMap(childrenOf);

  function childrenOf(block: DrawnBlock): FileChild[] {
    switch (block.kind) {
      case 'paragraph':
        return [numbered('Paragraph', NUMBERS.paragraph, 0, block.text, block.joined)];
      case 'points':
        return block.lines.map((text) => numbered('Point', NUMBERS.paragraph, 1, text));
      case 'table':
        // Two tables that touch would become one.
        return [caption('table', block.caption), table(block), line('Running', '')];
      case 'chart':
        return [caption('chart', block.caption), picture(block)];
    }
  }

  function picture({ alt, caption: title, png }: Extract<DrawnBlock, { kind: 'chart' }>) {
    const scale = Math.min(PICTURE.width / png.width, PICTURE.height / png.height);
    const size = { width: Math.round(png.width * scale), height: Math.round(png.height * scale) };
    return new Paragraph({
      style: 'Picture',
      ...bidi,
      children: [
        new ImageRun({
          type: 'png',
          data: png.content,
          transformation: size,
          altText: { title, description: alt, name: `Chart ${counts.chart}` },
        }),
      ],
    });
  }

  function table({ header, rows, widths, numbers }: Extract<DrawnBlock, { kind: 'table' }>) {
    const columns = widths.map((part) => Math.round(part * TEXT_WIDTH));
    const row = (cells: string[], style: string, isHead: boolean) =>
      new TableRow({
        ...(isHead ? { tableHeader: true } : {}),
        cantSplit: true,
        children: cells.map(
          (text, at) =>
            new TableCell({
              width: { size: columns[at] ?? 0, type: WidthType.DXA },
              children: [line(numbers.includes(at) ? `${style}Number` : style, text)],
            }),
        ),
      });
    return new Table({
      style: 'Lined',
      layout: TableLayoutType.FIXED,
      columnWidths: columns,
      width: { size: columns.reduce((sum, width) => sum + width, 0), type: WidthType.DXA },
      ...(rightToLeft ? { visuallyRightToLeft: true } : {}),
      rows: [row(header, 'CellHead', true), ...rows.map((cells) => row(cells, 'Cell', false))],
    });
  }

  const masthead = new Paragraph({
    style: 'Masthead',
    ...bidi,
    children: [
      run({ text: report.plan }, report.direction),
      new TextRun({ ...rtl, children: [new Tab()] }),
      run({ text: report.date }, report.direction),
    ],
  });
  const children: FileChild[] = [
    masthead,
    ...report.notices.map((notice) => line('Notice', notice)),
    line('Sender', report.nature),
    line('Title', report.title),
    line('Subtitle', report.subtitle),
    line('Sender', report.sender),
    line('Sender', report.draft),
    ...report.sections.flatMap(({ heading, blocks: list }) => [
      numbered('Heading1', NUMBERS.heading, 0, heading),
      ...blocks(list),
    ]),
    ...report.annexes.flatMap(({ heading, blocks: list }) => [
      annexHeading(heading),
      ...blocks(list),
    ]),
  ];
  return wordDocument(
    { ...report, subject: report.subtitle },
    { styles: reportStyles(report.language, report.direction), numbering: REPORT_NUMBERING },
    children,
  );
}

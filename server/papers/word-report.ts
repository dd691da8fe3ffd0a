/** The Committee's paper as a Word file that can be worked on: real headings, numbering, tables and captions. */
import {
  Document,
  type FileChild,
  Footer,
  Header,
  ImageRun,
  Packer,
  PageNumber,
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
import { NUMBERS, reportNumbering, reportStyles } from './word-report-styles.ts';
import { TABLE_STYLES, TEXT_WIDTH } from './word-styles.ts';
import { wordText } from './word-text.ts';

/** The largest picture, in pixels of which 96 are an inch: between the margins, and with room for its caption. */
const PICTURE = { width: 540, height: 800 };

export function wordReport(report: DrawnReport): Promise<Buffer> {
  const rightToLeft = report.direction === 'rtl';
  const { line, run } = wordText(report.direction);
  const bidi = rightToLeft ? { bidirectional: true } : {};
  const rtl = rightToLeft ? { rightToLeft: true } : {};
  const counts = { table: 0, chart: 0 };

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
  const [before, between, after] = report.page;
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
      numbered('AnnexHeading', NUMBERS.annex, 0, heading),
      ...blocks(list),
    ]),
  ];
  const document = new Document({
    title: report.title,
    subject: report.subtitle,
    creator: report.sender,
    lastModifiedBy: report.sender,
    description: report.notices.join(' '),
    keywords: report.language,
    externalStyles: TABLE_STYLES,
    styles: reportStyles(report.language, report.direction),
    numbering: reportNumbering(report.annexNumber),
    sections: [
      {
        properties: {
          page: {
            size: { width: 11906, height: 16838 },
            margin: { top: 1134, bottom: 1134, left: 1134, right: 1134, header: 567, footer: 567 },
          },
        },
        headers: {
          default: new Header({
            children: [
              line('Running', report.title),
              ...report.notices.slice(0, 1).map((notice) => line('Running', notice)),
            ],
          }),
        },
        footers: {
          default: new Footer({
            children: [
              new Paragraph({
                style: 'Running',
                ...bidi,
                children: [
                  new TextRun({
                    ...rtl,
                    children: [before, PageNumber.CURRENT, between, PageNumber.TOTAL_PAGES, after],
                  }),
                ],
              }),
            ],
          }),
        },
        children,
      },
    ],
  });
  return Packer.toBuffer(document);
}

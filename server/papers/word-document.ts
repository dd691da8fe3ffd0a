/** The Word file around a paper: A4, its properties, a running head with the first notice, and the number of the page. */
import {
  Document,
  type FileChild,
  Footer,
  Header,
  type INumberingOptions,
  type IStylesOptions,
  Packer,
  PageNumber,
  Paragraph,
  TextRun,
} from 'docx';
import { TABLE_STYLES } from './word-styles.ts';
import { wordText } from './word-text.ts';

type About = {
  title: string;
  subject: string;
  sender: string;
  notices: string[];
  language: string;
  direction: 'ltr' | 'rtl';
  /** "Page 2 of 5" around its two numbers. */
  page: [before: string, between: string, after: string];
};

export function wordDocument(
  { title, subject, sender, notices, language, direction, page }: About,
  look: { styles: IStylesOptions; numbering?: INumberingOptions },
  children: FileChild[],
): Promise<Buffer> {
  const { line } = wordText(direction);
  const [before, between, after] = page;
  const rightToLeft = direction === 'rtl';
  const document = new Document({
    title,
    subject,
    creator: sender,
    lastModifiedBy: sender,
    description: notices.join(' '),
    keywords: language,
    externalStyles: TABLE_STYLES,
    ...look,
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
            children: [title, ...notices.slice(0, 1)].map((words) => line('Running', words)),
          }),
        },
        footers: {
          default: new Footer({
            children: [
              new Paragraph({
                style: 'Running',
                ...(rightToLeft ? { bidirectional: true } : {}),
                children: [
                  new TextRun({
                    ...(rightToLeft ? { rightToLeft: true } : {}),
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

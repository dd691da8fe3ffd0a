/** Styles and numbering of the Committee's paper in Word, in the manner of the working papers of the United Nations. */
import {
  AlignmentType,
  BorderStyle,
  type INumberingOptions,
  type IStylesOptions,
  LevelFormat,
  TabStopType,
} from 'docx';
import { stylesFor, TEXT_WIDTH } from './word-styles.ts';

/** Every office machine has it, with Arabic letters; elsewhere its metric twin stands in. */
const FONT = 'Times New Roman';

export const NUMBERS = { heading: 'headings', paragraph: 'paragraphs', annex: 'annexes' } as const;

const INDENT = { start: 567, hanging: 567 };

export function reportStyles(language: string, direction: 'ltr' | 'rtl'): IStylesOptions {
  const base = stylesFor(language, direction, FONT);
  const own = (id: string, name: string, paragraph: object, run: object = {}) => ({
    id,
    name,
    basedOn: 'Normal',
    quickFormat: true,
    paragraph,
    run,
  });
  const bold = { bold: true, boldComplexScript: true };
  return {
    ...base,
    paragraphStyles: [
      ...(base.paragraphStyles ?? []),
      own('Masthead', 'Masthead', {
        tabStops: [{ type: TabStopType.END, position: TEXT_WIDTH }],
        border: { bottom: { style: BorderStyle.SINGLE, size: 12, space: 4, color: '14222E' } },
        spacing: { after: 240 },
      }),
      own('Subtitle', 'Subtitle', { spacing: { after: 120 } }, bold),
      own('Paragraph', 'Numbered paragraph', { spacing: { after: 120 } }),
      own('Point', 'Lettered point', { spacing: { after: 60 } }),
      {
        ...own('AnnexHeading', 'Annex heading', {
          keepNext: true,
          pageBreakBefore: true,
          outlineLevel: 0,
        }),
        basedOn: 'Heading1',
      },
      own(
        'Caption',
        'caption',
        { keepNext: true, keepLines: true, spacing: { before: 240, after: 80 } },
        { ...bold, size: 20, sizeComplexScript: 20 },
      ),
      own('Picture', 'Picture', { alignment: AlignmentType.CENTER, spacing: { after: 160 } }),
      {
        ...own('CellNumber', 'Cell with a figure', { alignment: AlignmentType.END }),
        basedOn: 'Cell',
      },
      {
        ...own('CellHeadNumber', 'Heading of figures', { alignment: AlignmentType.END }),
        basedOn: 'CellHead',
      },
    ],
  };
}

/** @param annex "Annex %1" */
export function reportNumbering(annex: string): INumberingOptions {
  const level = (
    at: number,
    format: (typeof LevelFormat)[keyof typeof LevelFormat],
    text: string,
    indent: object,
  ) => ({
    level: at,
    format,
    text,
    alignment: AlignmentType.LEFT,
    style: { paragraph: { indent } },
  });
  return {
    config: [
      { reference: NUMBERS.heading, levels: [level(0, LevelFormat.UPPER_ROMAN, '%1.', INDENT)] },
      {
        reference: NUMBERS.paragraph,
        levels: [
          level(0, LevelFormat.DECIMAL, '%1.', INDENT),
          level(1, LevelFormat.LOWER_LETTER, '(%2)', { start: 1134, hanging: 567 }),
        ],
      },
      {
        reference: NUMBERS.annex,
        levels: [level(0, LevelFormat.UPPER_ROMAN, `${annex}.`, { start: 0, hanging: 0 })],
      },
    ],
  };
}

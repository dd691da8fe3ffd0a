/** The styles of a paper in Word. All that a paper looks like stands here; its paragraphs only name a style. */
import { AlignmentType, BorderStyle, type IStylesOptions, LineRuleType } from 'docx';

/** Arial has Latin, Cyrillic and Arabic letters and is on every office machine; elsewhere its metric twins stand in. */
const FONT = 'Arial';
/** Between the margins of an A4 page, in twentieths of a point. */
export const TEXT_WIDTH = 9638;
const INK = '14222E';
const QUIET = '4F5F6B';
const LINE = '8A97A1';

/** Word's languages, with the country whose spelling the texts have. */
const LOCALES: Record<string, string> = {
  en: 'en-GB',
  fr: 'fr-FR',
  es: 'es-ES',
  ar: 'ar-SA',
  ru: 'ru-RU',
  zh: 'zh-CN',
};

/** @param font of all texts */
export function stylesFor(language: string, direction: 'ltr' | 'rtl', font = FONT): IStylesOptions {
  const rightToLeft = direction === 'rtl';
  const locale = LOCALES[language] ?? 'en-GB';
  const run = (size: number, more: object = {}) => ({
    size: size * 2,
    sizeComplexScript: size * 2,
    color: INK,
    ...more,
  });
  const bold = { bold: true, boldComplexScript: true };
  const own = (id: string, name: string, size: number, paragraph: object, more: object = {}) => ({
    id,
    name,
    basedOn: 'Normal',
    quickFormat: true,
    run: run(size, more),
    paragraph,
  });
  return {
    default: {
      document: {
        run: {
          font: { ascii: font, hAnsi: font, cs: font, eastAsia: 'SimSun' },
          size: 21,
          sizeComplexScript: 23,
          color: INK,
          language: rightToLeft
            ? { value: 'en-GB', bidirectional: locale }
            : language === 'zh'
              ? { value: 'en-GB', eastAsia: locale }
              : { value: locale, bidirectional: 'ar-SA' },
        },
        paragraph: { spacing: { after: 80, line: 276, lineRule: LineRuleType.AUTO } },
      },
      title: {
        run: run(20, bold),
        paragraph: { spacing: { before: 120, after: 120 }, keepNext: true },
      },
      heading1: {
        run: run(15, bold),
        paragraph: {
          spacing: { before: 360, after: 100 },
          keepNext: true,
          keepLines: true,
          outlineLevel: 0,
        },
      },
      heading2: {
        run: run(11, bold),
        paragraph: {
          spacing: { before: 280, after: 60 },
          keepNext: true,
          keepLines: true,
          outlineLevel: 1,
        },
      },
    },
    paragraphStyles: [
      own('Notice', 'Notice', 10, {
        spacing: { before: 60, after: 60 },
        border: { bottom: edge('B07A00'), top: edge('B07A00') },
      }),
      own('Sender', 'Sender', 10, { spacing: { after: 0 } }, { color: QUIET }),
      own('Hint', 'Hint', 9.5, { keepNext: true, spacing: { after: 60 } }, { color: QUIET }),
      own('Condition', 'Condition', 10, { keepNext: true, spacing: { after: 60 } }, bold),
      own('Choice', 'Choice', 10.5, {
        keepLines: true,
        indent: { start: 360, hanging: 360 },
        spacing: { after: 30 },
      }),
      // Followed by more of the same question, so that a short list stays whole.
      own('ChoiceKept', 'Choice kept with next', 10.5, {
        keepNext: true,
        keepLines: true,
        indent: { start: 360, hanging: 360 },
        spacing: { after: 30 },
      }),
      own('Given', 'Given', 10.5, { indent: { start: 360 }, spacing: { after: 60 } }),
      own('Writing', 'Writing line', 10.5, {
        spacing: { before: 180, after: 60 },
        // Without "between", Word draws one line under several.
        border: { bottom: edge(LINE), between: edge(LINE) },
      }),
      own('Cell', 'Cell', 9.5, {
        spacing: { before: 40, after: 40, line: 250, lineRule: LineRuleType.AUTO },
      }),
      own(
        'CellHead',
        'Cell heading',
        9.5,
        {
          keepNext: true,
          spacing: { before: 40, after: 40, line: 250, lineRule: LineRuleType.AUTO },
        },
        bold,
      ),
      own(
        'CellHeadSmall',
        'Cell heading, narrow',
        8,
        { keepNext: true, spacing: { before: 40, after: 40 } },
        bold,
      ),
      own('CellMark', 'Cell mark', 12, {
        alignment: AlignmentType.CENTER,
        spacing: { before: 20, after: 20 },
      }),
      own('Running', 'Running head', 8.5, { spacing: { after: 0 } }, { color: QUIET }),
    ],
    characterStyles: [
      { id: 'Mark', name: 'Mark', run: { font: 'Segoe UI Symbol', size: 22 } },
      { id: 'Quiet', name: 'Quiet', run: { color: QUIET } },
    ],
  };
}

const edge = (color: string) => ({ style: BorderStyle.SINGLE, size: 6, space: 4, color });

/** The library has no options for styles of tables, so their XML stands here. */
const tableStyle = (id: string, line: 'single' | 'none') => {
  const sides = ['top', 'left', 'bottom', 'right', 'insideH', 'insideV']
    .map((side) => `<w:${side} w:val="${line}" w:sz="4" w:space="0" w:color="${LINE}"/>`)
    .join('');
  return `<w:style w:type="table" w:customStyle="1" w:styleId="${id}"><w:name w:val="${id}"/><w:tblPr><w:tblBorders>${sides}</w:tblBorders><w:tblCellMar><w:left w:w="90" w:type="dxa"/><w:right w:w="90" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>`;
};

export const TABLE_STYLES = `<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>${tableStyle('Lined', 'single')}${tableStyle('Plain', 'none')}</w:styles>`;

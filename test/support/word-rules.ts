/** What Word insists on in a document, and does not say which of it was hurt: it only offers to repair the file. */
import type { WordFile } from './word.ts';

export function hurtRules({ parts, document }: WordFile): string[] {
  const all = (pattern: RegExp, text = document) =>
    [...text.matchAll(pattern)].map(([, value = '']) => value);
  const styles = new Set(all(/<w:style [^>]*w:styleId="([^"]+)"/g, parts.get('word/styles.xml')));
  const numbers = new Set(all(/<w:num w:numId="(\d+)"/g, parts.get('word/numbering.xml') ?? ''));
  const relations = new Set(all(/ Id="([^"]+)"/g, parts.get('word/_rels/document.xml.rels')));
  const targets = all(/Target="(media\/[^"]+)"/g, parts.get('word/_rels/document.xml.rels'));
  const pictures = all(/<wp:docPr [^>]*id="(\d+)"/g);
  const types = parts.get('[Content_Types].xml') ?? '';
  const body = document.replace(/<w:sectPr[\s>].*<\/w:sectPr>/s, '');
  const missing = (kind: string, wanted: string[], known: Set<string>) =>
    [...new Set(wanted)].filter((one) => !known.has(one)).map((one) => `no ${kind} ${one}`);
  return [
    ...missing('style', all(/<w:(?:pStyle|rStyle|tblStyle) w:val="([^"]+)"/g), styles),
    ...missing('numbering', all(/<w:numId w:val="(\d+)"/g), numbers),
    ...missing('relation', all(/r:(?:embed|id)="([^"]+)"/g), relations),
    ...missing(
      'part',
      targets.map((name) => `word/${name}`),
      new Set(parts.keys()),
    ),
    ...(new Set(pictures).size < pictures.length ? ['two pictures have one id'] : []),
    ...(targets.length > 0 && !/Extension="png"/.test(types) ? ['no type for png'] : []),
    ...([...parts.values()].some((xml) => xml.startsWith('<?xml') && CONTROL.test(xml))
      ? ['a control character']
      : []),
    ...(/<\/w:tbl><w:tbl>/.test(document) ? ['two tables touch'] : []),
    ...(/<\/w:tbl>(?=<\/w:tc>)/.test(document) ? ['a cell ends with a table'] : []),
    ...(/<w:tc>(?:<w:tcPr>(?:(?!<\/w:tcPr>).)*<\/w:tcPr>)?<\/w:tc>/s.test(document)
      ? ['a cell without a paragraph']
      : []),
    ...(/<\/w:tbl>\s*<\/w:body>/.test(body) ? ['the last table has no paragraph after it'] : []),
    ...rowsOfOtherWidth(document),
  ];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML cannot hold
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

/** Every row of a table has as many cells as its grid has columns. */
const rowsOfOtherWidth = (document: string): string[] =>
  (document.match(/<w:tbl>.*?<\/w:tbl>/gs) ?? []).flatMap((table, at) => {
    const columns = table.match(/<w:gridCol /g)?.length ?? 0;
    const rows = table.match(/<w:tr[ >].*?<\/w:tr>/gs) ?? [];
    return rows.some((row) => (row.match(/<w:tc>/g)?.length ?? 0) !== columns)
      ? [`table ${at + 1} has a row of another width`]
      : [];
  });

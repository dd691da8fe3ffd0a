/** A chart as an SVG file of its own: like the one on the page, with title, n, filter, source and cut-off in it. Pure. */
import { escapeMarkup } from '../markup.ts';
import { FILLS, type Fill, type FillName } from './fills.ts';
import { linesOf, textWidth } from './lines.ts';
import type { Picture, PictureCell } from './picture.ts';
import { lineMark, svgLines } from './svg-lines.ts';

const WIDTH = 900;
const EDGE = 24;
const SIZE = { title: 19, subtitle: 15, label: 14, note: 12.5 };
const COLOUR = {
  ink: '#14222e',
  quiet: '#4f5f6b',
  line: '#6b7a85',
  paper: '#fff',
  warn: '#7a4a00',
};
/** As on the page, which takes what it finds; the PNG is drawn with the first two. */
const FONTS = `'Noto Sans', 'Segoe UI', Roboto, 'Noto Sans Arabic', 'DejaVu Sans', sans-serif`;
const ARABIC_FONTS = `'Noto Sans Arabic', 'Noto Sans', 'Segoe UI', 'DejaVu Sans', sans-serif`;
const BAR = 20;
const GAP = 12;

type Put = { x: number; y: number; size: number; anchor: 'start' | 'middle' | 'end' };

export function chartSvg(picture: Picture): string {
  const { rtl, rows, series, form } = picture;
  /** From the side where reading starts. */
  const across = (x: number) => (rtl ? WIDTH - x : x);
  const text = (words: string, put: Put, more = ''): string => {
    const anchor = rtl ? { start: 'end', middle: 'middle', end: 'start' }[put.anchor] : put.anchor;
    // A reader of SVG takes a line to run from left to right, unless the line itself says otherwise.
    const said = rtl ? `\u2067${clean(words)}\u2069` : clean(words);
    return `<text x="${round(across(put.x))}" y="${round(put.y)}" font-size="${put.size}" text-anchor="${anchor}"${more}>${said}</text>`;
  };
  const box = (x: number, y: number, width: number, height: number, fill: FillName): string => {
    const left = rtl ? WIDTH - x - width : x;
    const { ground, ink, path } = FILLS[fill] as Fill;
    return `<rect x="${round(left)}" y="${round(y)}" width="${round(width)}" height="${height}" fill="${path ? `url(#${fill})` : ground}" stroke="${path ? ink : ground}"/>`;
  };

  const parts: string[] = [];
  let y = EDGE;
  const block = (words: string, size: number, more: string) => {
    for (const line of words ? linesOf(words, size, WIDTH - 2 * EDGE) : []) {
      y += size * 1.3;
      parts.push(text(line, { x: EDGE, y: y - size * 0.3, size, anchor: 'start' }, more));
    }
  };
  block(picture.mark, SIZE.note, ` font-weight="600" fill="${COLOUR.warn}"`);
  y += picture.mark ? 6 : 0;
  block(picture.title, SIZE.title, ' font-weight="600"');
  block(picture.subtitle, SIZE.subtitle, ` fill="${COLOUR.quiet}"`);
  y += GAP;

  if (series.length > 1) {
    let x = EDGE;
    for (const [at, { label, fill }] of series.entries()) {
      const wide = 22 + textWidth(label, SIZE.label) + 22;
      if (x > EDGE && x + wide > WIDTH - EDGE) {
        x = EDGE;
        y += 22;
      }
      parts.push(form === 'lines' ? lineMark(at, across(x + 7), y + 7) : box(x, y, 14, 14, fill));
      parts.push(text(label, { x: x + 22, y: y + 12, size: SIZE.label, anchor: 'start' }));
      x += wide;
    }
    y += 22 + GAP;
  }

  if (form === 'lines') {
    const lines = svgLines(picture, { across, text }, { top: y, start: EDGE, end: WIDTH - EDGE });
    parts.push(...lines.parts);
    y += lines.height;
  } else drawBars();

  function drawBars() {
    const labels = rows.map(({ label }) => linesOf(label, SIZE.label, 300));
    const column = Math.max(60, ...labels.flat().map((line) => textWidth(line, SIZE.label)));
    const start = EDGE + column + GAP;
    const texts = rows.flatMap(({ cells }) =>
      cells.map((cell) => textWidth(cell.text, SIZE.label)),
    );
    const room = WIDTH - EDGE - start - (form === 'stacked' ? 0 : 16 + Math.max(0, ...texts));
    const long = (value: number) => (room * Math.max(0, value)) / Math.max(picture.max, 1e-9);
    const bars = form === 'grouped' ? series.length : 1;
    const lineHeight = SIZE.label * 1.25;
    rows.forEach(({ cells }, at) => {
      const lines = labels[at] as string[];
      const height = Math.max(bars * BAR, lines.length * lineHeight);
      const middle = y + height / 2;
      lines.forEach((line, place) => {
        const down = middle + (place - (lines.length - 1) / 2) * lineHeight + SIZE.label * 0.35;
        parts.push(text(line, { x: EDGE, y: down, size: SIZE.label, anchor: 'start' }));
      });
      let top = middle - (bars * BAR) / 2;
      let from = start;
      cells.forEach((cell, place) => {
        const fill = cell.fill ?? (series[place]?.fill as FillName);
        const width = long(cell.value ?? 0);
        if (form === 'stacked') {
          if (width > 0)
            parts.push(box(from, top, width, BAR, fill), within(cell, from, top, width));
          from += width;
          return;
        }
        const thick = form === 'grouped' ? BAR - 4 : BAR;
        if (width > 0) parts.push(box(start, top, width, thick, fill));
        const put = { x: start + width + 7, y: top + thick / 2 + 5, size: SIZE.label } as const;
        parts.push(text(cell.text, { ...put, anchor: 'start' }, ' font-weight="600"'));
        top += BAR;
      });
      y += height + (form === 'grouped' ? GAP : 8);
    });
  }

  /** A number in its part of a stacked bar, on a ground of its own; none where it does not fit. */
  function within(cell: PictureCell, from: number, top: number, width: number): string {
    const wide = textWidth(cell.text, SIZE.note) + 8;
    if (width < wide + 2) return '';
    const x = from + width / 2;
    const left = rtl ? WIDTH - x - wide / 2 : x - wide / 2;
    const put = { x, y: top + 14.5, size: SIZE.note, anchor: 'middle' } as const;
    return `<rect x="${round(left)}" y="${top + 2.5}" width="${round(wide)}" height="15" rx="3" fill="${COLOUR.paper}"/>${text(cell.text, put, ' font-weight="600"')}`;
  }

  y += GAP;
  for (const note of picture.notes) block(note, SIZE.note, ` fill="${COLOUR.quiet}"`);
  const height = Math.ceil(y + EDGE);
  const name = [picture.title, picture.subtitle].filter(Boolean).join(' – ');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" xml:lang="${clean(picture.language)}" font-family="${rtl ? ARABIC_FONTS : FONTS}" fill="${COLOUR.ink}">`,
    `<title>${clean(name)}</title><desc>${clean(inWords(picture))}</desc>`,
    `<defs>${patterns()}</defs><rect width="${WIDTH}" height="${height}" fill="${COLOUR.paper}"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

/** Every number with its label, for who cannot see the bars. */
const inWords = ({ rows, series }: Picture): string =>
  rows
    .map(({ label, cells }) =>
      cells
        .map(({ text }, at) =>
          series.length > 1 ? `${label}, ${series[at]?.label}: ${text}` : `${label}: ${text}`,
        )
        .join('; '),
    )
    .join('; ');

const patterns = (): string =>
  Object.entries(FILLS)
    .filter(([, { path }]) => path)
    .map(
      ([name, { ground, ink, path }]) =>
        `<pattern id="${name}" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="${ground}"/><path d="${path}" stroke="${ink}" fill="none"/></pattern>`,
    )
    .join('');

const round = (length: number): number => Math.round(length * 10) / 10;

/** As text in XML: escaped, and without the control characters that no XML may have. */
const clean = (words: string): string =>
  escapeMarkup(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
    words.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu, ''),
  );

/** Shares over time as lines that go in steps: what `svg.ts` draws in the place of bars. Pure. */
import { lineLook } from './fills.ts';
import type { Picture } from './picture.ts';

export type Pen = {
  /** From the side where reading starts. */
  across(x: number): number;
  text(
    words: string,
    put: { x: number; y: number; size: number; anchor: 'start' | 'middle' | 'end' },
    more?: string,
  ): string;
};

const HEIGHT = 240;
const LABEL = 12.5;
/** More days than this are not written beneath. */
const DAYS = 5;

/** @returns the pieces, and how high they are */
export function svgLines(
  { rows, series }: Picture,
  pen: Pen,
  at: { top: number; start: number; end: number },
): { parts: string[]; height: number } {
  const [start, end] = [at.start + 48, at.end - 48];
  const x = (place: number) =>
    rows.length < 2 ? start : start + ((end - start) * place) / (rows.length - 1);
  const y = (share: number) => at.top + 8 + HEIGHT * (1 - share);
  const parts = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    `<path d="M${pen.across(start)} ${y(share)}H${pen.across(end)}" stroke="#c9d3da" fill="none"/>`,
    pen.text(`${100 * share}%`, { x: start - 8, y: y(share) + 4, size: LABEL, anchor: 'end' }),
  ]);
  const step = Math.max(1, Math.ceil((rows.length - 1) / (DAYS - 1)));
  for (const [place, { label }] of rows.entries())
    if (place % step === 0)
      parts.push(
        pen.text(label, {
          x: x(place),
          y: y(0) + 22,
          size: LABEL,
          anchor: place === 0 ? 'start' : 'middle',
        }),
      );
  for (const place of series.keys()) {
    const { ink, dash } = lineLook(place);
    const points = rows.map(({ cells }) => cells[place]?.value ?? 0);
    const path = points
      .map((share, n) =>
        n === 0 ? `M${pen.across(x(0))} ${y(share)}` : `H${pen.across(x(n))}V${y(share)}`,
      )
      .join('');
    parts.push(
      `<path d="${path}" fill="none" stroke="${ink}" stroke-width="2" stroke-dasharray="${dash.join(' ')}"/>`,
      ...points.flatMap((share, n) =>
        share === points[n - 1] ? [] : [lineMark(place, pen.across(x(n)), y(share))],
      ),
      pen.text(
        rows.at(-1)?.cells[place]?.text ?? '',
        { x: x(rows.length - 1) + 10, y: y(points.at(-1) ?? 0) + 4, size: LABEL, anchor: 'start' },
        ' font-weight="600"',
      ),
    );
  }
  return { parts, height: HEIGHT + 40 };
}

/** The mark of a line, around a point. */
export function lineMark(place: number, x: number, y: number): string {
  const { ink, mark } = lineLook(place);
  if (mark === 'circle') return `<circle cx="${x}" cy="${y}" r="4" fill="${ink}"/>`;
  if (mark === 'rect')
    return `<rect x="${x - 4}" y="${y - 4}" width="8" height="8" fill="${ink}"/>`;
  return `<path d="M${x} ${y - 5}L${x + 5} ${y + 4}H${x - 5}Z" fill="${ink}"/>`;
}

/** How bars are filled: each fill has a ground and a pattern, so that it is told from the others without colour. Pure. */

/** The pattern is drawn on a tile of 8 by 8: a path in the form of SVG, stroked with `ink`. */
export type Fill = { ground: string; ink: string; path: string };

const DOWN = 'M-2 2L2 -2M0 8L8 0M6 10L10 6';
const UP = 'M-2 6L2 10M0 0L8 8M6 -2L10 2';

/** The first five are those of answers, ways out, no answer, not applicable, held back; the others tell series apart. */
export const FILLS = {
  answer: { ground: '#0b5c8f', ink: '#0b5c8f', path: '' },
  unsure: { ground: '#cfe3f1', ink: '#0b5c8f', path: 'M0 2H8M0 6H8' },
  none: { ground: '#f3f6f8', ink: '#8796a1', path: DOWN },
  aside: { ground: '#f3f6f8', ink: '#8796a1', path: 'M1 2H4M5 6H8' },
  held: { ground: '#f3f6f8', ink: '#8796a1', path: 'M0 4H8M4 0V8' },
  deep: { ground: '#083f63', ink: '#083f63', path: '' },
  zigzag: { ground: '#8fbcd8', ink: '#083f63', path: 'M0 7L4 1L8 7' },
  dotted: { ground: '#fff4dc', ink: '#7a4a00', path: 'M1 2H3M5 6H7' },
  crossed: { ground: '#e9f5ee', ink: '#1d6b45', path: 'M2 4H6M4 2V6' },
  upright: { ground: '#d9b46a', ink: '#7a4a00', path: 'M2 0V8M6 0V8' },
  falling: { ground: '#fdf1f0', ink: '#a3241b', path: UP },
  plain: { ground: '#5d9c7c', ink: '#5d9c7c', path: '' },
  lattice: { ground: '#e6e1f0', ink: '#54407d', path: `${DOWN}${UP}` },
} as const satisfies Record<string, Fill>;

export type FillName = keyof typeof FILLS;

const SERIES: FillName[] = [
  'deep',
  'zigzag',
  'dotted',
  'crossed',
  'upright',
  'falling',
  'plain',
  'lattice',
];

/** Of the series at a place; after the eighth they come again. */
export const seriesFill = (place: number): FillName => SERIES[place % SERIES.length] as FillName;

/** Lines are told apart by their dashes and marks: `dash` in the form of SVG, `mark` by the name that Chart.js has for it. */
export const LINES = [
  { ink: '#0b5c8f', dash: [], mark: 'circle' },
  { ink: '#14222e', dash: [6, 4], mark: 'rect' },
  { ink: '#5f6f7b', dash: [2, 3], mark: 'triangle' },
] as const;
export const lineLook = (place: number): (typeof LINES)[number] =>
  LINES[place % LINES.length] as (typeof LINES)[number];

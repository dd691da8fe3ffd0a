/**
 * A chart as a PNG, drawn from its SVG, for Word and for whoever cannot show SVG. The fonts come with the program, so it is
 * the same on a machine that has none; resvg draws in a thread of its own, so nobody's request waits for it.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Picture } from './picture.ts';
import { chartSvg } from './svg.ts';

const folderOf = (address: string) => dirname(fileURLToPath(address));
const noto = (folder: string, prefix: string) =>
  ['400Regular', '600SemiBold'].map((weight) => join(folder, weight, `${prefix}_${weight}.ttf`));

/** Latin, Greek and Cyrillic; Arabic; and what neither has, such as ≥. */
const FONT_FILES = [
  ...noto(folderOf(import.meta.resolve('@expo-google-fonts/noto-sans/package.json')), 'NotoSans'),
  ...noto(
    folderOf(import.meta.resolve('@expo-google-fonts/noto-sans-arabic/package.json')),
    'NotoSansArabic',
  ),
  join(folderOf(import.meta.resolve('dejavu-fonts-ttf/package.json')), 'ttf', 'DejaVuSans.ttf'),
];

export type Png = { content: Buffer /** In pixels. */; width: number; height: number };

/** @param scale 2 is sharp on paper: 1,800 pixels wide */
export async function chartPng(picture: Picture, scale = 2): Promise<Png> {
  // Loaded with the first chart that is drawn: it is native code, and a server that draws none starts without it.
  const { renderAsync } = await import('@resvg/resvg-js');
  const drawn = await renderAsync(chartSvg(picture), {
    font: { fontFiles: FONT_FILES, loadSystemFonts: false, defaultFontFamily: 'Noto Sans' },
    fitTo: { mode: 'zoom', value: scale },
  });
  return { content: drawn.asPng(), width: drawn.width, height: drawn.height };
}

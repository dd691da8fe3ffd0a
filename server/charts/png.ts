/**
 * A chart as a PNG, drawn from its SVG, for Word and for whoever cannot show SVG. The fonts come with the program, so it is
 * the same on a machine that has none. It is drawn and packed in a thread of its own: a sharp one takes the processor for 50 ms.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jobThread } from '../job-thread.ts';
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

/** What the thread is told, and what it gives back. */
export type Drawing = { svg: string; fontFiles: string[]; scale: number };
export type Drawn = Omit<Png, 'content'> & { content: Uint8Array };

const draw = jobThread<Drawing, Drawn>(new URL('./png-thread.ts', import.meta.url).href, 'picture');

/** @param scale 2 is sharp on paper: 1,800 pixels wide */
export async function chartPng(picture: Picture, scale = 2): Promise<Png> {
  const drawn = await draw({ svg: chartSvg(picture), fontFiles: FONT_FILES, scale });
  return { ...drawn, content: Buffer.from(drawn.content) };
}

/** A chart as a table in CSV: its numbers first, then what they are, how many, from where and until when. Pure. */
import { type Picture, pictureTable } from '../charts/picture.ts';
import { BYTE_ORDER_MARK, csvLine } from './csv.ts';

/** @param first heading of the column with the labels */
export function chartCsv(picture: Picture, first: string): string {
  const about = [picture.title, picture.subtitle, ...picture.notes, picture.mark].filter(Boolean);
  return (
    BYTE_ORDER_MARK +
    [...pictureTable(picture, first), [], ...about.map((line) => [line])].map(csvLine).join('')
  );
}

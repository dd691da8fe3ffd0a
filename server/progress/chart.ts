/** A distribution as a chart, a set of linked bars and a table: three faces of the same numbers. Pure. */
import { type Picture, pictureData } from '../charts/picture.ts';
import { type Distribution, isEmpty } from './distribution.ts';
import { pictureNotes } from './picture-notes.ts';
import type { View } from './view.ts';

type Bar = {
  key: string;
  label: string;
  count: number;
  /** Of everyone asked, for the width of the bar: 0 to 100. */
  percent: number;
  share: string;
  kind: 'answer' | 'unsure' | 'none';
  href: string;
};

export type ChartView = {
  id: string;
  title: string;
  /** Tells it from every other chart of a page. */
  name: string;
  bars: Bar[];
  asked: number;
  answered: number;
  /** Nobody has answered yet. */
  empty: boolean;
  /** What it is drawn from, on the page and in files. */
  picture: Picture;
  /** The same for the script, as JSON in an attribute. */
  data: string;
  /** Address of the chart as a file, without the dot and the kind; `query` comes after them. */
  file: { path: string; query: string };
};

export type ChartAddress = {
  /** Of the list of States behind a category. */
  behind: (category: string) => string;
  file: ChartView['file'];
};

/** @param title the question, or the row of a matrix */
export function chartOf(
  view: View,
  distribution: Distribution,
  title: string,
  { behind, file }: ChartAddress,
): ChartView {
  const { voice } = view;
  const { asked, answered, column, question } = distribution;
  const bars = distribution.categories.map((category): Bar => {
    const { count } = category;
    return {
      key: category.key,
      label: category.label ?? voice.t(`category.${category.key.slice(1)}`),
      count,
      percent: asked === 0 ? 0 : Math.round((1000 * count) / asked) / 10,
      share: asked === 0 ? '' : voice.percent(count / asked),
      kind: category.kind,
      href: behind(category.key),
    };
  });
  const picture: Picture = {
    form: 'bars',
    title: [question.number, question.label].filter(Boolean).join(' '),
    subtitle: title === question.label ? '' : title,
    series: [{ label: voice.t('chart.states'), fill: 'answer' }],
    rows: bars.map(({ label, count, kind, href }) => ({
      label,
      cells: [{ value: count, text: voice.number(count), fill: kind, href }],
    })),
    max: Math.max(1, asked),
    ...pictureNotes(
      view,
      (isEmpty(distribution) ? `${voice.t('indicator.nothing')}. ` : '') +
        voice.t('chart.answered', { answered, asked }),
    ),
  };
  return {
    id: column.id.replace('/', '-'),
    title,
    name: [picture.title, picture.subtitle].filter(Boolean).join(' '),
    bars,
    asked,
    answered,
    empty: isEmpty(distribution),
    picture,
    data: pictureData(picture),
    file,
  };
}

/** A distribution as a chart, a set of linked bars and a table: three faces of the same numbers. Pure. */
import type { Voice } from '../texts.ts';
import type { Distribution } from './distribution.ts';

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
  /** For the script: labels, counts, links and kinds, as JSON in an attribute. */
  data: string;
};

/** @param address of the list of States behind a category */
export function chartOf(
  distribution: Distribution,
  title: string,
  address: (category: string) => string,
  voice: Voice,
): ChartView {
  const { asked, answered, column, question } = distribution;
  const bars = distribution.categories.map((category): Bar => {
    const count = category.members.length;
    return {
      key: category.key,
      label: category.label ?? voice.t(`category.${category.key.slice(1)}`),
      count,
      percent: asked === 0 ? 0 : Math.round((1000 * count) / asked) / 10,
      share: asked === 0 ? '' : voice.percent(count / asked),
      kind: category.kind,
      href: address(category.key),
    };
  });
  const data = {
    labels: bars.map((bar) => bar.label),
    counts: bars.map((bar) => bar.count),
    kinds: bars.map((bar) => bar.kind),
    links: bars.map((bar) => bar.href),
    asked,
    rtl: voice.direction === 'rtl',
  };
  return {
    id: column.id.replace('/', '-'),
    title,
    name: [question.number, question.label, title === question.label ? '' : title]
      .filter(Boolean)
      .join(' '),
    bars,
    asked,
    answered,
    data: JSON.stringify(data),
  };
}

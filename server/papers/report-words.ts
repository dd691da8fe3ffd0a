/** The pieces that sections of the paper share: States by name where they may be named, and a question with its answers. Pure. */
import { disclose } from '../progress/disclosure.ts';
import { type Distribution, distributionOf } from '../progress/distribution.ts';
import { questionCharts } from '../progress/question-page.ts';
import { audienceShort, type View } from '../progress/view.ts';
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import { nameIn, type State } from '../states/state.ts';
import type { Voice } from '../texts.ts';
import type { Block } from './report.ts';

/** "Chad and Iraq; and 3 States, in totals only", in the order of the language's alphabet; "" for nobody. */
export function namesOf<T extends { state: State }>(
  members: T[],
  isPooled: (member: T) => boolean,
  voice: Voice,
): string {
  const { named, pooled } = disclose(members, isPooled);
  const names = [...new Set(named.map(({ state }) => nameIn(state, voice.language)))];
  const list = voice.list(names.sort(voice.compare));
  if (pooled === 0) return list;
  const others = voice.t('behind.pooled', { count: pooled });
  return list ? voice.t('report.andPooled', { names: list, pooled: others }) : others;
}

/** The spread of a question over one of its audiences; of a matrix, of each row. */
export function spreadsOf({ data, filter, reader }: View, question: AskedQuestion): Distribution[] {
  return question.audiences.flatMap((audience) =>
    (data.audiences.get(audience)?.layout.columns ?? [])
      .filter((column) => column.question === question.id)
      .flatMap((column) => distributionOf(data, audience, column.id, filter, reader) ?? []),
  );
}

export const audienceOf = ({ data }: View, { audiences }: AskedQuestion): string =>
  audiences.map((audience) => audienceShort(data, audience)).join(', ');

/** What is counted option by option. */
const CLOSED = new Set<AskedQuestion['type']>(['single', 'multi', 'scale', 'number']);
export const isClosed = ({ type }: AskedQuestion): boolean => CLOSED.has(type);

/** A sentence with how many answered, the chart, and a table with the names behind each answer. */
export function questionBlocks(view: View, question: AskedQuestion): Block[] {
  const { voice } = view;
  const { t } = voice;
  const [chart] = questionCharts(view, question.id);
  const [spread] = spreadsOf(view, question);
  if (!chart || !spread || spread.answered === 0) return [];
  const of = {
    number: question.number,
    audience: audienceOf(view, question),
    label: question.label,
  };
  const caption = t('report.caption', of);
  const bars = chart.bars.map(({ label, count }) => `${label} ${voice.number(count)}`);
  return [
    {
      kind: 'paragraph',
      joined: true,
      text: t('report.asked', {
        ...of,
        answered: voice.number(spread.answered),
        asked: voice.number(spread.asked),
      }),
    },
    {
      kind: 'chart',
      caption,
      alt: t('report.alt', { label: question.label, bars: bars.join('; ') }),
      picture: chart.picture,
    },
    {
      kind: 'table',
      caption,
      header: [t('chart.category'), t('chart.states'), t('report.named')],
      rows: spread.categories.map((category, at) => [
        chart.bars[at]?.label ?? '',
        voice.number(category.count),
        // Who gave no answer is nobody's to be named for.
        category.kind === 'none' ? '' : namesOf(category.members(), spread.isPooled, voice),
      ]),
      widths: [0.3, 0.1, 0.6],
      numbers: [1],
    },
  ];
}

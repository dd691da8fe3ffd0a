/** Two questions of one scale side by side: as given by donors, and as received by affected States. Pure. */
import { type Picture, type PictureCell, pictureData } from '../charts/picture.ts';
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import { type Distribution, distributionOf, SPECIAL } from './distribution.ts';
import { queryOf } from './filter-query.ts';
import { pictureNotes } from './picture-notes.ts';
import { audienceShort, baseOf, type View } from './view.ts';

const SIDES = ['given', 'received'] as const;

export type Pair = {
  id: string;
  action: number;
  label: string;
  sides: {
    side: (typeof SIDES)[number];
    question: string;
    label: string;
    href: string;
    count: string;
  }[];
  rows: { label: string; cells: PairCell[] }[];
  /** Of each side what is no answer on the scale: not in the bars. */
  beside: { label: string; cells: PairCell[] }[];
  picture: Picture;
  data: string;
  file: { path: string; query: string };
};
type PairCell = {
  /** Null where this side does not have the choice. */
  count: number | null;
  share: number | null;
  percent: string;
  text: string;
  href: string;
};

/** Those of the questionnaire, or of one action. */
export function pairsOf(view: View, action: number | null = null): Pair[] {
  const pairs = view.data.questionnaire.definition.views?.pairs ?? [];
  return pairs
    .filter((pair) => action === null || pair.action === action)
    .flatMap((pair) => pairOf(view, pair) ?? []);
}

type Declared = { id: string; action: number; label: string; given: string; received: string };
type Side = { question: AskedQuestion; audience: string; spread: Distribution };

function pairOf(view: View, declared: Declared): Pair | null {
  const { filter, voice } = view;
  const [given, received] = [sideOf(view, declared.given), sideOf(view, declared.received)];
  if (!given || !received) return null;
  const both = [given, received];
  const rows = rowsOf(view, both, (key) => !isSpecial(key));
  const countOf = ({ spread: { answered, asked } }: Side) =>
    voice.t('chart.answered', { answered, asked });
  const sides = both.map((side, place) => ({
    side: SIDES[place] ?? 'given',
    question: side.question.label,
    label: `${voice.t(`pairs.${SIDES[place]}`)} (${audienceShort(view.data, side.audience)})`,
    href: `${baseOf(view)}/questions/${side.question.id}${queryOf(filter)}`,
    count: countOf(side),
  }));
  const picture: Picture = {
    form: 'grouped',
    title: declared.label,
    subtitle: voice.t('pairs.share'),
    series: sides.map(({ label }, place) => ({ label, fill: place === 0 ? 'answer' : 'unsure' })),
    rows: rows.map(({ label, cells }) => ({
      label,
      cells: cells.map(
        ({ share, text, href }): PictureCell => ({ value: share, text, fill: null, href }),
      ),
    })),
    max: 1,
    ...pictureNotes(view, sides.map(({ label, count }) => `${label}: ${count}`).join('; ')),
  };
  return {
    id: declared.id,
    action: declared.action,
    label: declared.label,
    sides,
    rows,
    beside: rowsOf(view, both, isSpecial),
    picture,
    data: pictureData(picture),
    file: {
      path: `${baseOf(view)}/given-and-received/${declared.id}/chart`,
      query: queryOf(filter),
    },
  };
}

function sideOf({ data, filter, reader }: View, id: string): Side | null {
  const question = data.questionnaire.question(id);
  const audience = question?.audiences[0];
  const spread = audience ? distributionOf(data, audience, id, filter, reader) : null;
  return question && audience && spread ? { question, audience, spread } : null;
}

const isSpecial = (key: string): boolean => (SPECIAL as readonly string[]).includes(key);

/** The categories of both sides, in the order of the longer scale. A share is of those that answered on that side. */
function rowsOf(view: View, both: Side[], keep: (key: string) => boolean) {
  const { voice, filter } = view;
  const lists = both.map(({ spread }) => spread.categories.filter(({ key }) => keep(key)));
  const order = lists
    .toSorted((a, b) => b.length - a.length)
    .flat()
    .filter(({ key }, place, all) => all.findIndex((one) => one.key === key) === place);
  return order.map(({ key, label }) => ({
    label: label ?? voice.t(`category.${key.slice(1)}`),
    cells: both.map(({ question, spread }): PairCell => {
      const found = spread.categories.find((one) => one.key === key);
      // A choice that this side does not have is not a choice of nobody.
      if (!found) return { count: null, share: null, percent: '', text: '–', href: '' };
      const count = found.count;
      const share = spread.answered === 0 ? null : count / spread.answered;
      const percent = share === null || isSpecial(key) ? '' : voice.percent(share);
      return {
        count,
        share: share ?? 0,
        percent,
        text: percent ? `${voice.number(count)} (${percent})` : voice.number(count),
        href: `${baseOf(view)}/questions/${question.id}${queryOf(filter, { answer: key })}`,
      };
    }),
  }));
}

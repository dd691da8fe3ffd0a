/** Rounds side by side, indicator by indicator: each figure with its link, what was reworded, baseline and target. Pure. */
import { seriesFill } from '../charts/fills.ts';
import { type Picture, pictureData } from '../charts/picture.ts';
import type { Indicator } from '../questionnaire/definition.ts';
import { indicatorResult } from './indicator.ts';
import { indicatorView } from './indicator-page.ts';
import { marksOf } from './indicator-words.ts';
import { pictureNotes } from './picture-notes.ts';
import { cutOffWords, type View } from './view.ts';
import { type Difference, differences, type Wording } from './wording.ts';

/** One round of the comparison, with a view of its own: its filter, its cut-off. */
export type Compared = { word: string; round: string; view: View; wording: Wording };

/** Null of a round whose questionnaire does not have the indicator. */
type Figure =
  | (ReturnType<typeof indicatorView> & {
      number: number | null;
      numerator: number;
      denominator: number;
    })
  | null;
type CompareRow = {
  indicator: Indicator;
  figures: Figure[];
  marks: ReturnType<typeof marksOf>;
  /** Against the last round, by round: null where nothing differs or the round does not have it. */
  reworded: ({ name: string; differences: Difference[] } | null)[];
  /** From the first to the last figure, "+12 points" or "−3"; "" where it cannot be said, or the rule differs. */
  change: string;
};

/** @param sides in the order of time, at least one */
export function comparePage(here: View, sides: Compared[]) {
  const rows = rowsOf(here, sides);
  return {
    sides: sides.map((side) => ({
      name: side.round,
      when: cutOffWords(side.view),
      title: side.view.data.questionnaire.definition.shortTitle,
    })),
    rows,
    pictures: (['percentage', 'count'] as const).flatMap((kind) => {
      const picture = comparePicture(here, sides, rows, kind);
      return picture ? [{ kind, picture, data: pictureData(picture) }] : [];
    }),
  };
}

/** Indicators by their key, in the order of the last questionnaire; those of one round only are left out. */
function rowsOf(here: View, sides: Compared[]): CompareRow[] {
  const last = sides.at(-1);
  if (!last) return [];
  const known = new Map<string, Indicator>();
  for (const { view } of sides.toReversed())
    for (const indicator of view.data.questionnaire.definition.indicators)
      if (indicator.numerator && !known.has(indicator.key)) known.set(indicator.key, indicator);
  return [...known.values()].flatMap((indicator): CompareRow[] => {
    const figures = sides.map(({ view }) => figureOf(view, indicator.key));
    if (sides.length > 1 && figures.filter(Boolean).length < 2) return [];
    const reworded = sides.map((side) => {
      if (side === last) return null;
      const found = differences(side.wording, last.wording, indicator.key, here.voice);
      return found && found.length > 0 ? { name: side.round, differences: found } : null;
    });
    const other = reworded.some((one) => one?.differences.some(({ what }) => what !== 'label'));
    return [
      {
        indicator,
        figures,
        marks: marksOf(indicator, here.voice),
        reworded,
        change: other ? '' : changeOf(here, indicator, figures),
      },
    ];
  });
}

function figureOf(view: View, key: string): Figure {
  const indicator = view.data.questionnaire.definition.indicators.find((one) => one.key === key);
  if (!indicator?.numerator) return null;
  const result = indicatorResult(view.data, indicator, view.filter, view.reader);
  return {
    ...indicatorView(view, result),
    number: result.value,
    numerator: result.numerator?.count ?? 0,
    denominator: result.denominator?.count ?? 0,
  };
}

function changeOf({ voice }: View, { kind }: Indicator, figures: Figure[]): string {
  const said = figures.flatMap((one) => one?.number ?? []);
  const [first, last] = [said[0], said.at(-1)];
  if (said.length < 2 || first === undefined || last === undefined) return '';
  // Of the rounded percentages, so that whoever subtracts gets the same.
  const points = (value: number) => Math.round(100 * value);
  const by = kind === 'percentage' ? points(last) - points(first) : last - first;
  const signed = `${by > 0 ? '+' : by < 0 ? '−' : '±'}${voice.number(Math.abs(by))}`;
  return kind === 'percentage' ? voice.t('compare.points', { by: signed }) : signed;
}

/** Null where no indicator of the kind is there. */
function comparePicture(
  here: View,
  sides: Compared[],
  rows: CompareRow[],
  kind: 'percentage' | 'count',
): Picture | null {
  const { voice } = here;
  const own = rows.filter(({ indicator }) => indicator.kind === kind);
  if (own.length === 0) return null;
  const kinds = (['baseline', 'target'] as const).filter((one) =>
    own.some(({ indicator }) => indicator[one]),
  );
  const picture = {
    form: 'grouped' as const,
    title: voice.t(`compare.chart.${kind}`),
    subtitle: '',
    series: [
      ...sides.map((side, at) => ({ label: nameOf(side), fill: seriesFill(at) })),
      ...kinds.map((one, at) => ({
        label: voice.t(`compare.mark.${one}`),
        fill: seriesFill(sides.length + at),
      })),
    ],
    rows: own.map(({ indicator, figures, marks }) => ({
      label: `#${indicator.action} ${indicator.label}`,
      cells: [
        ...figures.map((figure) => ({
          value: figure?.number ?? null,
          text: figure ? figureWords(here, figure) : '–',
          fill: null,
          href: figure?.links.numerator ?? '',
        })),
        ...kinds.map((one) => ({
          value: indicator[one]?.value ?? null,
          text: marks.find((mark) => mark.kind === one)?.value ?? '–',
          fill: null,
          href: '',
        })),
      ],
    })),
  };
  const values = picture.rows.flatMap(({ cells }) => cells.map(({ value }) => value ?? 0));
  const { notes, ...marked } = pictureNotes(
    here,
    voice.t('compare.source', {
      rounds: sides.map((side) => `${side.round}: ${cutOffWords(side.view)}`).join(' · '),
    }),
  );
  return {
    ...picture,
    max: kind === 'percentage' ? 1 : Math.max(1, ...values),
    ...marked,
    // The source of each round is said in the first line, so that of one of them is left out.
    notes: notes.slice(0, -1),
    mark: sides.some(({ view }) => view.data.demonstration) ? voice.t('notice.demonstration') : '',
  };
}

/** "32% · 13 of 41" or "13 of 41", so that a picture says of how many. */
function figureWords(
  { voice }: View,
  { value, numerator, denominator }: NonNullable<Figure>,
): string {
  if (value === null) return voice.t('indicator.nothing');
  const of = {
    submitted: voice.number(numerator),
    invited: voice.number(denominator),
  };
  const words = voice.t('results.rate', of);
  return value === of.submitted ? words : `${value} · ${words}`;
}

const nameOf = ({ round, view: { data } }: Compared): string =>
  data.snapshot ? `${round}, ${data.snapshot.name}` : round;

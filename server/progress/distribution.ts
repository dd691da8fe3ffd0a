/** How the answers to one question are spread, over everyone who was asked. Each category knows its States. Pure. */
import type { ColumnShape } from '../questionnaire/columns.ts';
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import { type CategoryShape, categoriesOf } from './categories.ts';
import {
  cellUnits,
  hiddenInView,
  highestNumber,
  isInSight,
  sightOf,
  wholeKinds,
} from './cell-pool.ts';
import { ALL, ANSWERS, APART, addUp, cellTallyOf, EMPTY } from './cell-tally.ts';
import { columnOf, isPooledAt, useAtOf } from './cell-use.ts';
import type { Dataset, Filter, Member } from './dataset.ts';
import type { Reader } from './disclosure.ts';
import { isSubmitted, lensOf, strataOf } from './lens.ts';
import { rateOf } from './standing-tally.ts';

/**
 * What is no option of the question; no code begins with an underscore, so none can be mistaken for one.
 * `_withheld`: answered in totals only by too few to be told apart here.
 */
export const SPECIAL = ['_answered', '_not_applicable', '_no_answer', '_withheld'] as const;
export type Special = (typeof SPECIAL)[number];

export type Category = CategoryShape & {
  count: number;
  /** Where its States stand in the columns. */
  places(): number[];
  members(): Member[];
};

export type Distribution = {
  column: ColumnShape;
  question: AskedQuestion;
  categories: Category[];
  /** Everyone asked in this view. */
  asked: number;
  /** With an answer, "do not know" included. */
  answered: number;
  /** Whether the reader may not see the member named here. */
  isPooled(member: Pick<Member, 'at'>): boolean;
};

/** Nobody in view has submitted an answer, not even "not applicable": a zero would say that they had. */
export const isEmpty = ({ categories, asked }: Distribution): boolean =>
  asked > 0 && categories.every(({ key, count }) => key === '_no_answer' || count === 0);

/** @param columnId question id, or "question/row" */
export function distributionOf(
  data: Dataset,
  audience: string,
  columnId: string,
  filter: Filter,
  reader: Reader,
): Distribution | null {
  const { questionnaire } = data;
  const of = data.audiences.get(audience);
  const column = of?.columns.byId.get(columnId);
  const question = column && questionnaire.question(column.question);
  const lens = lensOf(data, filter);
  const sight = sightOf(lens, audience, filter, reader);
  if (!of || !column || !question || !sight) return null;

  const highest = highestNumber(data, sight, column, false);
  const { answers, keysAt } = categoriesOf(column, question, highest);
  const tally = cellTallyOf(lens, questionnaire, audience, column, highest);
  const shown = wholeKinds(cellUnits(data, sight, question, tally), hiddenInView(sight, tally));

  const sums = new Float64Array(tally.width);
  for (const kindAt of data.columns.kinds.keys())
    if (sight.isKindIn[kindAt])
      addUp(
        tally,
        kindAt,
        (stratum, use) =>
          sight.isStratumIn[stratum] === true && (sight.names[use] === true || shown.has(kindAt)),
        sums,
      );
  const number = (at: number) => sums[at] as number;
  const { invited: asked, submitted } = rateOf(data, audience, filter);
  const silent = asked - submitted + number(EMPTY);
  const withheld = submitted - number(ALL);
  const notApplicable = number(APART);

  const strata = strataOf(lens, audience);
  const useAt = useAtOf(questionnaire, sight.part, columnOf(sight.part, columnId));
  const keysOf = (place: number, stratum: number): string[] => {
    if (!isSubmitted(stratum)) return ['_no_answer'];
    const isCounted = sight.names[useAt(place)] || shown.has(data.columns.kind[place] as number);
    return isCounted ? keysAt(place) : ['_withheld'];
  };
  const placesOf = (key: string): number[] => {
    const { taken, kind, length } = data.columns;
    const places: number[] = [];
    for (let place = 0; place < length; place += 1) {
      if (!taken[place]) continue;
      const stratum = strata()[place] as number;
      if (isInSight(sight, kind[place] as number, stratum) && keysOf(place, stratum).includes(key))
        places.push(place);
    }
    return places;
  };
  const category = (shape: CategoryShape, count: number): Category => ({
    ...shape,
    count,
    places: () => placesOf(shape.key),
    members: () => of.membersAt(placesOf(shape.key)),
  });
  const special = (key: Special, count: number): Category[] =>
    count > 0 || key === '_no_answer' ? [category({ key, label: null, kind: 'none' }, count)] : [];
  const pooledAt = isPooledAt(questionnaire, sight.part, columnId, reader);
  return {
    column,
    question,
    categories: [
      ...answers.map((shape, at) => category(shape, number(ANSWERS + at))),
      ...special('_not_applicable', notApplicable),
      ...special('_withheld', withheld),
      ...special('_no_answer', silent),
    ],
    asked,
    answered: asked - silent - notApplicable - withheld,
    isPooled: ({ at }) => at >= 0 && pooledAt(at),
  };
}

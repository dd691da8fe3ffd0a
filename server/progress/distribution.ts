/** How the answers to one question are spread, over everyone who was asked. Each category knows its members. Pure. */
import type { ColumnShape } from '../questionnaire/columns.ts';
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import { type CategoryShape, categoriesOf } from './categories.ts';
import { type Dataset, type Filter, type Member, selected } from './dataset.ts';
import type { Reader } from './disclosure.ts';
import { asSaidThen, branchOf, poolOf, unitsOf } from './pool.ts';

/**
 * What is no option of the question; no code begins with an underscore, so none can be mistaken for one.
 * `_withheld`: answered in totals only by too few to be told apart here.
 */
export const SPECIAL = ['_answered', '_not_applicable', '_no_answer', '_withheld'] as const;
export type Special = (typeof SPECIAL)[number];

type Category = CategoryShape & { members: Member[] };

export type Distribution = {
  column: ColumnShape;
  question: AskedQuestion;
  categories: Category[];
  /** Everyone asked in this view. */
  asked: number;
  /** With an answer, "do not know" included. */
  answered: number;
  /** Those of the members whom the reader may not see named here. */
  pooled: Set<Member>;
};

/** Nobody in view has submitted an answer, not even "not applicable": a zero would say that they had. */
export const isEmpty = ({ categories, asked }: Distribution): boolean =>
  asked > 0 && categories.every(({ key, members }) => key === '_no_answer' || members.length === 0);

/** @param columnId question id, or "question/row" */
export function distributionOf(
  data: Dataset,
  audience: string,
  columnId: string,
  filter: Filter,
  reader: Reader,
): Distribution | null {
  const of = data.audiences.get(audience);
  const column = of?.columns.byId.get(columnId);
  const question = column && data.questionnaire.question(column.question);
  if (!column || !question) return null;
  const members = selected(data, audience, filter);
  const inView = new Set(members);
  const pooled = poolOf(data, audience, column, reader, asSaidThen);
  const named = members.filter((member) => member.at >= 0 && !pooled.has(member));
  const { answers, keysAt } = categoriesOf(column, question, named);
  const units = unitsOf(data, pooled, [keysAt, branchOf(column, question)]);
  const counted = new Set([
    ...named,
    ...units.filter((unit) => unit.every((member) => inView.has(member))).flat(),
  ]);
  const at = (key: string) => (member: Member) =>
    counted.has(member) && keysAt(member).includes(key);
  const special = (key: Special, list: Member[]): Category[] =>
    list.length > 0 || key === '_no_answer'
      ? [{ key, label: null, kind: 'none', members: list }]
      : [];
  const silent = members.filter((member) => member.at < 0 || at('_no_answer')(member));
  const notApplicable = members.filter(at('_not_applicable'));
  const withheld = members.filter((member) => member.at >= 0 && !counted.has(member));
  return {
    column,
    question,
    categories: [
      ...answers.map((one) => ({ ...one, members: members.filter(at(one.key)) })),
      ...special('_not_applicable', notApplicable),
      ...special('_withheld', withheld),
      ...special('_no_answer', silent),
    ],
    asked: members.length,
    answered: members.length - silent.length - notApplicable.length - withheld.length,
    pooled: data.snapshot ? poolOf(data, audience, column, reader) : pooled,
  };
}

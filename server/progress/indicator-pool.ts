/** Which of the States that may not be named an indicator may count. Pure. */
import { rulesOf } from '../questionnaire/condition.ts';
import type { Indicator } from '../questionnaire/definition.ts';
import { isMember, type State } from '../states/state.ts';
import { categoriesOf } from './categories.ts';
import type { Dataset, Member } from './dataset.ts';
import type { Reader } from './disclosure.ts';
import { asSaidThen, branchOf, type Codes, columnsOf, poolOf, unitsOf } from './pool.ts';

export type RulePool = {
  /** Whom the reader may not see named with the indicator. */
  hidden: Set<Member>;
  /** Whom it counts in units only; at a cut-off not those who said so later. */
  pooled: Set<Member>;
  /** Those of them that may be counted where exactly these members are in view. */
  shownIn(inView: Set<Member>): Set<Member>;
};

/**
 * An indicator looks at several answers, and its figure beside those of the questions must tell no more than they do.
 * So it counts what they count: a pool that is the same for all of its questions, in the same units. Where States
 * marked single answers the pools differ, and then none of them is counted. Nor is a unit with a State that speaks in
 * several audiences, or one of which only a part is in the group that is counted against.
 * @param outcome what the indicator's figures tell of a State
 */
export function rulePool(
  data: Dataset,
  indicator: Indicator,
  reader: Reader,
  outcome: (state: State, members: Member[]) => string[],
): RulePool {
  const hidden = new Set<Member>();
  const pooled = new Set<Member>();
  const units: Member[][] = [];
  const { numerator, denominator } = indicator;
  const rules = [numerator, denominator?.where].flatMap((one) => (one ? rulesOf(one) : []));
  const asked = [...new Set(rules.map(({ rule }) => rule.q))];
  const submitted = (audience: string) =>
    (data.audiences.get(audience)?.members ?? []).filter((member) => member.at >= 0);
  const elsewhere = (member: Member) =>
    indicator.audiences
      .filter((audience) => audience !== member.audience)
      .some((audience) => submitted(audience).some(({ state }) => state._id === member.state._id));
  const inGroup = ({ state }: Member) =>
    denominator !== null && isMember(state, denominator.group, data.referenceDate);

  for (const audience of indicator.audiences) {
    const columns = asked.flatMap((id) => columnsOf(data.audiences.get(audience)?.columns, id));
    const pools = columns.map((column) => poolOf(data, audience, column, reader, asSaidThen));
    const union = new Set(pools.flatMap((pool) => [...pool]));
    for (const member of union) pooled.add(member);
    for (const column of columns)
      for (const member of poolOf(data, audience, column, reader)) hidden.add(member);
    if (pools.some((pool) => pool.size !== union.size)) continue;
    const told: Codes[] = columns.flatMap((column, at) => {
      const question = data.questionnaire.question(column.question);
      const named = submitted(audience).filter((member) => !pools[at]?.has(member));
      return question
        ? [categoriesOf(column, question, named).keysAt, branchOf(column, question)]
        : [];
    });
    const figures: Codes = (member) => outcome(member.state, [member]);
    const whole = (unit: Member[]) =>
      !unit.some(elsewhere) && new Set(unit.map(inGroup)).size === 1;
    units.push(...unitsOf(data, union, [...told, figures]).filter(whole));
  }
  return {
    hidden,
    pooled,
    shownIn: (inView) =>
      new Set(units.filter((unit) => unit.every((member) => inView.has(member))).flat()),
  };
}

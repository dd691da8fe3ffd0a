/** Where the States stand on an indicator of the plan, by its rule in the questionnaire. Pure. */
import type { Condition, Indicator } from '../questionnaire/definition.ts';
import { isMember, type State } from '../states/state.ts';
import {
  type Dataset,
  type Filter,
  inScope,
  type Member,
  selected,
  stateMatches,
} from './dataset.ts';
import type { Reader } from './disclosure.ts';
import { rulePool } from './indicator-pool.ts';
import { truthOf } from './truth.ts';

/** A State with its submissions in all audiences, joined: yes in either is yes. */
export type JoinedState = {
  state: State;
  members: Member[];
  /** Whether the reader may not see it named: as soon as one answer that the rule looks at is for closer use. */
  pooled: boolean;
};

export type IndicatorResult = {
  indicator: Indicator;
  /** A fraction from 0 to 1 for a percentage, the numerator for a count; null when nothing can be said. */
  value: number | null;
  /** Null for an indicator that is a distribution only. */
  numerator: JoinedState[] | null;
  /** The States that are counted against, whether they answered or not. */
  denominator: JoinedState[] | null;
  /** States of the group that submitted. */
  respondents: JoinedState[];
  /** States outside the group that meet the numerator, such as donors that are not party. */
  apart: JoinedState[];
  /** Respondents in totals only, too few in this view to be counted. */
  withheld: JoinedState[];
  /** All States in view. */
  states: JoinedState[];
};

export function indicatorResult(
  data: Dataset,
  indicator: Indicator,
  filter: Filter,
  reader: Reader,
): IndicatorResult {
  const meets = (condition: Condition, { members }: JoinedState) =>
    truthOf(data, condition, members) === 'yes';
  const pool = rulePool(data, indicator, reader, (state, members) => {
    const one = { state, members, pooled: false };
    const where = indicator.denominator?.where;
    const applies = !where || meets(where, one);
    const met = indicator.numerator !== null && meets(indicator.numerator, one);
    return [...(where ? [`where ${applies}`] : []), `met ${applies && met}`];
  });
  const joined = joinStates(data, indicator.audiences, filter, pool.hidden);
  const answered = joined.filter(({ members }) => members.some((member) => member.at >= 0));
  const inView = new Set(
    indicator.audiences.flatMap((audience) => selected(data, audience, filter)),
  );
  const shown = pool.shownIn(inView);
  const withheld = answered.filter(({ members }) =>
    members.some((member) => pool.pooled.has(member) && !shown.has(member)),
  );
  const counted = answered.filter((one) => !withheld.includes(one));
  const { numerator, denominator } = indicator;
  if (!numerator || !denominator)
    return {
      indicator,
      value: null,
      numerator: null,
      denominator: null,
      respondents: answered,
      apart: [],
      withheld,
      states: joined,
    };

  const inGroup = ({ state }: JoinedState) =>
    isMember(state, denominator.group, data.referenceDate);
  const { where } = denominator;
  const respondents = answered.filter(inGroup);
  const base = where
    ? counted.filter((one) => inGroup(one) && meets(where, one))
    : joined.filter(inGroup);
  const reached = counted.filter((one) => meets(numerator, one));
  const met = reached.filter((one) => inGroup(one) && (!where || meets(where, one)));
  const nothing = respondents.length === 0 || base.length === 0;
  return {
    indicator,
    value: nothing ? null : indicator.kind === 'percentage' ? met.length / base.length : met.length,
    numerator: met,
    denominator: base,
    respondents,
    apart: reached.filter((one) => !inGroup(one) && (!where || meets(where, one))),
    withheld,
    states: joined,
  };
}

/**
 * All States of the filter, each with its members of the audiences. Under a review state only the submissions in that
 * state speak, and only States that have one are left.
 */
function joinStates(
  data: Dataset,
  audiences: string[],
  filter: Filter,
  hidden: Set<Member>,
): JoinedState[] {
  const members = new Map<string, Member[]>();
  for (const audience of audiences)
    for (const member of data.audiences.get(audience)?.members ?? []) {
      if (!inScope(filter, audience, member.state)) continue;
      if (filter.review !== null && (member.at < 0 || member.review !== filter.review)) continue;
      members.set(member.state._id, [...(members.get(member.state._id) ?? []), member]);
    }
  return data.states
    .filter((state) => stateMatches(state, filter, data.referenceDate))
    .filter((state) => !filter.answeredToo || members.has(state._id))
    .filter((state) => filter.review === null || members.has(state._id))
    .map((state) => {
      const own = members.get(state._id) ?? [];
      return { state, members: own, pooled: own.some((member) => hidden.has(member)) };
    });
}

/** Where the States stand on an indicator of the plan, by its rule in the questionnaire. Pure. */
import type { Kind } from '../columns/round-columns.ts';
import type { Condition, Indicator } from '../questionnaire/definition.ts';
import type { Dataset, Filter } from './dataset.ts';
import type { Reader } from './disclosure.ts';
import { type Group, type JoinedState, ruleView } from './rule-view.ts';
import type { Verdict } from './verdict.ts';

export type IndicatorResult = {
  indicator: Indicator;
  /** A fraction from 0 to 1 for a percentage, the numerator for a count; null when nothing can be said. */
  value: number | null;
  /** Null for an indicator that is a distribution only. */
  numerator: Group | null;
  /** The States that are counted against, whether they answered or not. */
  denominator: Group | null;
  /** States of the group that submitted. */
  respondents: Group;
  /** States outside the group that meet the numerator, such as donors that are not party. */
  apart: Group;
  /** Respondents in totals only, too few in this view to be counted. */
  withheld: Group;
  /** All States in view. */
  states: Group;
  /** How many of them stand where. */
  verdicts(): Map<Verdict, number>;
  /** One of them. @param place of a State that was asked in the round */
  at(place: number): JoinedState;
  atAll(places: number[]): JoinedState[];
};

/** Holds of everybody. */
const ALWAYS: Condition = { all: [] };
const NOBODY: Group = { count: 0, list: () => [], places: () => [] };

export function indicatorResult(
  data: Dataset,
  indicator: Indicator,
  filter: Filter,
  reader: Reader,
): IndicatorResult {
  const { audiences, numerator, denominator, kind } = indicator;
  const where = denominator?.where ?? null;
  const rule = { audiences, numerator: numerator ?? ALWAYS, where };
  const group = denominator?.group ?? null;
  const view = ruleView(data, rule, group, filter, reader, [
    ({ applies }) => where !== null && applies,
    ({ applies }) => where !== null && !applies,
    ({ verdict }) => verdict === 'yes',
    ({ verdict }) => verdict !== 'yes',
  ]);
  const { answered, withheld, kept: states, verdicts, at, atAll } = view;
  const of = { indicator, withheld, states, verdicts, at, atAll };
  if (!numerator || group === null)
    return {
      ...of,
      value: null,
      numerator: null,
      denominator: null,
      respondents: answered,
      apart: NOBODY,
    };
  const inGroup = ({ groups }: Kind) => groups.has(group);
  const respondents = view.answeredOf(inGroup);
  const base = where
    ? view.counted(({ applies }, one) => applies && inGroup(one))
    : view.keptOf(inGroup);
  const met = view.counted(({ verdict }, one) => verdict === 'yes' && inGroup(one));
  const nothing = respondents.count === 0 || base.count === 0;
  return {
    ...of,
    value: nothing ? null : kind === 'percentage' ? met.count / base.count : met.count,
    numerator: met,
    denominator: base,
    respondents,
    apart: view.counted(({ verdict }, one) => verdict === 'yes' && !inGroup(one)),
  };
}

/** Who stands where on a rule in one view, as sums over classes, and as lists when they are asked for. Pure. */
import type { Kind } from '../columns/round-columns.ts';
import { isMember, type State } from '../states/state.ts';
import {
  highestNumber,
  isInSight,
  type KindPart,
  once,
  poolPartsOf,
  type Sight,
  sightOf,
  wholeKinds,
} from './cell-pool.ts';
import { cellTallyOf } from './cell-tally.ts';
import { columnOf } from './cell-use.ts';
import type { Dataset, Filter, Member } from './dataset.ts';
import type { Reader } from './disclosure.ts';
import { isSubmitted, kindMatches, lensOf } from './lens.ts';
import { unitsOf } from './pool.ts';
import {
  askedColumns,
  type Outcome,
  type Rule,
  type RuleClass,
  ruleTallyOf,
} from './rule-tally.ts';
import type { Verdict } from './verdict.ts';

/** A State with its submissions in all audiences, joined: yes in either is yes. */
export type JoinedState = {
  state: State;
  /** Those that speak in this view. */
  members: Member[];
  /** Whether the reader may not see it named: as soon as one answer that the rule looks at is for closer use. */
  pooled: boolean;
  verdict: Verdict;
};

/** Some of the States in view. */
export type Group = {
  count: number;
  /** All of them, also those that were not asked. @throws NamesNeeded, TooMany in a large round */
  list(): JoinedState[];
  /** Where those who were asked stand in the columns. @param of `named`: only those that may be named */
  places(of: { named: boolean }): number[];
};

export type RuleView = {
  /** All States of the filter, asked or not; under a review state only those that have a submission in it. */
  kept: Group;
  /** Of them those that submitted. */
  answered: Group;
  /** Those that may not be named, too few in this view to be counted. */
  withheld: Group;
  /** The others that submitted, of whom figures tell. @param holds of a State of the class: its outcome in this view */
  counted(holds: (outcome: Outcome, kind: Kind) => boolean): Group;
  /** Those kept, or those that submitted, that are of some kind. */
  keptOf(isOf: (kind: Kind) => boolean): Group;
  answeredOf(isOf: (kind: Kind) => boolean): Group;
  /** How many of those kept stand where. */
  verdicts(): Map<Verdict, number>;
  at(place: number): JoinedState;
  /** Several of them. @throws NamesNeeded, TooMany in a large round */
  atAll(places: number[]): JoinedState[];
};

/** What figures tell of a State that speaks in one audience: each of these either holds of it or not. */
export type Told = ((outcome: Outcome) => boolean)[];

/** @param group that is counted against: a unit of which only a part is in it is not counted; null for none */
export function ruleView(
  data: Dataset,
  of: Rule,
  group: string | null,
  filter: Filter,
  reader: Reader,
  told: Told,
): RuleView {
  const rule = { ...of, audiences: of.audiences.filter((one) => data.audiences.has(one)) };
  const lens = lensOf(data, filter);
  const tally = ruleTallyOf(lens, data.questionnaire, rule);
  const all = tally.classes();
  const sights = rule.audiences.flatMap(
    (audience) => sightOf(lens, audience, filter, reader) ?? [],
  );
  const shown = sights.map((sight, at) => {
    const work = () => ruleUnits(data, rule, sight, at, all, group, told);
    const units = once(tally, sight, `${sight.audience} ${group} ${told.length}`, work);
    const inView = new Map<number, number>();
    for (const { kindAt, strata, uses, count } of units.length > 0 ? all : []) {
      const stratum = strata[at] as number;
      if (!isSubmitted(stratum) || sight.names[uses[at] as number]) continue;
      if (isInSight(sight, kindAt, stratum)) inView.set(kindAt, (inView.get(kindAt) ?? 0) + count);
    }
    return wholeKinds(units, (kindAt) => inView.get(kindAt) ?? 0);
  });
  const isNarrow = filter.review !== null || filter.answeredToo !== undefined;

  /** The audiences that speak, a bit for each. */
  const speaks = ({ strata }: RuleClass): number =>
    sights.reduce(
      (set, { isStratumIn }, at) => (isStratumIn[strata[at] as number] ? set | (1 << at) : set),
      0,
    );
  const some = (set: number, of: (at: number) => boolean): boolean =>
    sights.some((_, at) => (set >> at) & 1 && of(at));
  const isKept = (one: RuleClass): boolean =>
    kindMatches(one.kind, filter) && (!isNarrow || speaks(one) !== 0);
  const isAnswered = (one: RuleClass): boolean =>
    isKept(one) && some(speaks(one), (at) => isSubmitted(one.strata[at] as number));
  const mayNameIn = (uses: number[], at: number): boolean =>
    sights[at]?.names[uses[at] as number] === true;
  const isWithheld = (one: RuleClass): boolean =>
    isAnswered(one) &&
    some(
      speaks(one),
      (at) =>
        isSubmitted(one.strata[at] as number) &&
        !mayNameIn(one.uses, at) &&
        !shown[at]?.has(one.kindAt),
    );
  const isPooled = (one: RuleClass): boolean =>
    some(speaks(one), (at) => isSubmitted(one.strata[at] as number) && !mayNameIn(one.naming, at));
  const verdictOf = (one: RuleClass): Verdict => {
    const set = speaks(one);
    if (set === 0) return 'not_asked';
    if (!isAnswered(one)) return 'no_answer';
    return isPooled(one) ? 'totals' : (one.outcomes[set]?.verdict ?? 'no_answer');
  };

  const joined = (one: RuleClass, place: number): JoinedState => {
    const set = speaks(one);
    const members = sights.flatMap(({ audience }, at) =>
      (set >> at) & 1 ? (data.audiences.get(audience)?.memberAt(place) ?? []) : [],
    );
    const state = members[0]?.state ?? stateAt(data, place);
    return { state, members, pooled: isPooled(one), verdict: verdictOf(one) };
  };
  const joinedAt = (places: number[]): JoinedState[] => {
    // Asked for once for all audiences: in a large round it is fetched whose these places are.
    for (const { audience } of sights) data.audiences.get(audience)?.membersAt(places);
    return places.map((place) => joined(tally.classAt(place), place));
  };
  const groupOf = (holds: (one: RuleClass) => boolean, others: (kind: Kind) => boolean): Group => ({
    count:
      all.reduce((sum, one) => (holds(one) ? sum + one.count : sum), 0) +
      data.others.kinds.reduce((sum, { kind, count }) => (others(kind) ? sum + count : sum), 0),
    places: ({ named }) => tally.places((one) => holds(one) && !(named && isPooled(one))),
    list: () => [
      ...joinedAt(tally.places(holds)),
      ...(data.others.states ?? [])
        .filter((state) => others(kindOfState(data, state)))
        .map((state) => ({ state, members: [], pooled: false, verdict: 'not_asked' as const })),
    ],
  });
  const isOther = (kind: Kind) => !isNarrow && kindMatches(kind, filter);
  const nobody = () => false;
  return {
    kept: groupOf(isKept, isOther),
    answered: groupOf(isAnswered, nobody),
    withheld: groupOf(isWithheld, nobody),
    counted: (holds) =>
      groupOf((one) => {
        if (!isAnswered(one) || isWithheld(one)) return false;
        const outcome = one.outcomes[speaks(one)];
        return outcome !== undefined && holds(outcome, one.kind);
      }, nobody),
    keptOf: (isOf) =>
      groupOf(
        (one) => isKept(one) && isOf(one.kind),
        (kind) => isOther(kind) && isOf(kind),
      ),
    answeredOf: (isOf) => groupOf((one) => isAnswered(one) && isOf(one.kind), nobody),
    at: (place) => joined(tally.classAt(place), place),
    atAll: joinedAt,
    verdicts: () => {
      const counts = new Map<Verdict, number>();
      for (const one of all)
        if (isKept(one)) {
          const verdict = verdictOf(one);
          counts.set(verdict, (counts.get(verdict) ?? 0) + one.count);
        }
      return counts;
    },
  };
}

const stateAt = (data: Dataset, place: number): State => {
  for (const { memberAt } of data.audiences.values()) {
    const member = memberAt(place);
    if (member) return member.state;
  }
  throw new Error(`no State has the place ${place}`);
};

const kindOfState = ({ columns, referenceDate }: Dataset, state: State): Kind => ({
  region: state.region,
  groups: new Set(columns.shape.groups.filter((one) => isMember(state, one, referenceDate))),
});

/**
 * The units of those who may not be named that the rule may count, of one audience.
 *
 * A rule looks at several answers, and its figure beside those of the questions must tell no more than they do. So it counts
 * what they count: a pool that is the same for all of its questions, in the same units. Where States marked single answers the
 * pools differ, and then none of them is counted. Nor is a unit with a State that speaks in several audiences, or one of which
 * only a part is in the group that is counted against.
 */
function ruleUnits(
  data: Dataset,
  rule: Rule,
  sight: Sight,
  at: number,
  all: RuleClass[],
  group: string | null,
  told: Told,
): KindPart[][] {
  const { lens, audience, names } = sight;
  const hidden = all.filter(
    ({ strata, uses }) => isSubmitted(strata[at] as number) && !names[uses[at] as number],
  );
  if (hidden.length === 0) return [];
  const size = hidden.reduce((sum, { count }) => sum + count, 0);
  const columns = askedColumns(lens, rule, audience).map((id) => {
    const column = columnOf(sight.part, id)();
    const question = data.questionnaire.question(column.question);
    if (!question) throw new Error(`there is no question ${column.question}`);
    const highest = highestNumber(data, sight, column, true);
    const tally = cellTallyOf(lens, data.questionnaire, audience, column, highest);
    return poolPartsOf(sight, question, tally);
  });
  if (columns.some((parts) => parts.reduce((sum, { count }) => sum + count, 0) !== size)) return [];

  type RulePart = KindPart & { isElsewhere: boolean; figures: number[] };
  const parts = new Map<number, RulePart>();
  for (const { kindAt, kind, strata, outcomes, count } of hidden) {
    const part = parts.get(kindAt) ?? {
      kind,
      kindAt,
      count: 0,
      told: columns.flatMap((own) => [
        ...Array.from(own.find((one) => one.kindAt === kindAt)?.told ?? []),
      ]),
      isElsewhere: false,
      figures: told.map(() => 0),
    };
    parts.set(kindAt, part);
    part.count += count;
    if (strata.some((stratum, other) => other !== at && isSubmitted(stratum)))
      part.isElsewhere = true;
    const outcome = outcomes[1 << at];
    for (const [n, holds] of told.entries())
      if (outcome && holds(outcome)) part.figures[n] = (part.figures[n] as number) + count;
  }
  const whole = [...parts.values()].map((part) => ({
    ...part,
    told: [...Array.from(part.told), ...part.figures],
  }));
  return unitsOf(data, whole).filter(
    (unit) =>
      unit.every(({ isElsewhere }) => !isElsewhere) &&
      new Set(unit.map(({ kind }) => group !== null && kind.groups.has(group))).size === 1,
  );
}

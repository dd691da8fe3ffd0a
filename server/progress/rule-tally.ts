/**
 * The States of a round counted by where they stand on a rule: those that are alike in everything that any figure of the rule
 * looks at are one class. Whatever the filter and whoever reads, figures are sums over classes. Pure.
 */
import {
  type Counter,
  grown,
  type Kind,
  type RoundColumns,
  STRIDE,
} from '../columns/round-columns.ts';
import { rulesOf } from '../questionnaire/condition.ts';
import type { Condition } from '../questionnaire/definition.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { USES } from '../responses/response.ts';
import { closestUseOf, columnOf } from './cell-use.ts';
import { counterOf, isAsked, type Lens, listOf, STRATA, strataOf } from './lens.ts';
import { type Codes, numbering } from './numbering.ts';
import { judgeOf, TRUTHS } from './truth.ts';

export type Rule = {
  audiences: string[];
  numerator: Condition;
  /** Whom it is about at all; null for everybody. */
  where: Condition | null;
};

/** What a rule says of a State: whether it is about it, and where it stands. */
const OUTCOMES = [
  { applies: true, verdict: 'yes' },
  { applies: true, verdict: 'unsure' },
  { applies: true, verdict: 'no_answer' },
  { applies: true, verdict: 'no' },
  { applies: true, verdict: 'not_applicable' },
  { applies: false, verdict: 'unsure' },
  { applies: false, verdict: 'no_answer' },
  { applies: false, verdict: 'not_applicable' },
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** States that are alike. What is by audience is in the order of the rule's audiences. */
export type RuleClass = {
  kind: Kind;
  kindAt: number;
  /** By audience; where it was not asked the standing in it says so. */
  strata: number[];
  /** By audience, the closest use of the answers that the rule looks at; a place among USES. */
  uses: number[];
  /** The same for naming; see `Part.naming`. */
  naming: number[];
  /** By the set of audiences that speak, a bit for each: a filter may leave one of several. Of sets in which it was asked. */
  outcomes: (Outcome | undefined)[];
  count: number;
};

export type RuleTally = Counter & {
  classes(): RuleClass[];
  /** Its count is of no meaning where the State is not counted. */
  classAt(place: number): RuleClass;
  /** The places of the classes of which it holds. */
  places(holds: (one: RuleClass) => boolean): number[];
};

const UNSURE = TRUTHS.indexOf('unsure');
const MISSING = TRUTHS.indexOf('missing');
const YES = TRUTHS.indexOf('yes');

export const ruleTallyOf = (lens: Lens, questionnaire: Questionnaire, rule: Rule): RuleTally =>
  counterOf(lens, `rule ${JSON.stringify(rule)}`, () => newRuleTally(lens, questionnaire, rule));

function newRuleTally(lens: Lens, questionnaire: Questionnaire, rule: Rule): RuleTally {
  const { columns } = lens;
  const { audiences } = rule;
  const parts = audiences.map((audience) => partOf(lens, questionnaire, rule, audience));
  const sets = Array.from({ length: 2 ** audiences.length - 1 }, (_, at) => at + 1);
  // What tells one class from another, besides the kind; in this order.
  const codes = numbering([
    ...parts.map(({ standing }) => standing),
    ...parts.flatMap(({ naming }) => naming ?? []),
    ...sets.map((set) => outcomesOf(columns, rule, speaking(audiences, set))),
  ]);
  let counts = new Int32Array(0);
  const classes: RuleClass[] = [];
  /** Writes the number of the class of each place. */
  const find = (from: number, to: number): Int32Array => {
    codes.find(columns.kind, columns.kinds.length, from, to, found);
    while (classes.length < codes.count()) classes.push(madeOf(codes.of(classes.length)));
    return found;
  };
  const madeOf = ([kindAt = 0, ...all]: number[]): RuleClass => {
    const standings = all.splice(0, audiences.length);
    const strata = standings.map((one) => Math.floor(one / USES.length));
    const uses = standings.map((one) => one % USES.length);
    const naming = uses.map((use, at) => (parts[at]?.naming ? (all.shift() as number) : use));
    const wasAsked = (set: number) =>
      strata.every((stratum, at) => !((set >> at) & 1) || isAsked(stratum));
    return {
      kind: columns.kinds[kindAt] as Kind,
      kindAt,
      strata,
      ...{ uses, naming },
      outcomes: [
        undefined,
        ...sets.map((set, at) => (wasAsked(set) ? OUTCOMES[all[at] as number] : undefined)),
      ],
      count: 0,
    };
  };
  return {
    count(from, to, by) {
      const numbers = find(from, to);
      if (classes.length > counts.length)
        counts = grown(counts, new Int32Array(2 * classes.length));
      countTaken(counts, numbers, columns.taken, from, to, by);
    },
    classes() {
      for (const [at, one] of classes.entries()) one.count = counts[at] ?? 0;
      return classes.filter(({ count }) => count > 0);
    },
    classAt: (place) => classes[find(place, place + 1)[0] as number] as RuleClass,
    places(holds) {
      const { taken, length } = columns;
      const known: boolean[] = [];
      const places: number[] = [];
      for (let from = 0; from < length; from += STRIDE) {
        const to = Math.min(from + STRIDE, length);
        const numbers = find(from, to);
        for (let place = from; place < to; place += 1) {
          if (!taken[place]) continue;
          const number = numbers[place - from] as number;
          known[number] ??= holds(classes[number] as RuleClass);
          if (known[number]) places.push(place);
        }
      }
      return places;
    },
  };
}

/** The numbers of the classes that were found last. */
const found = new Int32Array(STRIDE);

function countTaken(
  counts: Int32Array,
  numbers: Int32Array,
  taken: Uint8Array,
  from: number,
  to: number,
  by: number,
): void {
  for (let place = from; place < to; place += 1) {
    const at = numbers[place - from] as number;
    counts[at] = (counts[at] as number) + by * (taken[place] as number);
  }
}

const speaking = (audiences: string[], set: number): string[] =>
  audiences.filter((_audience, at) => (set >> at) & 1);

/** How an audience stands at a place, with the closest use of the answers there that a rule looks at: by then, and for naming. */
function partOf(
  lens: Lens,
  questionnaire: Questionnaire,
  rule: Rule,
  audience: string,
): { standing: Codes; naming: Codes | null } {
  const part = lens.columns.parts.get(audience);
  if (!part) throw new Error(`there is no audience ${audience}`);
  const columns = askedColumns(lens, rule, audience).map((id) => columnOf(part, id));
  const strata = strataOf(lens, audience);
  const useOf = closestUseOf(questionnaire, part, columns);
  const namingOf = part.naming && closestUseOf(questionnaire, part.naming, columns);
  return {
    standing: {
      width: STRATA * USES.length,
      write(from, to, into) {
        useOf(listOf(from, to), into);
        addStrata(strata(), from, to, into);
      },
    },
    naming: namingOf && {
      width: USES.length,
      write: (from, to, into) => namingOf(listOf(from, to), into),
    },
  };
}

function addStrata(strata: Uint8Array, from: number, to: number, into: Uint8Array): void {
  const width = USES.length;
  for (let place = from; place < to; place += 1)
    into[place - from] = (strata[place] as number) * width + (into[place - from] as number);
}

/** What a rule says, where only some audiences speak: places among OUTCOMES. */
function outcomesOf(columns: RoundColumns, { numerator, where }: Rule, speaking: string[]): Codes {
  const met = judgeOf(columns, numerator, speaking);
  // The first five follow TRUTHS.
  if (!where) return { width: OUTCOMES.length, write: met };
  const applies = judgeOf(columns, where, speaking);
  const about = new Uint8Array(STRIDE);
  return {
    width: OUTCOMES.length,
    write(from, to, into) {
      met(from, to, into);
      applies(from, to, about);
      for (let at = 0; at < to - from; at += 1)
        if (about[at] !== YES) into[at] = OTHERWISE[about[at] as number] as number;
    },
  };
}

/** By what is said of whether it is about somebody, other than yes. */
const OTHERWISE = Uint8Array.from(TRUTHS, (_, truth) =>
  truth === UNSURE ? 5 : truth === MISSING ? 6 : 7,
);

/** The columns of an audience that a rule looks at. */
export function askedColumns(lens: Lens, { numerator, where }: Rule, audience: string): string[] {
  const asked = new Set(
    [numerator, where].flatMap((one) => (one ? rulesOf(one) : [])).map(({ rule }) => rule.q),
  );
  const shapes = lens.columns.parts.get(audience)?.layout.columns ?? [];
  return shapes.filter(({ question }) => asked.has(question)).map(({ id }) => id);
}

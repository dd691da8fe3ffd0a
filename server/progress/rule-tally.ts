/**
 * The States of a round counted by where they stand on a rule: those that are alike in everything that any figure of the rule
 * looks at are one class. Whatever the filter and whoever reads, figures are sums over classes. Pure.
 */
import { type Counter, type Kind, SUBMITTED } from '../columns/round-columns.ts';
import { rulesOf } from '../questionnaire/condition.ts';
import type { Condition } from '../questionnaire/definition.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { USES } from '../responses/response.ts';
import { closestUseOf, columnOf } from './cell-use.ts';
import { counterOf, type Lens, STRATA, standingIn, stratumOf } from './lens.ts';
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
};

/** A hundred kinds of States and more, where a rule is about one audience. */
const NEAR = 100_000;

const UNSURE = TRUTHS.indexOf('unsure');
const MISSING = TRUTHS.indexOf('missing');
const YES = TRUTHS.indexOf('yes');

export const ruleTallyOf = (lens: Lens, questionnaire: Questionnaire, rule: Rule): RuleTally =>
  counterOf(lens, `rule ${JSON.stringify(rule)}`, () => newRuleTally(lens, questionnaire, rule));

function newRuleTally(lens: Lens, questionnaire: Questionnaire, rule: Rule): RuleTally {
  const { columns } = lens;
  const { audiences } = rule;
  const sets = 2 ** audiences.length;
  const parts = audiences.map((audience) => partOf(lens, questionnaire, rule, audience));
  const judges = Array.from({ length: sets }, (_, set) => {
    const speaking = audiences.filter((_audience, at) => (set >> at) & 1);
    return {
      met: judgeOf(columns, rule.numerator, speaking),
      applies: rule.where ? judgeOf(columns, rule.where, speaking) : null,
    };
  });
  const outcomeAt = (set: number, place: number): number => {
    const { met, applies } = judges[set] as (typeof judges)[number];
    const where = applies ? applies(place) : YES;
    // In the order of OUTCOMES, whose first five follow TRUTHS.
    if (where === YES) return met(place);
    return where === UNSURE ? 5 : where === MISSING ? 6 : 7;
  };

  /** Its digits make a name for the class: the same ones for all States that are alike. */
  const codesAt = (place: number, codes: number[]): number => {
    let asked = 0;
    let key = columns.kind[place] as number;
    let n = 0;
    for (let at = 0; at < parts.length; at += 1) {
      const { stratumAt, useAt, namingAt } = parts[at] as (typeof parts)[number];
      const stratum = stratumAt(place);
      const standing = standingIn(stratum);
      const isSaid = standing >= SUBMITTED;
      const use = isSaid ? useAt(place) : 0;
      const naming = isSaid && namingAt ? namingAt(place) : use;
      if (standing > 0) asked |= 1 << at;
      codes[n++] = stratum;
      codes[n++] = use;
      codes[n++] = naming;
      key = ((key * STRATA + stratum) * USES.length + use) * USES.length + naming;
    }
    for (let set = 1; set < sets; set += 1) {
      const outcome = (set & asked) === set ? outcomeAt(set, place) : 0;
      codes[n++] = outcome;
      key = key * OUTCOMES.length + outcome;
    }
    return key;
  };

  const classes: RuleClass[] = [];
  // An array is looked up faster than a map, and is used where the names are small enough.
  const near: (RuleClass | undefined)[] = [];
  const far = new Map<number, RuleClass>();
  const codes: number[] = [];
  const classAt = (place: number): RuleClass => {
    const key = codesAt(place, codes);
    const known = key < NEAR ? near[key] : far.get(key);
    if (known) return known;
    const made = madeOf(codes, columns.kind[place] as number);
    classes.push(made);
    if (key < NEAR) {
      while (near.length <= key) near.push(undefined);
      near[key] = made;
    } else far.set(key, made);
    return made;
  };
  const madeOf = (all: number[], kindAt: number): RuleClass => {
    const of = (part: number) => audiences.map((_, at) => all[3 * at + part] as number);
    const strata = of(0);
    return {
      kind: columns.kinds[kindAt] as Kind,
      kindAt,
      strata,
      uses: of(1),
      naming: of(2),
      outcomes: Array.from({ length: sets }, (_, set) =>
        set > 0 && strata.every((stratum, at) => !((set >> at) & 1) || standingIn(stratum) > 0)
          ? OUTCOMES[all[3 * audiences.length + set - 1] as number]
          : undefined,
      ),
      count: 0,
    };
  };
  return {
    count(place, by) {
      classAt(place).count += by;
    },
    classes: () => classes.filter(({ count }) => count > 0),
    classAt,
  };
}

/** How an audience stands at a place, and the closest use of the answers there that a rule looks at: by then, and for naming. */
function partOf(lens: Lens, questionnaire: Questionnaire, rule: Rule, audience: string) {
  const part = lens.columns.parts.get(audience);
  if (!part) throw new Error(`there is no audience ${audience}`);
  const ids = askedColumns(lens, rule, audience);
  const columns = ids.map((id) => columnOf(part, id));
  return {
    stratumAt: stratumOf(lens, audience),
    useAt: closestUseOf(questionnaire, part, columns),
    namingAt: part.naming && closestUseOf(questionnaire, part.naming, columns),
  };
}

/** The columns of an audience that a rule looks at. */
export function askedColumns(lens: Lens, { numerator, where }: Rule, audience: string): string[] {
  const asked = new Set(
    [numerator, where].flatMap((one) => (one ? rulesOf(one) : [])).map(({ rule }) => rule.q),
  );
  const shapes = lens.columns.parts.get(audience)?.layout.columns ?? [];
  return shapes.filter(({ question }) => asked.has(question)).map(({ id }) => id);
}

/** Who reported on cooperation and not on gender and diversity, by a rule of the questionnaire, for an action and audience. Pure. */

import { type Dataset, type Filter, type Member, selected } from '../progress/dataset.ts';
import type { Reader } from '../progress/disclosure.ts';
import { rulePool } from '../progress/indicator-pool.ts';
import { truthOf } from '../progress/truth.ts';
import type { FollowUpRule, Indicator } from '../questionnaire/definition.ts';

export const GENDER_PARTS = ['cooperation', 'gender', 'missing', 'withheld'] as const;

export type GenderFigures = {
  rule: FollowUpRule;
  /** Asked in this view, and of these who submitted. */
  asked: Member[];
  submitted: Member[];
  /** Of those who may be counted: reported on cooperation; of these on gender and diversity, and not. */
  cooperation: Member[];
  gender: Member[];
  missing: Member[];
  /** Submitted in totals only, by too few to be told apart here. */
  withheld: Member[];
  /** Whom the reader may not see named with any of this. */
  hidden: Set<Member>;
};

/** "donor-45", in addresses and as the id of an element. */
export const ruleId = ({ action, audience }: FollowUpRule): string => `${audience}-${action}`;

export function genderFigures(
  data: Dataset,
  rule: FollowUpRule,
  filter: Filter,
  reader: Reader,
): GenderFigures {
  const { cooperation, gender, audience } = rule;
  const holds = (condition: typeof gender, member: Member) =>
    member.at >= 0 && truthOf(data, condition, [member]) === 'yes';
  // Counted as an indicator is: gender and diversity among those who reported on cooperation.
  const counted: Indicator = {
    key: ruleId(rule),
    action: rule.action,
    basis: 'supplementary',
    kind: 'count',
    label: ruleId(rule),
    officialText: null,
    wordingVerified: false,
    audiences: [audience],
    numerator: gender,
    denominator: { group: '', where: cooperation },
  };
  const pool = rulePool(data, counted, reader, (_state, [member]) => {
    if (!member) return [];
    const applies = holds(cooperation, member);
    const met = applies && holds(gender, member);
    return [`where ${applies}`, `met ${met}`, `missing ${applies && !met}`];
  });
  const asked = selected(data, audience, filter);
  const submitted = asked.filter((member) => member.at >= 0);
  const shown = pool.shownIn(new Set(asked));
  const withheld = submitted.filter((member) => pool.pooled.has(member) && !shown.has(member));
  const told = submitted.filter((member) => !withheld.includes(member));
  const reported = told.filter((member) => holds(cooperation, member));
  return {
    rule,
    asked,
    submitted,
    cooperation: reported,
    gender: reported.filter((member) => holds(gender, member)),
    missing: reported.filter((member) => !holds(gender, member)),
    withheld,
    hidden: pool.hidden,
  };
}

/** Whether one State reported on gender and diversity, for whoever may see that of it. */
export const reportsGender = (data: Dataset, { gender }: FollowUpRule, member: Member): boolean =>
  member.at >= 0 && truthOf(data, gender, [member]) === 'yes';

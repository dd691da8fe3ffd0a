/** Who reported on cooperation and not on gender and diversity, by a rule of the questionnaire, for an action and audience. Pure. */

import { type Dataset, type Filter, type Member, selected } from '../progress/dataset.ts';
import type { Reader } from '../progress/disclosure.ts';
import type { Outcome } from '../progress/rule-tally.ts';
import { type Group, ruleView } from '../progress/rule-view.ts';
import { judgeOf, truthAt } from '../progress/truth.ts';
import type { FollowUpRule } from '../questionnaire/definition.ts';

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
  /** Whether the reader may not see a member of this view named with any of this. */
  isHidden(member: Member): boolean;
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
  // Counted as an indicator is: gender and diversity among those who reported on cooperation.
  const counted = { audiences: [audience], numerator: gender, where: cooperation };
  const isMissing = ({ applies, verdict }: Outcome) => applies && verdict !== 'yes';
  const view = ruleView(data, counted, null, filter, reader, [
    ({ applies }) => applies,
    ({ applies }) => !applies,
    ({ verdict }) => verdict === 'yes',
    ({ verdict }) => verdict !== 'yes',
    isMissing,
    (outcome) => !isMissing(outcome),
  ]);
  const membersOf = (group: Group) => group.list().flatMap(({ members }) => members);
  const asked = selected(data, audience, filter);
  return {
    rule,
    asked,
    submitted: asked.filter((member) => member.at >= 0),
    cooperation: membersOf(view.counted(({ applies }) => applies)),
    gender: membersOf(view.counted(({ verdict }) => verdict === 'yes')),
    missing: membersOf(view.counted(isMissing)),
    withheld: membersOf(view.withheld),
    isHidden: ({ place }) => view.at(place).pooled,
  };
}

/** Whether one State reported on gender and diversity, for whoever may see that of it. */
export const reportsGender = (data: Dataset, { gender }: FollowUpRule, member: Member): boolean =>
  member.at >= 0 && truthAt(judgeOf(data.columns, gender, [member.audience]), member.at) === 'yes';

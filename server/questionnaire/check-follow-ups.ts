/** Rules of follow-up, and of an internal questionnaire, that say nothing. Pure. */
import type { Report } from './check.ts';
import { checkRule } from './check-branches.ts';
import { rulesOf } from './condition.ts';
import type { Condition } from './definition.ts';
import type { Questionnaire } from './questionnaire.ts';

export function checkFollowUps(questionnaire: Questionnaire, report: Report): void {
  const { definition, question: lookUp, asked } = questionnaire;
  const checkRules = (condition: Condition, at: string, audience: string | null) => {
    for (const { rule, path } of rulesOf(condition)) {
      const where = `${at}${path}`;
      if (!checkRule(rule, where, lookUp, report)) continue;
      const question = lookUp(rule.q);
      if (audience !== null && !question?.audiences.includes(audience))
        report(where, `${rule.q} is not put to the audience ${audience}`, 'Name another question.');
      if (question?.type === 'money' && rule.op !== 'answered')
        report(where, `the amounts of ${rule.q} are in several currencies`, 'Use "answered".');
    }
  };
  for (const { action, audience, cooperation, gender } of definition.followUps ?? []) {
    const at = `followUps.${action}.${audience}`;
    if (!definition.actions.some(({ number }) => number === action))
      report(at, `there is no action ${action}`, 'Name an action of the questionnaire.');
    if (!definition.audiences.some(({ id }) => id === audience)) {
      report(at, `there is no audience ${audience}`, 'Name an audience of the questionnaire.');
      continue;
    }
    checkRules(cooperation, `${at}.cooperation`, audience);
    checkRules(gender, `${at}.gender`, audience);
    if (!asked(audience).some((one) => one.action === action && one.genderDiversity))
      report(
        at,
        'nothing of this action is marked as being on gender and diversity',
        'Mark the questions to ask about with "genderDiversity".',
      );
  }
  const { internal } = definition;
  if (!internal) return;
  checkRules(internal.mentioned, 'internal.mentioned', null);
  checkRules(internal.absent, 'internal.absent', null);
  if (internal.of.includes(definition.key))
    report('internal.of', 'it names itself', 'Name the questionnaires that it goes with.');
}

/** Indicators that count nothing or what cannot be counted. Pure. */
import type { Report } from './check.ts';
import { checkRule } from './check-branches.ts';
import { rulesOf } from './condition.ts';
import type { Condition, Indicator, Rule } from './definition.ts';
import type { Questionnaire } from './questionnaire.ts';

export function checkIndicators(
  { definition, question: lookUp }: Questionnaire,
  report: Report,
): void {
  for (const indicator of definition.indicators) {
    const at = `indicators.${indicator.key}`;
    const rulesIn = (condition: Condition | null | undefined, part: string) =>
      (condition ? rulesOf(condition) : []).map(({ rule, path }) => ({
        rule,
        where: `${at}.${part}${path}`,
      }));
    const rules = [
      ...rulesIn(indicator.numerator, 'numerator'),
      ...rulesIn(indicator.denominator?.where, 'denominator.where'),
    ];
    for (const { rule, where } of rules)
      if (checkRule(rule, where, lookUp, report))
        checkCountable(indicator, rule, where, lookUp, report);
    const feeds = definition.questions.filter((question) => question.indicator === indicator.key);
    if (feeds.length === 0 && rules.length === 0)
      report(
        at,
        'no question feeds it and no rule names one',
        'Name it in a question, or take it out.',
      );
    const reached = new Set(
      [...feeds.map((q) => q.id), ...rules.map(({ rule }) => rule.q)].flatMap(
        (id) => lookUp(id)?.audiences ?? [],
      ),
    );
    for (const audience of indicator.audiences)
      if (reached.size > 0 && !reached.has(audience))
        report(
          `${at}.audiences`,
          `nothing of the audience ${audience} feeds it`,
          'Take the audience out, or ask it something.',
        );
    if ((indicator.kind === 'distribution') !== (indicator.numerator === null))
      report(
        `${at}.numerator`,
        'a percentage or count needs a numerator, a distribution has none',
        'Change the kind or the numerator.',
      );
    for (const part of ['baseline', 'target'] as const) {
      const value = indicator[part]?.value;
      if (value === undefined) continue;
      if (indicator.kind === 'distribution')
        report(`${at}.${part}`, 'a distribution has no single value', 'Take it out.');
      if (indicator.kind === 'percentage' && value > 1)
        report(`${at}.${part}`, 'a share is a fraction from 0 to 1', 'Write 0.6 for 60 per cent.');
    }
    if (indicator.numerator && !indicator.denominator)
      report(
        `${at}.denominator`,
        'there is no denominator',
        'Name the group of States that is counted against.',
      );
  }
}

/** What is counted is counted from the columns of the indicator's own audiences, which hold no amounts of money. */
function checkCountable(
  indicator: Indicator,
  rule: Rule,
  where: string,
  lookUp: Questionnaire['question'],
  report: Report,
): void {
  const question = lookUp(rule.q);
  if (question?.type === 'money' && rule.op !== 'answered')
    report(
      where,
      `the amounts of ${rule.q} are in several currencies and cannot be compared`,
      'Use "answered", or ask for a number.',
    );
  if (!question?.audiences.some((audience) => indicator.audiences.includes(audience)))
    report(
      where,
      `${rule.q} is not put to any audience of the indicator`,
      'Add the audience to the indicator, or name another question.',
    );
}

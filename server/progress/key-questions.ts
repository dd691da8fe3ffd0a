/** The questions that stand for an action, in the paper and on the public page. Pure. */
import { rulesOf } from '../questionnaire/condition.ts';
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import type { View } from './view.ts';

/** More answers than these make no picture. */
const MOST_ANSWERS = 16;

/** The questions with choices that the action's own indicators are counted from. */
export function keyQuestions({ data: { questionnaire } }: View, action: number): AskedQuestion[] {
  const { indicators, questions } = questionnaire.definition;
  const asked = new Set(
    indicators
      .filter((one) => one.action === action && one.basis === 'action_plan')
      .flatMap(({ numerator, denominator }) => [numerator, denominator?.where])
      .flatMap((condition) => (condition ? rulesOf(condition) : []))
      .map(({ rule }) => rule.q),
  );
  return questions
    .filter(({ id }) => asked.has(id))
    .flatMap(({ id }) => questionnaire.question(id) ?? [])
    .filter(({ action: own, options }) => own === action && options.length > 0)
    .filter(({ options }) => options.length <= MOST_ANSWERS);
}

/** Whether a condition holds, for branching, numerators and denominators alike. */
import type { Answers, AnswerValue } from './answers.ts';
import type { Condition, Rule } from './definition.ts';

/**
 * @param answers only the answers that count (hidden ones left out): a rule on a missing answer is false, whatever its op.
 */
export function holds(condition: Condition, answers: Answers): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(part, answers));
  if ('any' in condition) return condition.any.some((part) => holds(part, answers));
  const answer = answers[condition.q];
  return answer !== undefined && ruleHolds(condition, answer);
}

function ruleHolds({ op, value }: Rule, answer: AnswerValue): boolean {
  switch (op) {
    case 'eq':
      return String(answer) === String(value);
    case 'neq':
      return String(answer) !== String(value);
    case 'in':
      return Array.isArray(value) && value.includes(String(answer));
    case 'includes':
      return Array.isArray(answer) && answer.includes(String(value));
    case 'answered':
      return true;
    case 'gt':
      return typeof amountOf(answer) === 'number' && Number(amountOf(answer)) > Number(value);
    case 'lt':
      return typeof amountOf(answer) === 'number' && Number(amountOf(answer)) < Number(value);
  }
}

const amountOf = (answer: AnswerValue): unknown =>
  typeof answer === 'object' && 'amount' in answer ? answer.amount : answer;

/** Every rule inside a condition, with the path to it, for messages that say where. */
export function rulesOf(condition: Condition, path = ''): { rule: Rule; path: string }[] {
  if ('all' in condition)
    return condition.all.flatMap((part, i) => rulesOf(part, `${path}.all[${i}]`));
  if ('any' in condition)
    return condition.any.flatMap((part, i) => rulesOf(part, `${path}.any[${i}]`));
  return [{ rule: condition, path }];
}

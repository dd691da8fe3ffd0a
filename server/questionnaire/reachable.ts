/** Whether a branch can ever open, found by trying: answers of every kind that the rules tell apart. */
import type { Answers, AnswerValue } from './answers.ts';
import { holds, rulesOf } from './condition.ts';
import type { Condition } from './definition.ts';
import type { AskedQuestion } from './questionnaire.ts';

/** More combinations than this are not tried: such a branch is taken to be reachable. */
const MOST_COMBINATIONS = 20_000;

/** False only when no combination of answers shows the question. A question that is hidden counts as unanswered. */
export function canBeShown(
  question: AskedQuestion,
  lookUp: (id: string) => AskedQuestion | null,
): boolean {
  if (!question.shownWhen) return true;
  const involved = closure(question.shownWhen, lookUp);
  const rules = [question, ...involved].flatMap((q) => (q.shownWhen ? rulesOf(q.shownWhen) : []));
  let combinations: Answers[] = [{}];
  for (const earlier of involved) {
    const values = candidates(
      earlier,
      rules
        .map(({ rule }) => rule)
        .filter((rule) => rule.q === earlier.id)
        .map((rule) => rule.value),
    );
    combinations = combinations.flatMap((answers) => {
      if (earlier.shownWhen && !holds(earlier.shownWhen, answers)) return [answers];
      return [answers, ...values.map((value) => ({ ...answers, [earlier.id]: value }))];
    });
    if (combinations.length > MOST_COMBINATIONS) return true;
  }
  const condition = question.shownWhen;
  return combinations.some((answers) => holds(condition, answers));
}

/** The questions that a condition depends on, those of their branches included, earlier ones first. */
function closure(
  condition: Condition,
  lookUp: (id: string) => AskedQuestion | null,
  seen = new Set<string>(),
): AskedQuestion[] {
  return rulesOf(condition).flatMap(({ rule }) => {
    const question = lookUp(rule.q);
    if (!question || seen.has(question.id)) return [];
    seen.add(question.id);
    const before = question.shownWhen ? closure(question.shownWhen, lookUp, seen) : [];
    return [...before, question];
  });
}

function candidates(question: AskedQuestion, mentioned: unknown[]): AnswerValue[] {
  switch (question.type) {
    case 'single':
      return question.options.map((option) => option.value);
    case 'scale':
      return question.options.map((o) => (/^\d+$/.test(o.value) ? Number(o.value) : o.value));
    case 'multi': {
      const together = question.options
        .filter((option) => !option.exclusive && mentioned.includes(option.value))
        .map((option) => option.value);
      return [
        ...question.options.map((o) => [o.value]),
        ...(together.length > 1 ? [together] : []),
      ];
    }
    case 'number':
    case 'money': {
      const { min, max, decimals } = { max: undefined, decimals: 2, ...question };
      const step = 10 ** -decimals;
      const near = mentioned
        .filter((value) => typeof value === 'number')
        .flatMap((n) => [n - step, n, n + step].map((m) => Number(m.toFixed(decimals))));
      return [0, min, max, ...near]
        .filter((n) => n !== undefined)
        .filter((n) => n >= (min ?? n) && n <= (max ?? n))
        .map((amount) => (question.type === 'money' ? { amount, currency: '' } : amount));
    }
    default:
      return ['answered'];
  }
}

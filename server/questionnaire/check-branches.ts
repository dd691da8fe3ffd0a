/** Branches that lead nowhere: cycles, rules on later questions or missing options, questions that nobody can reach. Pure. */
import type { Report } from './check.ts';
import { rulesOf } from './condition.ts';
import type { Question, Rule } from './definition.ts';
import type { Questionnaire } from './questionnaire.ts';
import { canBeShown } from './reachable.ts';

export function checkBranches(questionnaire: Questionnaire, report: Report): void {
  const { definition, question: lookUp } = questionnaire;
  const inOrder = definition.sections.flatMap((section) => questionnaire.questions(section.id));
  const place = new Map(inOrder.map((question, i) => [question.id, i]));
  for (const { id, shownWhen } of definition.questions) {
    const question = lookUp(id);
    if (!question || !shownWhen) continue;
    const at = `questions.${id}.shownWhen`;
    let sound = true;
    for (const { rule, path } of rulesOf(shownWhen)) {
      const where = `${at}${path}`;
      const asked = lookUp(rule.q);
      if (!asked) {
        report(
          where,
          `there is no question ${rule.q}`,
          'Name an earlier question of the same audience.',
        );
        sound = false;
      } else if (leadsBack(rule.q, id, lookUp)) {
        report(
          where,
          `${id} and ${rule.q} wait for each other (a cycle)`,
          'Let one of them be shown always.',
        );
        sound = false;
      } else if ((place.get(rule.q) ?? 0) > (place.get(id) ?? 0)) {
        report(
          where,
          `${rule.q} comes later than ${id}`,
          'A branch can look back only: move one of the two.',
        );
        sound = false;
      } else if (!question.audiences.every((audience) => asked.audiences.includes(audience))) {
        report(
          where,
          `${rule.q} is not put to every audience of ${id}`,
          'Name a question that is.',
        );
        sound = false;
      } else sound = checkRule(rule, where, lookUp, report) && sound;
    }
    if (sound && !canBeShown(question, lookUp))
      report(at, 'no answers can ever show the question', 'Change the rule so that it can hold.');
  }
}

/** Whether the branch of `from` depends, at any distance, on `target`. */
function leadsBack(
  from: string,
  target: string,
  lookUp: Questionnaire['question'],
  seen = new Set<string>(),
): boolean {
  if (from === target) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  const condition = lookUp(from)?.shownWhen;
  return (
    !!condition && rulesOf(condition).some(({ rule }) => leadsBack(rule.q, target, lookUp, seen))
  );
}

const OPERATIONS: Record<Question['type'], Rule['op'][]> = {
  single: ['eq', 'neq', 'in', 'answered'],
  scale: ['eq', 'neq', 'in', 'gt', 'lt', 'answered'],
  multi: ['includes', 'answered'],
  number: ['gt', 'lt', 'eq', 'neq', 'answered'],
  money: ['gt', 'lt', 'answered'],
  text: ['answered'],
  matrix: ['answered'],
  file: ['answered'],
};

export function checkRule(
  rule: Rule,
  where: string,
  lookUp: Questionnaire['question'],
  report: Report,
): boolean {
  const question = lookUp(rule.q);
  if (!question) {
    report(where, `there is no question ${rule.q}`, 'Name a question of the questionnaire.');
    return false;
  }
  if (!OPERATIONS[question.type].includes(rule.op)) {
    report(
      where,
      `"${rule.op}" does not go with ${rule.q}, which is a ${question.type} question`,
      `Use one of: ${OPERATIONS[question.type].join(', ')}.`,
    );
    return false;
  }
  if (rule.op === 'answered') return true;
  if (rule.value === undefined || (rule.op === 'in') !== Array.isArray(rule.value)) {
    report(
      where,
      `"${rule.op}" needs ${rule.op === 'in' ? 'a list of values' : 'one value'}`,
      'Give "value".',
    );
    return false;
  }
  if (question.type === 'number' || rule.op === 'gt' || rule.op === 'lt') {
    if (typeof rule.value === 'number') return true;
    report(
      where,
      `"${rule.op}" on ${rule.q} needs a number`,
      'Write "value" as a number, without quotation marks.',
    );
    return false;
  }
  const codes = question.options.map((option) => option.value);
  const unknown = [rule.value].flat().filter((value) => !codes.includes(String(value)));
  for (const value of unknown)
    report(where, `${rule.q} has no option ${value}`, `Use one of: ${codes.join(', ')}.`);
  return unknown.length === 0;
}

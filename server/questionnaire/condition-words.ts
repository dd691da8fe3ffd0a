/** A condition in words: "43.1 is “Yes” and 43.2 is answered", and as a branch: "Only if 43.1 is “Yes”." Pure. */

import type { Voice } from '../texts.ts';
import type { Condition, Rule } from './definition.ts';
import type { AskedQuestion, Questionnaire } from './questionnaire.ts';

export const onlyIf = (condition: Condition, questionnaire: Questionnaire, voice: Voice): string =>
  voice.t('condition.onlyIf', { condition: conditionWords(condition, questionnaire, voice) });

export function conditionWords(
  condition: Condition,
  questionnaire: Questionnaire,
  voice: Voice,
): string {
  if ('all' in condition) return voice.list(parts(condition.all, questionnaire, voice));
  if ('any' in condition) return voice.either(parts(condition.any, questionnaire, voice));
  return ruleWords(condition, questionnaire, voice);
}

/** A part that is itself joined stands in brackets, so that "and" and "or" cannot be mistaken. */
const parts = (conditions: Condition[], questionnaire: Questionnaire, voice: Voice): string[] =>
  conditions.map((part) => {
    const text = conditionWords(part, questionnaire, voice);
    const count = 'all' in part ? part.all.length : 'any' in part ? part.any.length : 1;
    return count > 1 && conditions.length > 1 ? `(${text})` : text;
  });

function ruleWords({ q, op, value }: Rule, questionnaire: Questionnaire, voice: Voice): string {
  const asked = questionnaire.question(q);
  const label = (one: unknown) => valueWords(asked, one, voice);
  return voice.t(`condition.rule.${op === 'in' ? 'eq' : op}`, {
    question: asked?.number ?? quoted(asked?.label ?? q, voice),
    value: Array.isArray(value) ? voice.either(value.map(label)) : label(value),
  });
}

function valueWords(asked: AskedQuestion | null, value: unknown, voice: Voice): string {
  if (typeof value === 'number') return voice.number(value);
  const option = asked?.options.find((one) => one.value === String(value));
  return quoted(option?.label ?? String(value ?? ''), voice);
}

const quoted = (text: string, voice: Voice) => voice.t('condition.quoted', { text });

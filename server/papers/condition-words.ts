/** A branch in words: "Only if 43.1 is “Yes”." Pure. */
import type { Condition, Rule } from '../questionnaire/definition.ts';
import type { AskedQuestion, Questionnaire } from '../questionnaire/questionnaire.ts';
import type { Voice } from '../texts.ts';

export const onlyIf = (condition: Condition, questionnaire: Questionnaire, voice: Voice): string =>
  voice.t('papers.onlyIf', { condition: words(condition, questionnaire, voice) });

function words(condition: Condition, questionnaire: Questionnaire, voice: Voice): string {
  if ('all' in condition) return joined(condition.all, 'conjunction', questionnaire, voice);
  if ('any' in condition) return joined(condition.any, 'disjunction', questionnaire, voice);
  return ruleWords(condition, questionnaire, voice);
}

/** A part that is itself joined stands in brackets, so that "and" and "or" cannot be mistaken. */
function joined(
  parts: Condition[],
  type: 'conjunction' | 'disjunction',
  questionnaire: Questionnaire,
  voice: Voice,
): string {
  const said = parts.map((part) => {
    const text = words(part, questionnaire, voice);
    const count = 'all' in part ? part.all.length : 'any' in part ? part.any.length : 1;
    return count > 1 && parts.length > 1 ? `(${text})` : text;
  });
  return listed(said, type, voice);
}

function ruleWords({ q, op, value }: Rule, questionnaire: Questionnaire, voice: Voice): string {
  const asked = questionnaire.question(q);
  const label = (one: unknown) => valueWords(asked, one, voice);
  return voice.t(`papers.rule.${op === 'in' ? 'eq' : op}`, {
    question: asked?.number ?? quoted(asked?.label ?? q, voice),
    value: Array.isArray(value) ? listed(value.map(label), 'disjunction', voice) : label(value),
  });
}

function valueWords(asked: AskedQuestion | null, value: unknown, voice: Voice): string {
  if (typeof value === 'number') return voice.number(value);
  const option = asked?.options.find((one) => one.value === String(value));
  return quoted(option?.label ?? String(value ?? ''), voice);
}

const quoted = (text: string, voice: Voice) => voice.t('papers.quoted', { text });

/** Made once for each language: making one takes longer than all its use on a paper. */
const formats = new Map<string, Intl.ListFormat>();

function listed(items: string[], type: 'conjunction' | 'disjunction', voice: Voice): string {
  const key = `${voice.language} ${type}`;
  const locale = voice.language === 'en' ? 'en-GB' : voice.language;
  const format = formats.get(key) ?? new Intl.ListFormat(locale, { type });
  formats.set(key, format);
  return format.format(items);
}

/** A branch as the codes in the export have it: `a43_01 = yes and (a43_02 includes staff or a43_05 > 3)`. Pure. */
import type { Condition, Rule } from '../questionnaire/definition.ts';

const SIGNS: Record<Rule['op'], string> = {
  eq: '=',
  neq: '≠',
  in: 'is one of',
  includes: 'includes',
  answered: 'is answered',
  gt: '>',
  lt: '<',
};

export function branchCodes(condition: Condition): string {
  if ('all' in condition) return condition.all.map(part).join(' and ');
  if ('any' in condition) return condition.any.map(part).join(' or ');
  const { q, op, value } = condition;
  const said = Array.isArray(value) ? value.join(', ') : String(value ?? '');
  return [q, SIGNS[op], op === 'answered' ? '' : said].filter(Boolean).join(' ');
}

function part(condition: Condition): string {
  const joined = 'q' in condition ? 1 : Object.values(condition).flat().length;
  return joined > 1 ? `(${branchCodes(condition)})` : branchCodes(condition);
}

/**
 * What a State's answers say to a condition of an indicator. More than yes or no: somebody may not know, may not have
 * answered, or may not have been asked since a branch is closed. Only a yes counts. Pure.
 */
import { type Column, chose, stateAt } from '../questionnaire/columns.ts';
import { type Condition, type Rule, WAYS_OUT } from '../questionnaire/definition.ts';
import type { Dataset, Member } from './dataset.ts';
import { columnsOf } from './pool.ts';

/** From the strongest to the weakest, where one of several is enough. */
const TRUTHS = ['yes', 'unsure', 'missing', 'no', 'closed'] as const;
export type Truth = (typeof TRUTHS)[number];

const strongest = (truths: Truth[]): Truth => TRUTHS.find((one) => truths.includes(one)) ?? 'no';

/** One that fails decides; what was not asked decides only where nothing else is open. */
const ALL: Truth[] = ['no', 'unsure', 'missing', 'closed'];
const together = (truths: Truth[]): Truth => ALL.find((one) => truths.includes(one)) ?? 'yes';

/** Of a State's members in all audiences, joined: yes in one of them is yes. */
export function truthOf(data: Dataset, condition: Condition, members: Member[]): Truth {
  if ('all' in condition)
    return together(condition.all.map((part) => truthOf(data, part, members)));
  if ('any' in condition)
    return strongest(condition.any.map((part) => truthOf(data, part, members)));
  return strongest(members.flatMap((member) => ruleTruth(data, condition, member)));
}

/** Empty where the audience is not asked the question. */
function ruleTruth(data: Dataset, rule: Rule, member: Member): Truth[] {
  const all = data.audiences.get(member.audience)?.columns;
  const own = all?.byId.get(rule.q);
  const columns = own ? [own] : columnsOf(all, rule.q);
  const [first] = columns;
  if (!first) return [];
  if (member.at < 0) return ['missing'];
  // A matrix has a column for each row, and can only be asked whether it was answered.
  const isMatrix = first.row !== null;
  if (isMatrix && rule.op !== 'answered') return ['no'];
  return [strongest(columns.map((column) => columnTruth(column, rule, member.at)))];
}

/** `condition.ts` holds rules against answers, and a test compares the two. */
function columnTruth(column: Column, { op, value }: Rule, at: number): Truth {
  const state = stateAt(column, at);
  if (state === 'not_applicable') return 'closed';
  if (state === 'empty') return 'missing';
  const picked = (code: unknown) => chose(column, at, String(code));
  const number = () =>
    column.kind === 'number'
      ? (column.values[at] as number)
      : Number(column.options[(column.values[at] as number) - 1]);
  const holds = {
    eq: () => (column.kind === 'number' ? number() === value : picked(value)),
    neq: () => (column.kind === 'number' ? number() !== value : !picked(value)),
    in: () => Array.isArray(value) && value.some(picked),
    includes: () => picked(value),
    answered: () => true,
    gt: () => number() > Number(value),
    lt: () => number() < Number(value),
  }[op];
  // "Do not know" is an answer only to a rule that names it: it is no answer other than "no", and no answer at all.
  const named = op === 'eq' || op === 'in' || op === 'includes';
  if (WAYS_OUT.some(picked)) return named && holds() ? 'yes' : 'unsure';
  return holds() ? 'yes' : 'no';
}

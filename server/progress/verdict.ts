/** Where one State stands on one indicator, in a word. Pure. */
import type { Indicator } from '../questionnaire/definition.ts';
import type { Dataset } from './dataset.ts';
import type { JoinedState } from './indicator.ts';
import { type Truth, truthOf } from './truth.ts';

/** `totals`: said in totals only, so it stands in no list. `not_applicable`: it is none of those that are counted. */
export const VERDICTS = [
  'yes',
  'no',
  'unsure',
  'no_answer',
  'not_applicable',
  'totals',
  'not_asked',
] as const;
export type Verdict = (typeof VERDICTS)[number];

const OF_TRUTH: Record<Truth, Verdict> = {
  yes: 'yes',
  no: 'no',
  unsure: 'unsure',
  missing: 'no_answer',
  closed: 'not_applicable',
};

/** Null for an indicator that is a distribution only. */
export function verdictOf(
  data: Dataset,
  { numerator, denominator }: Indicator,
  { members, pooled }: JoinedState,
): Verdict | null {
  if (!numerator) return null;
  if (members.length === 0) return 'not_asked';
  if (members.every(({ at }) => at < 0)) return 'no_answer';
  if (pooled) return 'totals';
  const counts = denominator?.where ? truthOf(data, denominator.where, members) : 'yes';
  if (counts === 'no') return 'not_applicable';
  return OF_TRUTH[counts === 'yes' ? truthOf(data, numerator, members) : counts];
}

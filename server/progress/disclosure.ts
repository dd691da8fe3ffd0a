/**
 * Who may be named behind a number: the one place that enforces "in totals only", for pages, exports and papers.
 *
 * A State that answered in totals only is counted, never named. Where so few such States are in view that a
 * number would tell what one of them said, their answers leave the categories and stand in one of their own.
 */
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import { type Dataset, type Filter, type Member, selected } from './dataset.ts';

/** Whether the reader may see the pair of State and answer although the State asked for totals only. */
export type Reader = { identifies: boolean };

/** Below this many States in totals only, in view or outside it, their answers are not told apart. */
const SMALLEST_POOL = 3;

/** Whether a State's answer to a question counts in totals only. */
export const isPooled = (
  member: Pick<Member, 'use'>,
  question: Pick<AskedQuestion, 'use'> | null,
): boolean => member.use === 'aggregate' || question?.use === 'aggregate';

/**
 * Whether answers in totals only may be counted under their categories in this view. Both sides of a filter must
 * be large enough: else the difference between the whole and the part would tell what the rest said.
 */
export function poolIsLargeEnough(
  data: Dataset,
  audience: string,
  filter: Filter,
  question: Pick<AskedQuestion, 'use'> | null,
): boolean {
  const pooled = (members: Member[]) =>
    members.filter((member) => member.at >= 0 && isPooled(member, question)).length;
  const inView = pooled(selected(data, audience, filter));
  const outside = pooled(data.audiences.get(audience)?.members ?? []) - inView;
  return (inView === 0 || inView >= SMALLEST_POOL) && (outside === 0 || outside >= SMALLEST_POOL);
}

export type Disclosed<T> = { named: T[] /** How many more, in totals only. */; pooled: number };

/** The rows behind a number, as the reader may see them; their sum is the number. */
export function disclose<T extends Pick<Member, 'use'>>(
  members: T[],
  question: Pick<AskedQuestion, 'use'> | null,
  reader: Reader,
): Disclosed<T> {
  if (reader.identifies) return { named: members, pooled: 0 };
  const named = members.filter((member) => !isPooled(member, question));
  return { named, pooled: members.length - named.length };
}

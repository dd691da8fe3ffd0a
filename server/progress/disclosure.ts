/**
 * Who may be named with an answer: the one place that enforces "in totals only" and "for the Committee only", for
 * pages, exports and papers. Pure.
 *
 * A State that may not be named is counted, never named. It is counted as part of a unit: a fixed set of such States
 * that stands in a figure as a whole or not at all, so that no two figures differ by one of them; see `pool.ts`.
 */
import type { Answers } from '../questionnaire/answers.ts';
import type { CellState } from '../questionnaire/columns.ts';
import { rulesOf } from '../questionnaire/condition.ts';
import type { AskedQuestion, Questionnaire } from '../questionnaire/questionnaire.ts';
import { USES, type Use, type Uses } from '../responses/response.ts';

/** Somebody, or a paper for everybody, that results are made for. What is not said may not be seen. */
export type Reader = {
  /** May see which State gave an answer that counts in totals only. */
  identifies: boolean;
  /** May see which State gave an answer that is for the Committee only. */
  committee?: boolean;
};

export const mayName = (use: Use, reader: Reader): boolean =>
  use === 'attributed' || reader.identifies || (use === 'committee' && reader.committee === true);

/** What a State said of its answers, as a whole and one by one. */
export type Said = { use: Use; uses?: Uses | undefined };

/**
 * How the answer to a question may be used: the closest of what the State said of all its answers and of this one, of
 * what the questionnaire says of the question, and of the same for every question that its branch depends on, since
 * that it was asked at all tells what those were answered.
 */
export function useOfAnswer(questionnaire: Questionnaire, said: Said, id: string): Use {
  const question = questionnaire.question(id);
  const own = [
    said.use,
    said.uses?.[id],
    question?.use,
    useOfBranch(questionnaire, said, question),
  ];
  return closest(own);
}

/** The scan of a Note Verbale shows all its answers at once, with the State's name: it is for whoever may see each of them. */
export const maySeeScan = (
  questionnaire: Questionnaire,
  said: Said & { answers: Answers },
  reader: Reader,
): boolean =>
  Object.keys(said.answers).every((id) => mayName(useOfAnswer(questionnaire, said, id), reader));

/** What is told by a question being there or not: the answers that decided it. */
function useOfBranch(
  questionnaire: Questionnaire,
  said: Said,
  question: Pick<AskedQuestion, 'shownWhen'> | null,
): Use {
  const rules = question?.shownWhen ? rulesOf(question.shownWhen) : [];
  return closest(rules.map(({ rule }) => useOfAnswer(questionnaire, said, rule.q)));
}

/** The questions of which it matters what a State said of its answers, for how the answer to this one may be used. */
export function questionsBehind(questionnaire: Questionnaire, id: string): string[] {
  const shownWhen = questionnaire.question(id)?.shownWhen;
  const rules = shownWhen ? rulesOf(shownWhen) : [];
  return [id, ...rules.flatMap(({ rule }) => questionsBehind(questionnaire, rule.q))];
}

/** How a cell of the columns may be used: "not applicable" tells of the branch only. */
export function useOfCell(
  questionnaire: Questionnaire,
  said: Said,
  id: string,
  state: CellState,
): Use {
  return state === 'not_applicable'
    ? useOfBranch(questionnaire, said, questionnaire.question(id))
    : useOfAnswer(questionnaire, said, id);
}

const closest = (uses: (Use | undefined)[]): Use =>
  USES[Math.max(0, ...uses.map((use) => (use ? USES.indexOf(use) : 0)))] as Use;

/** What holds for answers of which two things were said, as at a cut-off and later: of each the closer. */
export function closerOf(one: Said, other: Said): { use: Use; uses: Uses } {
  const uses: Uses = {};
  for (const id of new Set([one, other].flatMap((said) => Object.keys(said.uses ?? {})))) {
    const use = closest([one.uses?.[id], other.uses?.[id]]);
    if (use !== 'attributed') uses[id] = use;
  }
  return { use: closest([one.use, other.use]), uses };
}

export type Disclosed<T> = { named: T[] /** How many more, in totals only. */; pooled: number };

/** The rows behind a number; their sum is the number. */
export function disclose<T>(members: T[], isPooled: (member: T) => boolean): Disclosed<T> {
  const named = members.filter((member) => !isPooled(member));
  return { named, pooled: members.length - named.length };
}

/** Experience by subject: who offers it and who seeks it, from the matrices that the questionnaire names for it. Pure. */
import type { Answers, MatrixAnswer } from '../questionnaire/answers.ts';
import type { AskedOf, AskedQuestion } from '../questionnaire/questionnaire.ts';
import type { Dataset, Member } from './dataset.ts';
import { disclose } from './disclosure.ts';
import { type Distribution, distributionOf } from './distribution.ts';
import type { View } from './view.ts';

export const SIDES = ['offered', 'sought'] as const;
export type Side = (typeof SIDES)[number];

/** One subject and side: a State once, in whichever audience it said so, and how many more said so in totals only. */
type Speakers = { named: Member[]; pooled: number };
export type Subject = { value: string; label: string } & Record<Side, Speakers>;

type Matrix = AskedOf<'matrix'>;
const isMatrix = (question: AskedQuestion | null): question is Matrix =>
  question?.type === 'matrix';

export const exchangeQuestions = ({ questionnaire }: Dataset): Matrix[] =>
  (questionnaire.definition.views?.exchange?.questions ?? [])
    .map((id) => questionnaire.question(id))
    .filter(isMatrix);

/** Rows that several matrices have in common are one subject. */
export function subjectsOf(view: View): Subject[] {
  const matrices = exchangeQuestions(view.data);
  const rows = new Map(
    matrices.flatMap((matrix) => matrix.rows.map(({ value, label }) => [value, label])),
  );
  return [...rows].map(([value, label]) => {
    const spreads = matrices.flatMap(({ id, audiences }) =>
      audiences.flatMap(
        (audience) =>
          distributionOf(view.data, audience, `${id}/${value}`, view.filter, view.reader) ?? [],
      ),
    );
    const speakers = (side: Side) =>
      speakersIn(spreads, view.data.questionnaire.definition.views?.exchange?.[side]);
    return { value, label, offered: speakers('offered'), sought: speakers('sought') };
  });
}

/** Those who made the choice. */
function speakersIn(spreads: Distribution[], choice: string | undefined): Speakers {
  const parts = spreads.flatMap(({ categories, isPooled }) => {
    const said = categories.find(({ key }) => key === choice);
    return said ? [disclose(said.members(), isPooled)] : [];
  });
  const named = new Map(parts.flatMap((part) => part.named.map((one) => [one.state._id, one])));
  return {
    named: [...named.values()],
    // Not joined by State: that would tell who of the named is among them.
    pooled: parts.reduce((sum, part) => sum + part.pooled, 0),
  };
}

/** The subjects that one submission offers or seeks, in words. */
export function subjectsIn({ data }: View, question: Matrix, answers: Answers, side: Side) {
  const choice = data.questionnaire.definition.views?.exchange?.[side] ?? '';
  const answer = (answers[question.id] ?? {}) as MatrixAnswer;
  return question.rows
    .filter(({ value }) => [answer[value]].flat().includes(choice))
    .map(({ label }) => label);
}

/** Two people saved one section: what the second one is shown. Pure. */
import type { Fields } from '../questionnaire/answers.ts';
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import { answerWords } from './answer-text.ts';
import { belongs } from './fields.ts';
import { fingerprint, markField } from './fingerprint.ts';
import { type Draft, fieldOf, type Response } from './response.ts';
import type { Seat } from './seat.ts';
import { currencyOf } from './section-form.ts';

export type Conflict = { draft: Draft; theirs: Map<string, string[]> };

/**
 * The page keeps what this one changed, takes the other's answers where this one changed nothing, and says beside
 * each question that both changed what the other saved.
 * @param posted the form, with the mark of each question as it was when the form was made
 */
export function conflictOf(
  seat: Seat,
  section: string,
  current: Response,
  mine: Draft,
  posted: Fields,
): Conflict {
  const theirs = new Map<string, string[]>();
  const draft: Draft = {
    answers: { ...current.draft.answers },
    other: { ...current.draft.other },
    unparsed: { ...current.draft.unparsed },
    uses: { ...current.draft.uses },
  };
  for (const question of seat.questionnaire.questions(section)) {
    const was = posted[markField(question.id)];
    const [my, their] = [mine, current.draft].map((one) => fingerprint(question.id, one));
    if (my === was || my === their) continue;
    takeQuestion(draft, mine, question.id);
    if (their !== was) theirs.set(question.id, wordsOf(question, current.draft, seat));
  }
  return { draft, theirs };
}

function takeQuestion(into: Draft, from: Draft, id: string): void {
  const take = <T>(target: Record<string, T>, source: Record<string, T>, key: string) => {
    const value = source[key];
    if (value === undefined) delete target[key];
    else target[key] = value;
  };
  take(into.answers, from.answers, id);
  take(into.other, from.other, id);
  take(into.uses ?? {}, from.uses ?? {}, id);
  const own = (key: string) => belongs(fieldOf(key), id);
  for (const key of Object.keys(into.unparsed)) if (own(key)) delete into.unparsed[key];
  for (const [key, words] of Object.entries(from.unparsed))
    if (own(key)) into.unparsed[key] = words;
}

const wordsOf = (question: AskedQuestion, draft: Draft, seat: Seat): string[] => {
  const words = answerWords(
    question,
    draft.answers[question.id],
    draft.other[question.id],
    currencyOf(draft),
    seat.voice,
  );
  const use = draft.uses?.[question.id];
  return [
    ...(words.length > 0 ? words : [seat.voice.t('answers.none')]),
    ...(use ? [seat.voice.t(`use.${use}`)] : []),
  ];
};

/** Branching: which questions a respondent sees, given the answers so far. */
import type { Answers } from './answers.ts';
import { holds } from './condition.ts';
import type { AskedQuestion, Questionnaire } from './questionnaire.ts';

/**
 * The answers that count: those to questions that are shown. A hidden question's answer is kept in the
 * draft but is not here, so a rule on it is false; it comes back when the branch opens again.
 */
export function countedAnswers(
  questionnaire: Questionnaire,
  audience: string,
  answers: Answers,
): Answers {
  return walk(questionnaire, audience, answers).counted;
}

/** Ids of the questions that are shown. Rules look back only, so one pass in order decides all. */
export function shownQuestions(
  questionnaire: Questionnaire,
  audience: string,
  answers: Answers,
): Set<string> {
  return walk(questionnaire, audience, answers).shown;
}

function walk(questionnaire: Questionnaire, audience: string, answers: Answers) {
  const counted: Answers = {};
  const shown = new Set<string>();
  for (const question of questionnaire.asked(audience)) {
    if (question.shownWhen && !holds(question.shownWhen, counted)) continue;
    shown.add(question.id);
    const answer = answers[question.id];
    if (answer !== undefined) counted[question.id] = answer;
  }
  return { counted, shown };
}

/** How far a section is: `answered` of `shown` questions, and the required ones that still lack an answer. */
export type SectionProgress = { shown: number; answered: number; missing: AskedQuestion[] };

export function sectionProgress(
  questionnaire: Questionnaire,
  sectionId: string,
  shown: Set<string>,
  answers: Answers,
): SectionProgress {
  const here = questionnaire.questions(sectionId).filter((question) => shown.has(question.id));
  const open = here.filter((question) => !isAnswered(question, answers));
  return {
    shown: here.length,
    answered: here.length - open.length,
    missing: open.filter((question) => question.required),
  };
}

/** A required matrix of choices is answered when every row is; any other question when it has an answer. */
export function isAnswered(question: AskedQuestion, answers: Answers): boolean {
  const answer = answers[question.id];
  if (answer === undefined) return false;
  if (question.type !== 'matrix' || !question.required) return true;
  return question.rows.every((row) => row.value in (answer as object));
}

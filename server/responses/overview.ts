/** How far a response is: each section, and what stands between the draft and a submission. Pure. */
import type { Problem } from '../questionnaire/answers.ts';
import type { Section } from '../questionnaire/definition.ts';
import { type SectionProgress, sectionProgress, shownQuestions } from '../questionnaire/path.ts';
import type { AskedQuestion, Questionnaire } from '../questionnaire/questionnaire.ts';
import type { Draft } from './response.ts';
import { storedProblems } from './section-form.ts';

export type SectionDone = SectionProgress & { section: Section };
export type SectionOverview = SectionDone & { problems: Problem[]; questions: AskedQuestion[] };
export type Overview = {
  sections: SectionOverview[];
  shown: number;
  answered: number;
  /** Whether every required question has an answer and nothing is wrong. */
  complete: boolean;
};

/** How far each section is. */
export function progressOf(
  questionnaire: Questionnaire,
  audience: string,
  { answers }: Pick<Draft, 'answers'>,
  /** Of a colleague, who sees these sections only. */
  only: string[] | null = null,
): SectionDone[] {
  const shown = shownQuestions(questionnaire, audience, answers);
  return questionnaire
    .sections(audience)
    .filter((section) => only === null || only.includes(section.id))
    .map((section) => ({ section, ...sectionProgress(questionnaire, section.id, shown, answers) }));
}

export function overviewOf(
  questionnaire: Questionnaire,
  audience: string,
  draft: Draft,
  language: string,
  /** Of a colleague, who sees these sections only. */
  only: string[] | null = null,
): Overview {
  const shown = shownQuestions(questionnaire, audience, draft.answers);
  const done = progressOf(questionnaire, audience, draft, only);
  const sections = done.map((one): SectionOverview => {
    const questions = questionnaire
      .questions(one.section.id)
      .filter((question) => shown.has(question.id));
    return {
      ...one,
      questions,
      problems: questions.flatMap((q) => storedProblems(questionnaire, q, draft, language)),
    };
  });
  const sum = (pick: (section: SectionOverview) => number) =>
    sections.reduce((total, section) => total + pick(section), 0);
  return {
    sections,
    shown: sum((section) => section.shown),
    answered: sum((section) => section.answered),
    complete: sections.every((one) => one.missing.length === 0 && one.problems.length === 0),
  };
}

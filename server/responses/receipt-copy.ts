/** A submission in words, by section, for the mail that the respondent keeps. Pure. */
import { shownQuestions } from '../questionnaire/path.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import type { Voice } from '../texts.ts';
import { type AnswerLine, answerLines } from './answer-text.ts';
import { markOf } from './answer-use.ts';
import type { Submission } from './response.ts';
import { currencyOf } from './section-form.ts';
import { sectionHeading } from './section-words.ts';

type CopiedQuestion = {
  number: string | null;
  label: string;
  lines: Pick<AnswerLine, 'label' | 'text'>[];
  /** Of an answer that is for closer use than the others, in words; "" else. */
  use: string;
};
export type CopiedSection = { heading: string; questions: CopiedQuestion[] };

/** Every question that was asked, those without an answer too. */
export function copyOf(
  questionnaire: Questionnaire,
  audience: string,
  { answers, other, uses }: Pick<Submission, 'answers' | 'other' | 'uses'>,
  voice: Voice,
): CopiedSection[] {
  const { t } = voice;
  const shown = shownQuestions(questionnaire, audience, answers);
  const currency = currencyOf({ answers });
  const none = { label: null, text: t('answers.none') };
  return questionnaire.sections(audience).map((section) => ({
    heading: sectionHeading(section, voice),
    questions: questionnaire
      .questions(section.id)
      .filter(({ id }) => shown.has(id))
      .map((question) => {
        const { id, number, label } = question;
        const lines = answerLines(question, answers[id], other[id], currency, voice);
        const mark = markOf(question, { answers, uses });
        return {
          number,
          label,
          lines: lines.length > 0 ? lines : [none],
          use: mark ? t(`use.${mark}`) : '',
        };
      }),
  }));
}

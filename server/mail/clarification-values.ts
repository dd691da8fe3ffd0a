/** What the fields of a clarification's mail and letter say: what is asked about, and what was answered. Pure. */
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { answerWords } from '../responses/answer-text.ts';
import type { Clarification } from '../review/clarification.ts';
import type { Voice } from '../texts.ts';

export type ClarificationValues = Record<
  'question' | 'answer' | 'words' | 'answer_by' | 'action',
  string
>;
export const NO_CLARIFICATION: ClarificationValues = {
  question: '',
  answer: '',
  words: '',
  answer_by: '',
  action: '',
};

/** @param questionnaire in the language of the mail */
export function clarificationValues(
  of: Pick<Clarification, 'questions' | 'before' | 'words' | 'due' | 'followUp'>,
  questionnaire: Questionnaire,
  voice: Voice,
): ClarificationValues {
  const { questions, before, words, due, followUp } = of;
  const asked = questions.flatMap((id) => questionnaire.question(id) ?? []);
  const answers = asked.map((question) => {
    const lines = answerWords(
      question,
      before.answers[question.id],
      before.other[question.id],
      before.currency,
      voice,
    );
    const text = lines.join('\n') || voice.t('answers.none');
    return asked.length > 1 ? `${question.number}: ${text}` : text;
  });
  return {
    question: asked.map(({ number, label }) => `${number} ${label}`).join('\n'),
    answer: answers.join('\n'),
    words,
    answer_by: due ? voice.t('mail.answerBy', { day: voice.date(new Date(due), 'UTC') }) : '',
    action: String(followUp ?? asked[0]?.action ?? ''),
  };
}

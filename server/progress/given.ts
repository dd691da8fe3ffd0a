/** A State's answers as whoever reads may see them: the one place that turns a submission into lines for a page. Pure. */
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import { type AnswerLine, answerLines } from '../responses/answer-text.ts';
import type { Submission, Use } from '../responses/response.ts';
import { mayName, useOfAnswer } from './disclosure.ts';
import type { View } from './view.ts';

export type Given = {
  id: string;
  number: string | null;
  label: string;
  use: Use;
  /** Whether it is kept from the reader; then it has no lines. */
  pooled: boolean;
  /** Empty where there is no answer. */
  lines: AnswerLine[];
};

type Said = Pick<Submission, 'answers' | 'other' | 'use' | 'uses'>;

export function givenOf({ data, reader, voice }: View, said: Said, question: AskedQuestion): Given {
  const { id, number, label } = question;
  const use = useOfAnswer(data.questionnaire, said, id);
  const pooled = !mayName(use, reader);
  const currency = String(said.answers['r_currency'] ?? '');
  const lines = pooled
    ? []
    : answerLines(question, said.answers[id], said.other[id], currency, voice);
  return { id, number, label, use, pooled, lines };
}

/** Gender and diversity across all actions: what was asked of it, and what was answered. Pure. */
import type { View } from '../progress/view.ts';
import type { Block } from './report.ts';
import { isClosed, questionBlocks } from './report-words.ts';

export function genderBlocks(view: View): Block[] {
  const { questionnaire } = view.data;
  const questions = questionnaire.definition.questions
    .filter(({ genderDiversity }) => genderDiversity)
    .flatMap(({ id }) => questionnaire.question(id) ?? [])
    .filter(isClosed);
  if (questions.length === 0) return [];
  const actions = [...new Set(questions.map(({ action }) => `#${action}`))];
  const text = view.voice.t('report.genderIntro', {
    count: questions.length,
    actions: view.voice.list(actions),
  });
  return [
    { kind: 'paragraph', text },
    ...questions.flatMap((question) => questionBlocks(view, question)),
  ];
}

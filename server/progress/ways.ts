/** From a question to the page that shows its answers in a way of their own: texts, money, needs, experience. Pure. */
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import { isMoney } from './amounts.ts';
import { queryOf } from './filter-query.ts';
import { textQuestions } from './texts-page.ts';
import { baseOf, type View } from './view.ts';

export function waysFrom(view: View, question: AskedQuestion): { href: string; label: string }[] {
  const { data, filter, voice } = view;
  const { needs, exchange } = data.questionnaire.definition.views ?? {};
  const way = (name: string, path: string, more: Record<string, string> = {}) => ({
    href: `${baseOf(view)}/${path}${queryOf(filter, more)}`,
    label: voice.t(`ways.${name}`),
  });
  const { id } = question;
  return [
    ...(textQuestions(data.questionnaire).some((one) => one.id === id)
      ? [way('texts', 'texts', { question: id })]
      : []),
    ...(isMoney(question) ? [way('money', 'money', { question: id })] : []),
    ...(needs?.question === id ? [way('needs', 'needs')] : []),
    ...(exchange?.questions.includes(id) ? [way('exchange', 'experience')] : []),
  ];
}

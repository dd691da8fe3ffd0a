/** Gender and diversity across all actions: who reported on cooperation and on it too, and what was answered. Pure. */
import { audienceShort, type View } from '../progress/view.ts';
import type { FollowUpRule } from '../questionnaire/definition.ts';
import { genderFigures } from '../review/gender-figures.ts';
import type { Block } from './report.ts';
import { isClosed, namesOf, questionBlocks } from './report-words.ts';

export function genderBlocks(view: View): Block[] {
  const { questionnaire } = view.data;
  const { questions: all, followUps = [] } = questionnaire.definition;
  const questions = all
    .filter(({ genderDiversity }) => genderDiversity)
    .flatMap(({ id }) => questionnaire.question(id) ?? [])
    .filter(isClosed);
  if (questions.length === 0) return [];
  const actions = [...new Set(questions.map(({ action }) => `#${action}`))];
  const intro = view.voice.t('report.genderIntro', {
    count: questions.length,
    actions: view.voice.list(actions),
  });
  return [
    ...followUps.flatMap((rule) => reported(view, rule)),
    { kind: 'paragraph', text: intro },
    ...questions.flatMap((question) => questionBlocks(view, question)),
  ];
}

/** Names those that reported on it. Those that did not are counted: to ask them is the Committee's, not the paper's. */
function reported(view: View, rule: FollowUpRule): Block[] {
  const { data, filter, reader, voice } = view;
  const figures = genderFigures(data, rule, filter, reader);
  const { cooperation, gender, missing, withheld, isHidden } = figures;
  if (cooperation.length === 0) return [];
  const number = (list: unknown[]) => voice.number(list.length);
  const parts = [
    voice.t('report.genderReported', {
      action: rule.action,
      audience: audienceShort(data, rule.audience),
      cooperation: number(cooperation),
      gender: number(gender),
      missing: number(missing),
    }),
    ...(gender.length > 0
      ? [
          voice.t('report.genderNames', {
            names: namesOf(gender, isHidden, voice),
          }),
        ]
      : []),
    ...(withheld.length > 0 ? [voice.t('report.withheld', { count: withheld.length })] : []),
  ];
  return [{ kind: 'paragraph', text: parts.join(' ') }];
}

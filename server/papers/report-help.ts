/** What hinders and what helps, as States say: the answers that were chosen most. Which questions tell it is in the questionnaire. Pure. */
import type { View } from '../progress/view.ts';
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import type { Block } from './report.ts';
import { audienceOf, isClosed, namesOf, spreadsOf } from './report-words.ts';

/** So many answers are told in words; the annex has all. */
const MOST_TOLD = 4;

export function helpBlocks(view: View, action: number): Block[] {
  const { hinders = [], helps = [] } = view.data.questionnaire.definition.views ?? {};
  const asked = (ids: string[]) =>
    ids
      .flatMap((id) => view.data.questionnaire.question(id) ?? [])
      .filter((question) => question.action === action && isClosed(question));
  return [
    ...asked(hinders).flatMap((question) => mostChosen(view, question, 'hinders')),
    ...asked(helps).flatMap((question) => mostChosen(view, question, 'helps')),
  ];
}

function mostChosen(view: View, question: AskedQuestion, kind: 'hinders' | 'helps'): Block[] {
  const { voice } = view;
  const { t } = voice;
  const [spread] = spreadsOf(view, question);
  if (!spread || spread.answered === 0) return [];
  const chosen = spread.categories
    .filter((category) => category.kind === 'answer' && category.count > 0)
    .sort((a, b) => b.count - a.count);
  // Those that were chosen as often as the last one that is told are told too.
  const least = chosen[Math.min(MOST_TOLD, chosen.length) - 1]?.count ?? 0;
  return [
    {
      kind: 'paragraph',
      joined: true,
      text: t(`report.${kind}`, {
        number: question.number,
        audience: audienceOf(view, question),
        label: question.label,
        answered: voice.number(spread.answered),
        asked: voice.number(spread.asked),
      }),
    },
    {
      kind: 'points',
      lines: chosen
        .filter(({ count }) => count >= least)
        .map(({ label, count, members }) =>
          t('report.chosen', {
            label,
            count,
            names: namesOf(members(), spread.isPooled, voice),
          }),
        ),
    },
  ];
}

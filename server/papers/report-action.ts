/** The paper's section on one action: where States stand on its indicators, the answers behind them, what hinders and what helps. Pure. */
import { indicatorResult } from '../progress/indicator.ts';
import { marksOf, sentenceOf } from '../progress/indicator-words.ts';
import { keyQuestions } from '../progress/key-questions.ts';
import type { View } from '../progress/view.ts';
import type { Definition, Indicator } from '../questionnaire/definition.ts';
import type { Block } from './report.ts';
import { helpBlocks } from './report-help.ts';
import { namesOf, questionBlocks } from './report-words.ts';

type Action = Definition['actions'][number];

export function actionBlocks(view: View, action: Action): Block[] {
  const { data, voice } = view;
  const { t } = voice;
  const indicators = data.questionnaire.definition.indicators.filter(
    (one) => one.action === action.number && one.numerator !== null,
  );
  return [
    {
      kind: 'paragraph',
      text: action.officialText
        ? t('report.official', { number: action.number, text: action.officialText })
        : t('report.summary', { number: action.number, text: action.summary }),
    },
    ...indicators.flatMap((indicator) => indicatorBlocks(view, indicator)),
    ...keyQuestions(view, action.number).flatMap((question) => questionBlocks(view, question)),
    ...helpBlocks(view, action.number),
  ];
}

/** How many, of whom, and who they are. */
function indicatorBlocks(view: View, indicator: Indicator): Block[] {
  const { data, filter, reader, voice } = view;
  const { t } = voice;
  const result = indicatorResult(data, indicator, filter, reader);
  const { value, numerator, respondents, apart, withheld } = result;
  const label = indicator.officialText ?? indicator.label;
  if (value === null || !numerator)
    return [{ kind: 'paragraph', text: t('report.nothing', { label }) }];
  const sentence = sentenceOf(view, result);
  const names = (group: typeof apart) => namesOf(group.list(), (one) => one.pooled, voice);
  const parts = [
    indicator.kind === 'percentage'
      ? t('report.percentage', { label, sentence, percent: voice.percent(value) })
      : t('report.count', { label, sentence }),
    t('report.answered', { count: respondents.count }),
    ...(numerator.count > 0 ? [t('report.theyAre', { names: names(numerator) })] : []),
    ...(apart.count > 0 ? [t('report.apart', { names: names(apart) })] : []),
    ...(withheld.count > 0 ? [t('report.withheld', { count: withheld.count })] : []),
    ...marksOf(indicator, voice).map(({ kind, value: mark, date, source }) =>
      t('report.mark', {
        mark: t(`indicator.mark.${kind}`, { value: mark }),
        source: [date, source].filter(Boolean).join(', '),
      }),
    ),
  ];
  return [{ kind: 'paragraph', text: parts.join(' ') }];
}

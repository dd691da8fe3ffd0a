/** An indicator in words for a diplomat: what is counted, out of whom, who answered, and where the rule stands. Pure. */
import { conditionWords } from '../questionnaire/condition-words.ts';
import type { Indicator, Mark } from '../questionnaire/definition.ts';
import type { Dataset } from './dataset.ts';
import { queryOf } from './filter-query.ts';
import type { IndicatorResult } from './indicator.ts';
import { VERDICTS } from './verdict.ts';
import { baseOf, type View } from './view.ts';

const groupOf = (data: Dataset, indicator: Indicator) =>
  data.questionnaire.definition.groups.find(({ id }) => id === indicator.denominator?.group);

/** "26 of 41 affected States Parties", or with a condition "14 of 22 States Parties where 43.1 is “Yes”"; "" when nothing can be said. */
export function sentenceOf({ data, voice }: View, result: IndicatorResult): string {
  const { indicator, numerator, denominator, value } = result;
  if (value === null || !numerator || !denominator) return '';
  const group = groupOf(data, indicator);
  const said = {
    numerator: voice.number(numerator.count),
    denominator: voice.number(denominator.count),
    group: group?.short ?? group?.label ?? '',
  };
  const where = indicator.denominator?.where;
  if (!where) return voice.t('indicator.of', said);
  const condition = conditionWords(where, data.questionnaire, voice);
  return voice.t('indicator.ofWhere', { ...said, condition });
}

/** Baseline and target where the questionnaire has them. */
export const marksOf = (indicator: Indicator, voice: View['voice']) =>
  (['baseline', 'target'] as const).flatMap((kind) => {
    const mark = indicator[kind];
    return mark ? [{ kind, ...markWords(indicator, mark, voice) }] : [];
  });

const markWords = ({ kind }: Indicator, { value, date, source }: Mark, voice: View['voice']) => ({
  value: kind === 'percentage' ? voice.percent(value) : voice.number(value),
  date: date ? voice.date(new Date(date), 'UTC') : '',
  source,
});

/** How the figure comes about, step by step. */
export function methodOf(view: View, result: IndicatorResult) {
  const { data, voice } = view;
  const { indicator } = result;
  const { numerator, denominator } = indicator;
  const words = (condition: NonNullable<Indicator['numerator']>) =>
    conditionWords(condition, data.questionnaire, voice);
  return {
    counts: numerator ? words(numerator) : '',
    where: denominator?.where ? words(denominator.where) : '',
    group: groupOf(data, indicator),
    date: voice.date(new Date(data.referenceDate), 'UTC'),
    questionnaire: data.questionnaire.name,
    severalAudiences: indicator.audiences.length > 1,
  };
}

/** The States in view by where they stand, each number a link to its States in the matrix. Those that were not asked are left out. */
export function standingsOf(view: View, result: IndicatorResult) {
  const verdicts = result.verdicts();
  const { key } = result.indicator;
  return VERDICTS.filter((one) => one !== 'not_asked').flatMap((verdict) => {
    const count = verdicts.get(verdict) ?? 0;
    const href = `${baseOf(view)}/matrix${queryOf(view.filter, { indicator: key, verdict })}`;
    return count > 0 ? [{ verdict, count, href }] : [];
  });
}

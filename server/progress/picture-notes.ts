/** What stands in every picture of a round: how many, which filter, from where and until when, and whether it is invented. Pure. */
import type { Picture } from '../charts/picture.ts';
import { cutOffWords, groupsOf, type View } from './view.ts';

/** @param counted n in words: "31 of 41 answered" */
export function pictureNotes(
  view: View,
  counted: string,
): Pick<Picture, 'notes' | 'mark' | 'language' | 'rtl'> {
  const { data, voice } = view;
  const filter = filterWords(view);
  const source = {
    questionnaire: data.questionnaire.definition.shortTitle,
    round: data.round,
    when: cutOffWords(view),
  };
  return {
    notes: [
      counted,
      ...(filter.length > 0 ? [voice.t('chart.filter', { filter: filter.join(' · ') })] : []),
      voice.t('chart.source', source),
    ],
    mark: data.demonstration ? voice.t('notice.demonstration') : '',
    language: voice.language,
    rtl: voice.direction === 'rtl',
  };
}

/** What is chosen in the filter, in words; nothing when nothing is. */
function filterWords(view: View): string[] {
  const { filter, voice } = view;
  return [
    ...(filter.region ? [voice.t(`region.${filter.region}`)] : []),
    ...groupsOf(view.data)
      .filter((group) => group.id === filter.group)
      .map((group) => group.label),
    ...(filter.also ? [voice.t('chart.also', { rounds: voice.list(filter.also.split(',')) })] : []),
    ...view.data.questionnaire.definition.audiences
      .filter(({ id }) => id === filter.audience)
      .map(({ short }) => short),
    ...(filter.review
      ? [`${voice.t('filter.review')}: ${voice.t(`review.${filter.review}`)}`]
      : []),
  ];
}

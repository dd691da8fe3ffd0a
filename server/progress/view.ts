/** What every page of the Committee is made from, and the small pieces that several of them show. Pure. */
import { REVIEWS } from '../responses/response.ts';
import { nameIn, REGIONS } from '../states/state.ts';
import type { Voice } from '../texts.ts';
import { type Dataset, type Filter, isFiltered, type Member } from './dataset.ts';
import type { Reader } from './disclosure.ts';
import { cutOffQuery, queryOf } from './filter-query.ts';

export type View = {
  data: Dataset;
  filter: Filter;
  reader: Reader;
  voice: Voice;
  /** Where a list that takes several pages begins. */
  from?: number;
};

export const baseOf = ({ data }: View) => `/results/${data.round}`;
/** What a filter can name. */
export const filterWordsOf = ({
  questionnaire: { definition },
}: Pick<Dataset, 'questionnaire'>) => ({
  groups: definition.groups.map(({ id }) => id),
  audiences: definition.audiences.map(({ id }) => id),
});
export const groupsOf = (data: Dataset) => data.questionnaire.definition.groups;

/** Until when answers are counted, in words, with the name of the cut-off where one is shown. */
export function cutOffWords({ data, voice }: Pick<View, 'data' | 'voice'>): string {
  const when = voice.dateTime(data.cutOff, data.zone);
  return data.snapshot ? voice.t('cutOff.when', { when, name: data.snapshot.name }) : when;
}

/** The filter form and what is chosen in it. */
export function filterView({ data, filter, voice }: View) {
  const option = (value: string, label: string, chosen: string | null) => ({
    value,
    label,
    chosen: value === chosen,
  });
  return {
    isFiltered: isFiltered(filter),
    /** Of a cut-off, which stays when the filter changes; "" for the answers as they are now. */
    cutoff: filter.cutoff ?? '',
    now: queryOf({ ...filter, cutoff: '' }),
    clear: cutOffQuery(filter),
    regions: REGIONS.map((region) => option(region, voice.t(`region.${region}`), filter.region)),
    groups: groupsOf(data).map((group) => option(group.id, group.label, filter.group)),
    audiences: data.questionnaire.definition.audiences.map(({ id, short }) =>
      option(id, short, filter.audience ?? null),
    ),
    /** As fields of another form of the page. */
    chosen: [...new URLSearchParams(queryOf(filter))].map(([name, value]) => ({ name, value })),
    /** The rounds in which States answered too; null for all States. */
    also: filter.also
      ? {
          value: filter.also,
          rounds: voice.list(filter.also.split(',')),
          all: queryOf({ ...filter, also: '' }),
        }
      : null,
    /** The same view of confirmed answers only; "" where it is that already. */
    confirmed: filter.review === 'confirmed' ? '' : queryOf({ ...filter, review: 'confirmed' }),
    reviews: REVIEWS.map((review) => option(review, voice.t(`review.${review}`), filter.review)),
  };
}

/** A State in a list of those behind a number. */
export const rowOf = (
  view: View,
  member: Pick<Member, 'state' | 'audience' | 'at' | 'review'>,
) => ({
  key: member.state._id,
  name: nameIn(member.state, view.voice.language),
  region: view.voice.t(`region.${member.state.region}`),
  submitted: member.at >= 0,
  review: member.at >= 0 ? view.voice.t(`review.${member.review}`) : '',
  href: `${baseOf(view)}/states/${member.state._id}/${member.audience}${cutOffQuery(view.filter)}`,
});

export const sorted = <T extends { name: string }>(rows: T[], voice: Voice) =>
  rows.sort((a, b) => voice.compare(a.name, b.name));

export const audienceShort = (data: Dataset, audience: string) =>
  data.questionnaire.definition.audiences.find((one) => one.id === audience)?.short ?? audience;

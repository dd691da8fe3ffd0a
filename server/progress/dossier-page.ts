/** One State in all audiences it was asked in: where it stands, and all its answers by action. Pure. */
import { type Response, statusOf } from '../responses/response.ts';
import { nameIn } from '../states/state.ts';
import { type Member, NO_FILTER } from './dataset.ts';
import { mayName } from './disclosure.ts';
import { cutOffQuery } from './filter-query.ts';
import { indicatorResult } from './indicator.ts';
import { statePage } from './state-pages.ts';
import { audienceShort, baseOf, groupsOf, type View } from './view.ts';

/** A State asked as one audience, and what it answered. */
export type Spoken = { member: Member; response: Response };

/** @param spoken at least one, all of the same State */
export function dossierPage(view: View, spoken: [Spoken, ...Spoken[]]) {
  const { data } = view;
  const { state } = spoken[0].member;
  const base = `${baseOf(view)}/states/${state._id}`;
  const query = cutOffQuery(view.filter);
  const parts = spoken.map(({ member, response }) => ({
    audience: member.audience,
    label: audienceShort(data, member.audience),
    href: `${base}/${member.audience}${query}`,
    place: `${base}/${member.audience}`,
    page: statePage(view, member, response),
  }));
  return {
    ...headOf(view, spoken),
    profile: `${base}/profile${query}`,
    parts: parts.map(({ page, ...part }) => ({ ...part, ...page })),
    standings: standingsOf(view, spoken[0].member),
    actions: data.questionnaire.definition.actions
      .map((action) => ({
        action,
        parts: parts.flatMap(({ page, ...part }) => {
          const given = page.sections.filter(({ section }) => section.action === action.number);
          const questions = given.flatMap((one) => one.questions);
          return questions.length > 0 ? [{ ...part, questions }] : [];
        }),
      }))
      .filter((one) => one.parts.length > 0),
  };
}

/** What stands above every page of one State. */
export function headOf(view: View, [{ member }]: [Spoken, ...Spoken[]]) {
  const { state } = member;
  return {
    stateKey: state._id,
    name: nameIn(state, view.voice.language),
    region: view.voice.t(`region.${state.region}`),
    groups: groupsOf(view.data)
      .filter((group) => state.memberships.some((one) => one.group === group.id))
      .map((group) => group.short ?? group.label),
  };
}

/** The indicators that it was asked about, with where it stands on each, as whoever reads may know it. */
export function standingsOf(view: View, { place }: Pick<Member, 'place'>) {
  const { data, reader, filter } = view;
  return data.questionnaire.definition.indicators.flatMap((indicator) => {
    if (!indicator.numerator) return [];
    const { verdict } = indicatorResult(data, indicator, NO_FILTER, reader).at(place);
    if (verdict === 'not_asked') return [];
    const { key, action, label } = indicator;
    return [
      {
        key,
        action,
        label,
        verdict,
        href: `${baseOf(view)}/indicators/${key}${cutOffQuery(filter)}`,
      },
    ];
  });
}

/** Each audience in a line, for the head of a page that is printed. */
export const standOf = (view: View, { member, response }: Spoken) => ({
  label: audienceShort(view.data, member.audience),
  status: view.voice.t(`status.${response.submitted ? 'submitted' : statusOf(response)}`),
  submitted: response.submitted && {
    at: view.voice.date(response.submitted.submittedAt, member.state.zone),
    reference: response.submitted.reference,
  },
  hidden: response.submitted !== null && !mayName(response.submitted.use, view.reader),
});

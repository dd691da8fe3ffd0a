/** The States of a round, and one State's answers. Pure. */
import { noteInWords } from '../responses/page-parts.ts';
import { REVIEWS, type Response, statusOf } from '../responses/response.ts';
import { nameIn } from '../states/state.ts';
import type { Member } from './dataset.ts';
import { mayName, maySeeScan, useOfAnswer } from './disclosure.ts';
import { queryOf } from './filter-query.ts';
import { givenOf } from './given.ts';
import { placesInView } from './lens.ts';
import { listed } from './listed.ts';
import { audienceShort, groupsOf, rowOf, sorted, type View } from './view.ts';

/** Every State that was asked, and how far it is. */
export function statesPage(view: View, audience: string | null) {
  const { data, filter, voice } = view;
  const audiences = data.questionnaire.definition.audiences;
  const asked = audiences
    .filter((one) => audience === null || one.id === audience)
    .map(({ id }) => ({ id, places: placesInView(data, id, filter) }));
  // As many places after one another as there are in all audiences; each is looked up in its own.
  const all = asked.flatMap(({ places }) => places);
  const numbers = listed(view, [...all.keys()], (from) =>
    queryOf(filter, { ...(audience ? { audience } : {}), from }),
  );
  const [first = 0, last = -1] = [numbers.places[0], numbers.places.at(-1)];
  let before = 0;
  const members = asked.flatMap(({ id, places }) => {
    const own = places.slice(Math.max(0, first - before), Math.max(0, last + 1 - before));
    before += places.length;
    return data.audiences.get(id)?.membersAt(own) ?? [];
  });
  return {
    pages: numbers.pages,
    rows: sorted(
      members.map((member) => ({
        ...rowOf(view, member),
        audience: audienceShort(data, member.audience),
        status: voice.t(
          `status.${member.at >= 0 ? 'submitted' : member.started ? 'draft' : 'not_started'}`,
        ),
        submittedAt: member.submittedAt ? voice.date(member.submittedAt, 'UTC') : '',
      })),
      voice,
    ),
    audiences: audiences.map((one) => ({
      id: one.id,
      label: one.short,
      chosen: one.id === audience,
    })),
  };
}

/** One State's submission by section, as the reader may see it. Drafts are never shown. */
export function statePage(view: View, member: Member, response: Response) {
  const { data, reader, voice } = view;
  const { submitted } = response;
  const hidden = submitted !== null && !mayName(submitted.use, reader);
  const isPooled = (id: string) =>
    submitted !== null && !mayName(useOfAnswer(data.questionnaire, submitted, id), reader);
  const sections =
    submitted && !hidden
      ? data.questionnaire
          .sections(member.audience)
          .filter((section) => section.action !== null)
          .map((section) => ({
            section,
            questions: data.questionnaire
              .questions(section.id)
              // What is for closer use is said to be, answered or not: else its place would tell.
              .filter((question) => isPooled(question.id) || question.id in submitted.answers)
              .map((question) => givenOf(view, submitted, question)),
          }))
      : [];
  return {
    name: nameIn(member.state, voice.language),
    region: voice.t(`region.${member.state.region}`),
    groups: groupsOf(data)
      .filter((group) => member.state.memberships.some((one) => one.group === group.id))
      .map((group) => group.label),
    audience: data.questionnaire.definition.audiences.find((one) => one.id === member.audience),
    status: statusOf(response),
    submitted: submitted && {
      revision: submitted.revision,
      reference: submitted.reference,
      at: voice.dateTime(submitted.submittedAt, member.state.zone),
      use: submitted.use,
      note: submitted.note && {
        ...noteInWords(submitted.note, voice),
        scan: maySeeScan(data.questionnaire, submitted, reader) ? submitted.note.scan.id : '',
      },
      quote: String(submitted.answers['r_quote'] ?? ''),
    },
    hidden,
    sections,
    review: response.review,
    reviews: REVIEWS.map((review) => ({
      value: review,
      label: voice.t(`review.${review}`),
      chosen: review === response.review,
    })),
  };
}

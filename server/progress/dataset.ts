/** The material of all results of a round: who was asked, what they submitted as columns, and the States. Pure. */
import type { Columns, Layout } from '../questionnaire/columns.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import type { Review, Use, Uses } from '../responses/response.ts';
import { isMember, type State } from '../states/state.ts';

/** One State asked as one audience. `at` is its place in the columns; -1 while it has not submitted. */
export type Member = {
  state: State;
  audience: string;
  response: string;
  at: number;
  /** Of the submission that counts; 0 while it has not submitted. */
  revision: number;
  use: Use;
  /** What it said of single answers. */
  uses?: Uses | undefined;
  /**
   * At a cut-off: what it had said by then, which is what figures are counted by, since they never change. Whether it is
   * named goes by `use` and `uses`, which also hold what it has said since.
   */
  byThen?: Pick<Member, 'use' | 'uses'>;
  review: Review;
  submittedAt: Date | null;
  started: boolean;
};

type Audience = { id: string; layout: Layout; columns: Columns; members: Member[] };

export type Dataset = {
  round: string;
  /** IANA zone of the round, for dates. */
  zone: string;
  /** Invented answers: every page and every picture says so. */
  demonstration: boolean;
  questionnaire: Questionnaire;
  referenceDate: string;
  states: State[];
  audiences: Map<string, Audience>;
  /** When it was read, or when the snapshot was taken. */
  cutOff: Date;
  /** The named cut-off that this is; null for the answers as they are now. */
  snapshot: { slug: string; name: string } | null;
};

/** What is looked at: a part of the States. Null means all. In the address of a page, so that a view can be cited. */
export type Filter = {
  region: string | null;
  group: string | null;
  review: Review | null;
  /** Slug of the cut-off that is shown; it is kept on every link of a page, and filters nothing. */
  cutoff?: string | undefined;
  /** Only those asked as this audience. */
  audience?: string | undefined;
  /** Only States that answered here and in these rounds too: "oap-2022,oap-2021:draft", each with its cut-off where one is meant. */
  also?: string | undefined;
  /** Who that is, by audience: read with the round, and in no address. */
  answeredToo?: Map<string, Set<string>>;
};
export const NO_FILTER: Filter = { region: null, group: null, review: null };

export const isFiltered = (filter: Filter): boolean =>
  [filter.region, filter.group, filter.review, filter.audience, filter.also].some(Boolean);

/** The filter as files and the audit name it. */
export const filterNamed = ({ region, group, review, audience, also }: Filter) => ({
  region,
  group,
  review,
  ...(audience ? { audience } : {}),
  ...(also ? { also } : {}),
});

export const stateMatches = (state: State, filter: Filter, date: string): boolean =>
  (filter.region === null || state.region === filter.region) &&
  (filter.group === null || isMember(state, filter.group, date)) &&
  (!filter.answeredToo ||
    [...filter.answeredToo.keys()].some((one) => inScope(filter, one, state)));

/** Whether answers of a State as an audience are looked at at all. */
export const inScope = (filter: Filter, audience: string, state: Pick<State, '_id'>): boolean =>
  (!filter.audience || filter.audience === audience) &&
  (!filter.answeredToo || filter.answeredToo.get(audience)?.has(state._id) === true);

/** The members that a filter leaves. With a review state only submitted responses in that state are left. */
export function selected(data: Dataset, audience: string, filter: Filter): Member[] {
  const members = data.audiences.get(audience)?.members ?? [];
  return members.filter(
    (member) =>
      inScope(filter, audience, member.state) &&
      stateMatches(member.state, filter, data.referenceDate) &&
      (filter.review === null || (member.at >= 0 && member.review === filter.review)),
  );
}

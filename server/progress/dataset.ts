/** The material of all results of a round: who was asked, what they submitted as columns, and the States. Pure. */
import {
  detailAt,
  isLarge,
  type Kind,
  NOT_ASKED,
  namingAt,
  type Part,
  type RoundColumns,
  reviewOf,
  STARTED,
  SUBMITTED,
  saidAt,
} from '../columns/round-columns.ts';
import type { Columns, Layout } from '../questionnaire/columns.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import type { Review, Use, Uses } from '../responses/response.ts';
import { isMember, type State } from '../states/state.ts';

/** One State asked as one audience. `at` is its place in the columns; -1 while it has not submitted. */
export type Member = {
  state: State;
  audience: string;
  response: string;
  /** In the columns, submitted or not. */
  place: number;
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

type Audience = {
  id: string;
  layout: Layout;
  part: Part;
  readonly columns: Columns;
  /** Everyone who was asked, by State. Made when it is asked for: figures do without. */
  readonly members: Member[];
  /** Null where the State at this place was not asked as this audience. */
  memberAt(place: number): Member | null;
  /** @throws NamesNeeded, TooMany in a large round */
  membersAt(places: number[]): Member[];
};

/** So many States of a large round may be listed at once. */
const MOST_LISTED = 1000;

/** In a large round whose places are is fetched only for those that a page lists: whoever makes the page does so, and tries again. */
export class NamesNeeded extends Error {
  readonly places: number[];
  constructor(places: number[]) {
    super(`it is to be fetched whose ${places.length} places are`);
    this.places = places;
  }
}

/** The page would list every State of a round that is too large for that. */
export class TooMany extends Error {}

const isLongList = (columns: RoundColumns, length: number): boolean =>
  length > MOST_LISTED && isLarge(columns);

/** States of the register that were not asked in the round. */
export type Others = {
  kinds: { kind: Kind; count: number }[];
  /** Null where they are too many to be named. */
  states: State[] | null;
};

/** What a dataset is made of besides the columns. */
type About = {
  round: string;
  /** IANA zone of the round, for dates. */
  zone: string;
  /** Invented answers: every page and every picture says so. */
  demonstration: boolean;
  questionnaire: Questionnaire;
  /** When it was read, or when the snapshot was taken. */
  cutOff: Date;
  /** The named cut-off that this is; null for the answers as they are now. */
  snapshot: { slug: string; name: string } | null;
};

export type Dataset = About & {
  referenceDate: string;
  columns: RoundColumns;
  others: Others;
  audiences: Map<string, Audience>;
};

export function datasetOf(about: About, columns: RoundColumns, others: Others): Dataset {
  return {
    ...about,
    referenceDate: columns.shape.referenceDate,
    columns,
    others,
    audiences: new Map(
      [...columns.parts.keys()].map((id) => [id, audienceOf(columns, id, about.snapshot !== null)]),
    ),
  };
}

function audienceOf(columns: RoundColumns, id: string, isSnapshot: boolean): Audience {
  const part = columns.parts.get(id) as Part;
  const made = new Map<number, Member>();
  let all: Member[] | null = null;
  const memberAt = (place: number): Member | null => {
    const found = made.get(place);
    if (found) return found;
    if (part.standing[place] === NOT_ASKED) return null;
    const member = makeMember(columns, id, place, isSnapshot);
    made.set(place, member);
    return member;
  };
  const membersAt = (places: number[]): Member[] => {
    if (isLongList(columns, places.length)) throw new TooMany('too many States to be listed');
    const unknown = isLarge(columns)
      ? places.filter((place) => !made.has(place) && !columns.details.has(place))
      : [];
    if (unknown.length > 0) throw new NamesNeeded(unknown);
    return places.flatMap((place) => memberAt(place) ?? []);
  };
  return {
    id,
    layout: part.layout,
    part,
    get columns() {
      return part.columns;
    },
    get members() {
      all ??= membersAt(placesOf(columns)).sort((a, b) => (a.state._id < b.state._id ? -1 : 1));
      return all;
    },
    memberAt,
    membersAt,
  };
}

export const placesOf = ({ taken, length }: RoundColumns): number[] => {
  const places: number[] = [];
  for (let place = 0; place < length; place += 1) if (taken[place]) places.push(place);
  return places;
};

function makeMember(
  columns: RoundColumns,
  audience: string,
  place: number,
  isSnapshot: boolean,
): Member {
  const part = columns.parts.get(audience) as Part;
  const { state, asked } = detailAt(columns, place);
  const standing = part.standing[place] as number;
  const submitted = standing >= SUBMITTED;
  const detail = asked[audience];
  return {
    state,
    audience,
    response: detail?.response ?? '',
    place,
    at: submitted ? place : -1,
    revision: detail?.revision ?? 0,
    ...(submitted ? namingAt(part, place) : { use: 'aggregate' as const }),
    ...(submitted && isSnapshot ? { byThen: saidAt(part, place) } : {}),
    review: reviewOf(standing),
    submittedAt: detail?.submittedAt ?? null,
    started: standing >= STARTED,
  };
}

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

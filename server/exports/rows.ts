/** What an export is of, and its rows one by one as the reader may have them. */
import type { CutOff } from '../progress/cut-off.ts';
import { type Filter, inScope, isFiltered, stateMatches } from '../progress/dataset.ts';
import { mayName, type Reader, useOfAnswer } from '../progress/disclosure.ts';
import { responsesAt } from '../progress/read-cut-off.ts';
import type { Edition } from '../questionnaire/catalogue.ts';
import { nameOf, type Questionnaire } from '../questionnaire/questionnaire.ts';
import type { Submission, Submitted } from '../responses/response.ts';
import type { Head } from '../responses/store.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import type { State } from '../states/state.ts';
import { historyOf } from './history.ts';
import type { ExportRow } from './table.ts';

/** Who takes it away. */
export type Taker = Reader & {
  /** Whether it gets what is between the secretariat and its contacts: who was written to, who declined and why. */
  manages: boolean;
};

export type Taking = {
  round: Round;
  /** Every version of the questionnaire that has columns; see `history.ts`. */
  editions: Edition[];
  edition: Edition;
  /** The round's version in the language in which it was written. */
  questionnaire: Questionnaire;
  taker: Taker;
  filter: Filter;
  /** The named cut-off that it is taken at; null for the answers as they are now. */
  snapshot: CutOff | null;
  /** Answers until then. */
  cutOff: Date;
};

/** Null when the questionnaire is not loaded. */
export async function takingOf(
  services: Pick<Services, 'rounds' | 'catalogue' | 'clock'>,
  round: Round,
  taker: Taker,
  filter: Filter,
  snapshot: CutOff | null = null,
): Promise<Taking | null> {
  const editions = await historyOf(services, round);
  const edition = editions.find(({ name }) => name === nameOf(round.questionnaire));
  if (!edition) return null;
  return {
    round,
    edition,
    editions,
    questionnaire: edition.source,
    taker,
    filter,
    snapshot,
    cutOff: snapshot?.takenAt ?? services.clock(),
  };
}

/** In the order of State and audience. What the database holds is read as the rows are asked for. */
export async function* exportRows(services: Services, taking: Taking): AsyncGenerator<ExportRow> {
  const { questionnaire, taker } = taking;
  for await (const { responses, states } of responsesOf(services, taking))
    for (const response of responses) {
      const { submitted } = response;
      const state = states.get(response.state);
      if (state && isWanted(taking, state, { ...response, submitted: submitted !== null }))
        yield { response, state, may: mayOf(questionnaire, submitted, taker) };
    }
}

/** How many rows there are. */
export async function countRows(services: Services, taking: Taking): Promise<number> {
  if (!taking.snapshot && !isFiltered(taking.filter))
    return services.responses.count(taking.round._id);
  let count = 0;
  for await (const { responses, states } of headsOf(services, taking))
    for (const head of responses) {
      const state = states.get(head.state);
      if (state && isWanted(taking, state, head)) count += 1;
    }
  return count;
}

/** Some responses with the States that they are of. */
type Batch<T> = { responses: T[]; states: Map<string, State> };

async function* responsesOf(
  services: Services,
  { round, snapshot }: Taking,
): AsyncGenerator<Batch<Submitted>> {
  if (!snapshot) yield* withStates(services, services.responses.submitted(round._id));
  else {
    // Groups and regions as they were then are what the filter goes by.
    const states = byKey(snapshot.states);
    for await (const response of responsesAt(services, round._id, snapshot))
      yield { responses: [response], states };
  }
}

async function* headsOf(
  services: Services,
  { round, snapshot }: Taking,
): AsyncGenerator<Batch<Head>> {
  if (!snapshot) yield* withStates(services, services.responses.heads(round._id));
  else
    yield {
      responses: (await services.cutOffs.counted(snapshot._id)).map((counted) => ({
        ...counted,
        submitted: counted.revision > 0,
      })),
      states: byKey(snapshot.states),
    };
}

/** Never all States at once: a round of a million responses has as many. */
async function* withStates<T extends { state: string }>(
  { states }: Pick<Services, 'states'>,
  batches: AsyncIterable<T[]>,
): AsyncGenerator<Batch<T>> {
  for await (const responses of batches) {
    const keys = [...new Set(responses.map(({ state }) => state))];
    yield { responses, states: byKey(await states.among(keys)) };
  }
}

const byKey = (states: State[]) => new Map(states.map((state) => [state._id, state]));

/** An answer for closer use does not stand beside a name, unless the reader may see the pair. */
function mayOf(
  questionnaire: Questionnaire,
  submitted: Submission | null,
  taker: Taker,
): ExportRow['may'] {
  if (!submitted) return () => false;
  // Each question is asked for once for every column that it has.
  const known = new Map<string, boolean>();
  return (id) => {
    const before = known.get(id);
    if (before !== undefined) return before;
    const now = mayName(useOfAnswer(questionnaire, submitted, id), taker);
    known.set(id, now);
    return now;
  };
}

const isWanted = (
  { filter, questionnaire }: Taking,
  state: State,
  { audience, submitted, review }: Pick<Head, 'audience' | 'submitted' | 'review'>,
): boolean =>
  inScope(filter, audience, state) &&
  stateMatches(state, filter, questionnaire.definition.referenceDate) &&
  (filter.review === null || (submitted && review === filter.review));

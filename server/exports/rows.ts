/** What an export is of, and its rows one by one as the reader may have them. */
import type { CutOff } from '../progress/cut-off.ts';
import { type Filter, inScope, stateMatches } from '../progress/dataset.ts';
import { mayName, type Reader, useOfAnswer } from '../progress/disclosure.ts';
import { responsesAt } from '../progress/read-cut-off.ts';
import type { Edition } from '../questionnaire/catalogue.ts';
import { nameOf, type Questionnaire } from '../questionnaire/questionnaire.ts';
import type { Response } from '../responses/response.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
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
  const { round, questionnaire, taker, snapshot } = taking;
  const states = await statesOf(services, taking);
  for await (const response of responsesAt(services, round._id, snapshot)) {
    const { audience, submitted, review } = response;
    const state = states.get(response.state);
    if (!state || !isWanted(taking, state, { audience, review, submitted: submitted !== null }))
      continue;
    // An answer for closer use does not stand beside a name, unless the reader may see the pair.
    const may = (id: string) =>
      submitted !== null && mayName(useOfAnswer(questionnaire, submitted, id), taker);
    yield { response, state, may };
  }
}

/** How many rows there are. */
export async function countRows(services: Services, taking: Taking): Promise<number> {
  const states = await statesOf(services, taking);
  let count = 0;
  for await (const head of headsOf(services, taking)) {
    const state = states.get(head.state);
    if (state && isWanted(taking, state, head)) count += 1;
  }
  return count;
}

async function* headsOf(services: Services, { round, snapshot }: Taking): AsyncGenerator<Head> {
  if (!snapshot) yield* services.responses.heads(round._id);
  else
    for (const { state, audience, review, revision } of await services.cutOffs.counted(
      snapshot._id,
    ))
      yield { state, audience, review, submitted: revision > 0 };
}

/** As they were at the cut-off: groups and regions are what the filter goes by. */
const statesOf = async (services: Services, { snapshot }: Taking) =>
  new Map((snapshot?.states ?? (await services.states.all())).map((state) => [state._id, state]));

type Head = Pick<Response, 'state' | 'audience' | 'review'> & { submitted: boolean };

const isWanted = (
  { filter, questionnaire }: Taking,
  state: ExportRow['state'],
  { audience, submitted, review }: Pick<Head, 'audience' | 'submitted' | 'review'>,
): boolean =>
  inScope(filter, audience, state) &&
  stateMatches(state, filter, questionnaire.definition.referenceDate) &&
  (filter.review === null || (submitted && review === filter.review));

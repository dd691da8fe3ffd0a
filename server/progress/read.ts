/** Reads a round's material. A round of this size comes straight from the responses' rows of codes; only this file knows. */
import { columnsFrom, type Layout, layoutOf } from '../questionnaire/columns.ts';
import type { Response } from '../responses/response.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import type { State } from '../states/state.ts';
import type { CutOff } from './cut-off.ts';
import type { Dataset, Member } from './dataset.ts';
import { closerOf, type Said } from './disclosure.ts';

/**
 * @param language of the labels
 * @param cutOff to read the round as it was then; null for now
 * @returns null when the questionnaire is not loaded
 */
export async function readDataset(
  services: Pick<Services, 'catalogue' | 'states' | 'responses' | 'cutOffs' | 'clock'>,
  round: Round,
  language: string,
  cutOff: CutOff | null = null,
): Promise<Dataset | null> {
  const now = services.clock();
  const [edition, { states, responses }] = await Promise.all([
    services.catalogue.find(round.questionnaire),
    cutOff ? rowsAt(services, cutOff) : rowsNow(services, round._id),
  ]);
  if (!edition) return null;
  const questionnaire = edition.in(language);
  const byKey = new Map(states.map((state) => [state._id, state]));
  const audiences = questionnaire.definition.audiences.map(({ id }) => {
    const layout = layoutOf(questionnaire, id);
    const own = responses.filter((response) => response.audience === id);
    return [id, audienceOf(id, layout, own, byKey)] as const;
  });
  const { referenceDate } = questionnaire.definition;
  return {
    round: round._id,
    zone: round.zone,
    demonstration: round.demonstration,
    questionnaire,
    referenceDate,
    states,
    audiences: new Map(audiences),
    cutOff: cutOff?.takenAt ?? now,
    snapshot: cutOff && { slug: cutOff.slug, name: cutOff.name },
  };
}

type Stores = Pick<Services, 'states' | 'responses' | 'cutOffs'>;
type Rows = { states: State[]; responses: Row[] };

async function rowsNow(services: Stores, round: string): Promise<Rows> {
  const [states, responses] = await Promise.all([
    services.states.all(),
    services.responses.rows(round),
  ]);
  return {
    states,
    responses: responses.map((one) => ({ ...one, started: one.startedAt !== null })),
  };
}

/** The submissions that counted at a cut-off. Nothing that the responses became later is in them. */
async function rowsAt(services: Stores, { _id, round, states }: CutOff): Promise<Rows> {
  const [counted, now] = await Promise.all([
    services.cutOffs.counted(_id),
    services.responses.usesOf(round),
  ]);
  const submissions = await services.responses.rowsAt(counted);
  const responses = counted.map(({ response, ...of }): Row => {
    const submitted = submissions.get(response) ?? null;
    if (!submitted) return { ...of, _id: response, submitted };
    const then: Said = { use: submitted.use, uses: submitted.uses };
    const said = closerOf(then, now.get(response) ?? then);
    return { ...of, _id: response, submitted: { ...submitted, ...said }, byThen: then };
  });
  return { states, responses };
}

type Row = Pick<Response, '_id' | 'state' | 'audience' | 'review'> & {
  started: boolean;
  submitted: Pick<
    NonNullable<Response['submitted']>,
    'revision' | 'use' | 'uses' | 'row' | 'submittedAt'
  > | null;
  byThen?: Member['byThen'];
};

function audienceOf(
  id: string,
  layout: Layout,
  responses: Row[],
  states: Map<string, Member['state']>,
) {
  const rows: Uint8Array[] = [];
  const members = responses.flatMap((response): Member[] => {
    const state = states.get(response.state);
    if (!state) return [];
    const { submitted } = response;
    return [
      {
        state,
        audience: id,
        response: response._id,
        at: submitted ? rows.push(submitted.row) - 1 : -1,
        revision: submitted?.revision ?? 0,
        use: submitted?.use ?? 'aggregate',
        uses: submitted?.uses,
        review: response.review,
        submittedAt: submitted?.submittedAt ?? null,
        started: response.started,
        ...(response.byThen ? { byThen: response.byThen } : {}),
      },
    ];
  });
  return { id, layout, columns: columnsFrom(layout, rows), members };
}

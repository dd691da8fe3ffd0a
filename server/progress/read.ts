/** Reads a round's material. A round of this size comes straight from the responses' rows of codes; only this file knows. */
import { columnsFrom, type Layout, layoutOf } from '../questionnaire/columns.ts';
import type { Response } from '../responses/response.ts';
import type { Round } from '../rounds/round.ts';
import type { Services } from '../services.ts';
import type { Dataset, Member } from './dataset.ts';

/** @param language of the labels; null when the questionnaire is not loaded */
export async function readDataset(
  services: Pick<Services, 'catalogue' | 'states' | 'responses' | 'clock'>,
  round: Round,
  language: string,
): Promise<Dataset | null> {
  const cutOff = services.clock();
  const [edition, states, responses] = await Promise.all([
    services.catalogue.find(round.questionnaire),
    services.states.all(),
    services.responses.rows(round._id),
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
    questionnaire,
    referenceDate,
    states,
    audiences: new Map(audiences),
    cutOff,
  };
}

type Row = Pick<Response, '_id' | 'state' | 'audience' | 'review' | 'startedAt'> & {
  submitted: Pick<
    NonNullable<Response['submitted']>,
    'revision' | 'use' | 'uses' | 'row' | 'submittedAt'
  > | null;
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
        started: response.startedAt !== null,
      },
    ];
  });
  return { id, layout, columns: columnsFrom(layout, rows), members };
}

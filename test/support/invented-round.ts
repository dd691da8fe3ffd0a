/** A round's material without a database, for properties of what is made from it. */
import { detailAt, emptyRound, put, takePlaces } from '../../server/columns/round-columns.ts';
import { shapeOf } from '../../server/columns/shape.ts';
import { type Dataset, datasetOf } from '../../server/progress/dataset.ts';
import type { Answers } from '../../server/questionnaire/answers.ts';
import { encodeRow, type Layout } from '../../server/questionnaire/columns.ts';
import { countedAnswers } from '../../server/questionnaire/path.ts';
import type { Questionnaire } from '../../server/questionnaire/questionnaire.ts';
import type { Response, Use, Uses } from '../../server/responses/response.ts';
import type { State } from '../../server/states/state.ts';

export type Speaker = {
  region: State['region'];
  groups: string[];
  use: Use;
  uses: Uses;
  review: Response['review'];
  answers: Answers;
};

export const keyOf = (place: number) =>
  `S${String.fromCharCode(65 + Math.floor(place / 26), 65 + (place % 26))}`;

export function stateOf(
  { region, groups }: Pick<Speaker, 'region' | 'groups'>,
  key: string,
): State {
  const memberships = groups.map((group) => ({ group, from: null, to: null, verified: true }));
  return { _id: key, iso2: 'xx', iso3: key, names: { en: key }, region, zone: 'UTC', memberships };
}

/** Everybody has submitted, as one audience or as several. */
export function inventedRound(
  questionnaire: Questionnaire,
  audiences: Record<string, (Speaker | null)[]>,
): Dataset {
  const shape = shapeOf(questionnaire);
  const columns = emptyRound(shape);
  const places = new Map<string, number>();
  for (const [audience, speakers] of Object.entries(audiences))
    for (const [at, speaker] of speakers.entries()) {
      if (!speaker) continue;
      const key = keyOf(at);
      const place = places.get(key) ?? takePlaces(columns, 1);
      places.set(key, place);
      const state = columns.taken[place] ? detailAt(columns, place).state : stateOf(speaker, key);
      const { use, uses, review, answers } = speaker;
      const counted = countedAnswers(questionnaire, audience, answers);
      put(columns, place, {
        state,
        audience,
        response: `${key} ${audience}`,
        started: true,
        review,
        submitted: {
          revision: 1,
          submittedAt: new Date('2023-05-02T08:00:00Z'),
          use,
          uses: Object.fromEntries(Object.entries(uses).filter(([one]) => one in counted)),
          row: encodeRow(shape.layouts.get(audience) as Layout, questionnaire, audience, answers),
        },
      });
    }
  return datasetOf(
    {
      round: 'invented',
      zone: 'UTC',
      demonstration: false,
      questionnaire,
      cutOff: new Date('2023-05-03T08:00:00Z'),
      snapshot: null,
    },
    columns,
    { kinds: [], states: [] },
  );
}

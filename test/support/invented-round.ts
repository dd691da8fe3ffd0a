/** A round's material without a database, for properties of what is made from it. */
import type { Dataset, Member } from '../../server/progress/dataset.ts';
import type { Answers } from '../../server/questionnaire/answers.ts';
import { columnsFrom, encodeRow, layoutOf } from '../../server/questionnaire/columns.ts';
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
  const states = new Map<string, State>();
  const parts = Object.entries(audiences).map(([id, speakers]) => {
    const layout = layoutOf(questionnaire, id);
    const rows: Uint8Array[] = [];
    const members = speakers.flatMap((speaker, place): Member[] => {
      if (!speaker) return [];
      const key = keyOf(place);
      const state = states.get(key) ?? stateOf(speaker, key);
      states.set(key, state);
      const { use, uses, review, answers } = speaker;
      const at = rows.push(encodeRow(layout, questionnaire, id, answers)) - 1;
      const counted = countedAnswers(questionnaire, id, answers);
      return [
        {
          state,
          audience: id,
          response: `${key} ${id}`,
          at,
          revision: 1,
          use,
          uses: Object.fromEntries(Object.entries(uses).filter(([one]) => one in counted)),
          review,
          submittedAt: new Date('2023-05-02T08:00:00Z'),
          started: true,
        },
      ];
    });
    return [id, { id, layout, columns: columnsFrom(layout, rows), members }] as const;
  });
  return {
    round: 'invented',
    zone: 'UTC',
    demonstration: false,
    questionnaire,
    referenceDate: '2023-05-01',
    states: [...states.values()],
    audiences: new Map(parts),
    cutOff: new Date('2023-05-03T08:00:00Z'),
    snapshot: null,
  };
}

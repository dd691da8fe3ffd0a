/** Counters made in slices while the round goes on changing: nobody is counted twice, and nobody is left out. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { put, takePlaces, vacate } from '../../server/columns/round-columns.ts';
import { withCounters } from '../../server/progress/counting.ts';
import { crossOf, sideOf } from '../../server/progress/cross.ts';
import { type Dataset, NO_FILTER } from '../../server/progress/dataset.ts';
import { distributionOf } from '../../server/progress/distribution.ts';
import { indicatorResult } from '../../server/progress/indicator.ts';
import { rateOf } from '../../server/progress/standing-tally.ts';
import { encodeRow } from '../../server/questionnaire/columns.ts';
import { REVIEWS } from '../../server/responses/response.ts';
import { inventedRound, keyOf, type Speaker, stateOf } from '../support/invented-round.ts';
import { random } from '../support/random.ts';
import { smallQuestionnaire } from '../support/small-questionnaire.ts';

const questionnaire = smallQuestionnaire();
const READER = { identifies: false, committee: true };
const chance = random(3);
const speaker = (): Speaker => ({
  region: chance.of(['african', 'grulac', 'eastern_european']),
  groups: chance.of([['parties'], []]),
  use: chance.of(['attributed', 'committee', 'aggregate']),
  uses: chance.of([{}, {}, { commits: 'aggregate' as const }]),
  review: chance.of([...REVIEWS]),
  answers: {
    commits: chance.of(['yes', 'no', 'dont_know']),
    coverage: { clearance: chance.of(['covered', 'dont_know']) },
  },
});

const SPEAKERS = 500;
const COPIES = 100;

/** So many that it takes several slices to count them. */
function largeRound(): Dataset {
  const data = inventedRound(questionnaire, {
    affected: Array.from({ length: SPEAKERS }, speaker),
  });
  const { columns } = data;
  const { length } = columns;
  takePlaces(columns, length * (COPIES - 1));
  const own = [columns.taken, columns.kind].concat(
    [...columns.parts.values()].flatMap((part) => [part.standing, part.use]) as never,
  );
  for (let copy = 1; copy < COPIES; copy += 1) {
    for (const values of own) values.copyWithin(copy * length, 0, length);
    for (const { columns: answers } of columns.parts.values())
      for (const { values, length: room } of answers.byId.values())
        for (let from = 0; from < values.length; from += room)
          values.copyWithin(from + copy * length, from, from + length);
  }
  columns.blocks.push({ base: 0, size: columns.length, details: null });
  return data;
}

/** Another answer, standing and use of somebody, somebody who comes late, or somebody who is asked no more. */
function changeOne({ columns }: Dataset): void {
  const what = chance.of(['goes', 'comes', 'changes']);
  if (what === 'goes') {
    vacate(columns, SPEAKERS + chance.below(columns.length - SPEAKERS));
    return;
  }
  const place = what === 'comes' ? takePlaces(columns, 1) : chance.below(SPEAKERS);
  const { region, groups, use, uses, review, answers } = speaker();
  const layout = columns.parts.get('affected')?.layout;
  if (!layout) throw new Error('no such audience');
  put(columns, place, {
    state: stateOf({ region, groups }, keyOf(place)),
    audience: 'affected',
    response: `${keyOf(place)} affected`,
    started: true,
    review,
    submitted: {
      revision: 2,
      submittedAt: new Date('2023-05-02T08:00:00Z'),
      use,
      uses,
      row: encodeRow(layout, questionnaire, 'affected', answers),
    },
  });
}

const PAIR = ['commits', 'coverage/clearance'] as const;
/** Somebody may be named with the one of the two and not with the other, as long as anybody says more of single answers. */
function crossing(data: Dataset) {
  const [one, other] = PAIR.map((id) => sideOf(data, id));
  if (!one || !other) throw new Error('no such question');
  const { rows, columns, cell, asked, counted, withheld } = crossOf(
    data,
    one,
    other,
    { ...NO_FILTER, region: 'african' },
    READER,
  );
  const cells = rows.map((row) => columns.map((column) => cell(row.key, column.key).count));
  return { cells, asked, counted, withheld };
}

const figures = (data: Dataset) => ({
  rate: rateOf(data, 'affected', NO_FILTER),
  crossing: crossing(data),
  indicators: questionnaire.definition.indicators
    .filter(({ numerator }) => numerator)
    .map((one) => {
      const { value, respondents, withheld, verdicts } = indicatorResult(
        data,
        one,
        NO_FILTER,
        READER,
      );
      return [value, respondents.count, withheld.count, [...verdicts()].sort()];
    }),
  spreads: [...(data.audiences.get('affected')?.columns.byId.keys() ?? [])].map((id) =>
    distributionOf(data, 'affected', id, NO_FILTER, READER)?.categories.map(({ key, count }) => [
      key,
      count,
    ]),
  ),
});

it('are exact, whatever changes while they are made', async () => {
  const data = largeRound();
  let [changes, pauses] = [0, 0];
  let isDone = false;
  const changing = (async () => {
    while (!isDone) {
      await turn();
      pauses += 1;
      for (let n = 0; n < 20; n += 1) changeOne(data);
      changes += 20;
    }
  })();
  // The counters that are lacking come first, then those that figures ask for once they are not zero.
  let made: ReturnType<typeof figures> | null = null;
  for (let tries = 0; !made && tries < 6; tries += 1)
    made = await withCounters(data.columns, () => figures(data));
  isDone = true;
  await changing;
  expect([pauses > 3, changes > 50]).toEqual([true, true]);
  const kept = figures(data);
  expect([...data.columns.counters.keys()].some((name) => name.startsWith('unfinished'))).toBe(
    false,
  );
  data.columns.counters.clear();
  expect(kept).toEqual(figures(data));
  expect(kept.rate.submitted).toBeGreaterThan(10_000);
});

it('are made once for two who need them at the same time', async () => {
  const data = largeRound();
  let times = 0;
  const work = () => {
    times += 1;
    return figures(data);
  };
  expect(
    await Promise.all([withCounters(data.columns, work), withCounters(data.columns, work)]),
  ).toEqual([null, null]);
  const [one, other] = [
    await withCounters(data.columns, work),
    await withCounters(data.columns, work),
  ];
  expect(one).toEqual(other);
  expect(one).not.toBeNull();
  expect(times).toBe(4);
});

it('leave an error of the work as it is, where none was lacking', async () => {
  const data = largeRound();
  while (!(await withCounters(data.columns, () => figures(data))));
  const failing = () => {
    figures(data);
    throw new Error('of the work');
  };
  await expect(withCounters(data.columns, failing)).rejects.toThrow('of the work');
  // With counters lacking it may be for these that it failed.
  data.columns.counters.clear();
  expect(await withCounters(data.columns, failing)).toBeNull();
});

/** Whatever is submitted, folded, looked at and broken off, in whatever order, every process counts what the responses say. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { foldSome } from '../../server/columns/fold.ts';
import { columnsKeeper } from '../../server/columns/keep.ts';
import { bytesOf, detailAt, type RoundColumns } from '../../server/columns/round-columns.ts';
import { datasetOf, type Filter, NO_FILTER, placesOf } from '../../server/progress/dataset.ts';
import type { Reader } from '../../server/progress/disclosure.ts';
import { indicatorResult } from '../../server/progress/indicator.ts';
import { summaryOf } from '../../server/progress/summary.ts';
import type { Questionnaire } from '../../server/questionnaire/questionnaire.ts';
import { REVIEWS, type Submission, USES } from '../../server/responses/response.ts';
import type { Round } from '../../server/rounds/round.ts';
import type { Services } from '../../server/services.ts';
import { REGIONS, type State } from '../../server/states/state.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { type Random, random } from '../support/random.ts';
import { referenceColumns } from '../support/reference-columns.ts';
import { seededRound } from '../support/seeded-round.ts';

jest.setTimeout(120_000);

let on: TestApp;
beforeAll(async () => {
  on = await testApp();
});
afterAll(() => on.close());

const MANY = 2 ** 30;
const keeper = (mostBytes = MANY) => columnsKeeper(on.services, mostBytes);

const VIEWS: [Filter, Reader][] = [
  [NO_FILTER, { identifies: true, committee: true }],
  [NO_FILTER, { identifies: false }],
  [
    { ...NO_FILTER, region: 'african' },
    { identifies: false, committee: true },
  ],
  [{ ...NO_FILTER, review: 'confirmed' }, { identifies: true }],
  [{ ...NO_FILTER, group: 'donorStatesParties', audience: 'donor' }, { identifies: false }],
];

/** All figures in several views, and who stands behind some of them. */
function figuresOf(columns: RoundColumns, questionnaire: Questionnaire) {
  const about = {
    round: 'round',
    zone: 'UTC',
    demonstration: false,
    questionnaire,
    cutOff: new Date(0),
    snapshot: null,
  };
  const data = datasetOf(about, columns, { kinds: [], states: [] });
  return VIEWS.map(([filter, reader]) => ({
    summary: summaryOf(data, filter, reader),
    behind: questionnaire.definition.indicators.map((indicator) =>
      indicatorResult(data, indicator, filter, reader)
        .respondents.list()
        .map(({ state, members }) => [
          state._id,
          members.map(({ audience, revision, review }) => [audience, revision, review]),
        ])
        .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    ),
  }));
}

/** The program with a step that ends it, as kill -9 would. */
function broken(services: Services, step: 'places' | 'blocks' | 'marks'): Services {
  const killed = () => Promise.reject(new Error('killed'));
  return {
    ...services,
    ...(step === 'blocks' ? { transaction: killed } : {}),
    responses: {
      ...services.responses,
      ...(step === 'places' ? { givePlaces: killed } : {}),
      ...(step === 'marks' ? { markFolded: killed } : {}),
    },
  };
}

/** One thing that may happen to a round. */
async function happen(round: Round, chance: Random): Promise<string> {
  const { services } = on;
  const { responses, states, transaction } = services;
  const all = await responses.ofRound(round._id);
  const one = chance.of(all);
  const submitted = all.filter(({ submitted: last }) => last);
  switch (chance.below(9)) {
    case 0:
    case 1: {
      const other = chance.of(submitted.filter(({ audience }) => audience === one.audience));
      if (!other?.submitted) return 'nothing';
      const revision = (one.submitted?.revision ?? 0) + 1;
      const submission: Submission = {
        ...other.submitted,
        revision,
        reference: `${one._id}-${revision}-${chance.below(2 ** 30)}`,
        use: chance.of([...USES]),
      };
      await transaction((session) => responses.submit(one._id, submission, {}, session));
      return `${one._id} submits ${revision}`;
    }
    case 2: {
      const review = chance.of(REVIEWS);
      await transaction((session) => responses.setReview(one._id, review, session));
      return `${one._id} is ${review}`;
    }
    case 3:
      await transaction((session) => responses.start(one._id, new Date(0), session));
      return `${one._id} starts`;
    case 4: {
      const key = `NEW-${round._id}-${chance.below(2 ** 30)}`;
      const like = (await states.find(chance.of(all).state)) as State;
      await transaction(async (session) => {
        await states.load([{ ...like, _id: key }], session);
        const of = { round: round._id, state: key };
        const audiences = chance.of([['affected'], ['donor'], ['affected', 'donor']]);
        await responses.open(
          audiences.map((audience) => ({ ...of, _id: `${key}-${audience}`, audience })),
          session,
        );
      });
      return `${key} is asked`;
    }
    case 5: {
      const state = (await states.find(one.state)) as State;
      const region = chance.of([...REGIONS]);
      await transaction(async (session) => {
        await states.load([{ ...state, region }], session);
        await responses.unfoldStates([state._id], session);
      });
      return `${state._id} is ${region}`;
    }
    case 6: {
      const step = chance.of(['places', 'blocks', 'marks'] as const);
      await foldSome(broken(services, step), round).catch((error: Error) => {
        if (error.message !== 'killed') throw error;
      });
      return `a fold ends before ${step}`;
    }
    default:
      await foldSome(services, round);
      return 'a fold';
  }
}

describe('the columns of a round', () => {
  it.each([1, 2, 3, 4])('are what the responses say, after anything: seed %i', async (seed) => {
    const { services } = on;
    const chance = random(seed);
    const round = await seededRound(on, { slug: `fold-${seed}`, size: 30, seed });
    const edition = await services.catalogue.find(round.questionnaire);
    if (!edition) throw new Error('the questionnaire is gone');
    const { source } = edition;
    const processes = [keeper(), keeper()];
    const done: string[] = [];
    for (let step = 0; step < 20; step += 1) {
      done.push(await happen(round, chance));
      // One process looks often, the other one seldom; a third one starts anew.
      const looking = [
        ...(chance.below(2) === 0 ? [processes[0]] : []),
        ...(chance.below(6) === 0 ? [processes[1], keeper()] : []),
      ].flatMap((one) => one ?? []);
      if (looking.length === 0) continue;
      const expected = figuresOf(await referenceColumns(services, round._id, source), source);
      for (const one of looking) {
        const columns = await one.read(round._id, source);
        expect([done, figuresOf(columns, source)]).toEqual([done, expected]);
      }
    }
    expect(done.some((one) => one === 'a fold')).toBe(true);
  });

  it('keep a State at its place, whatever becomes of it, so that a place may be held', async () => {
    const { services } = on;
    const round = await seededRound(on, { slug: 'held', size: 20, seed: 7 });
    const edition = await services.catalogue.find(round.questionnaire);
    if (!edition) throw new Error('the questionnaire is gone');
    const kept = keeper();
    const names = (columns: RoundColumns) =>
      placesOf(columns).map((place) => [place, detailAt(columns, place).state._id]);
    const before = names(await kept.read(round._id, edition.source));
    while ((await foldSome(services, round)) > 0);
    await services.responses.unfoldStates(
      before.map(([, key]) => String(key)),
      await services.connection.startSession(),
    );
    expect(names(await kept.read(round._id, edition.source))).toEqual(before);
    while ((await foldSome(services, round)) > 0);
    expect(names(await kept.read(round._id, edition.source))).toEqual(before);
  });

  it('are let go where all rounds together take more memory than they may', async () => {
    const { services } = on;
    const rounds = [
      await seededRound(on, { slug: 'first', size: 5, seed: 8 }),
      await seededRound(on, { slug: 'second', size: 5, seed: 9 }),
    ];
    const edition = await services.catalogue.find((rounds[0] as Round).questionnaire);
    if (!edition) throw new Error('the questionnaire is gone');
    const kept = keeper(1);
    const first = await kept.read('first', edition.source);
    expect(kept.size()).toBe(bytesOf(first));
    const second = await kept.read('second', edition.source);
    expect(kept.size()).toBe(bytesOf(second));
    expect(await kept.read('first', edition.source)).not.toBe(first);
  });

  it('are folded anew where the questionnaire is laid out otherwise than its blocks', async () => {
    const { services } = on;
    const round = await seededRound(on, { slug: 'anew', size: 12, seed: 10 });
    const edition = await services.catalogue.find(round.questionnaire);
    if (!edition) throw new Error('the questionnaire is gone');
    const { source } = edition;
    const expected = figuresOf(await referenceColumns(services, 'anew', source), source);
    while ((await foldSome(services, round)) > 0);
    await services.connection
      .collection<{ _id: string }>('columnHeads')
      .updateOne({ _id: 'anew' }, { $set: { shape: 'another' } });
    expect(figuresOf(await keeper().read('anew', source), source)).toEqual(expected);
    while ((await foldSome(services, round)) > 0);
    expect(figuresOf(await keeper().read('anew', source), source)).toEqual(expected);
    expect((await services.responses.rows('anew', { unfolded: true })).length).toBe(0);
  });
});

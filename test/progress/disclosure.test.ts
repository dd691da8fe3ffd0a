/**
 * No figure tells what a State said that may not be named with it: not by its name, not by taking figures from one
 * another. Read by an adversary who knows every page of every filter, how they are made, and who asked for what.
 */
import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { crossOf, sideOf } from '../../server/progress/cross.ts';
import { type Dataset, type Filter, NO_FILTER } from '../../server/progress/dataset.ts';
import { mayName, type Reader, useOfAnswer } from '../../server/progress/disclosure.ts';
import { distributionOf } from '../../server/progress/distribution.ts';
import { indicatorResult } from '../../server/progress/indicator.ts';
import { indicatorPage } from '../../server/progress/indicator-page.ts';
import { questionPage } from '../../server/progress/question-page.ts';
import { statePage } from '../../server/progress/state-pages.ts';
import { summaryOf } from '../../server/progress/summary.ts';
import { countedAnswers } from '../../server/questionnaire/path.ts';
import { compile } from '../../server/questionnaire/questionnaire.ts';
import { REVIEWS, type Response, USES, type Use } from '../../server/responses/response.ts';
import { voiceOf } from '../../server/texts.ts';
import { inventedRound, keyOf, type Speaker } from '../support/invented-round.ts';
import { smallDefinition } from '../support/small-questionnaire.ts';
import { validAnswers } from '../support/valid-answers.ts';

// The same cases in each run, so that CI fails for a change and not by chance; SEED tries others.
fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 20230501) });

jest.setTimeout(60_000);

const definition = smallDefinition();
const both = { q: 'commits', op: 'eq', value: 'yes' } as const;
const questionnaire = compile({
  ...definition,
  indicators: [
    ...definition.indicators,
    {
      ...(definition.indicators[0] as (typeof definition.indicators)[number]),
      key: 'i_staff',
      numerator: { all: [both, { q: 'kinds', op: 'includes', value: 'staff' }] },
      denominator: { group: 'parties', where: both },
    },
  ],
});
const paper: Reader = { identifies: false };
const committee: Reader = { identifies: false, committee: true };

/** As when only these answered another round too: a view can leave out just one State. */
const answeredToo = (places: number[]): Filter => ({
  ...NO_FILTER,
  also: 'other',
  answeredToo: new Map([['affected', new Set(places.map(keyOf))]]),
});
const FILTERS: Filter[] = [
  ...[null, 'african', 'grulac'].flatMap((region) =>
    [null, 'parties', 'donors'].flatMap((group) =>
      [null, ...REVIEWS.slice(0, 2)].map((review) => ({ region, group, review }) as Filter),
    ),
  ),
  answeredToo([1, 2, 3, 4, 5, 6, 7, 8]),
  answeredToo([0, 1, 2, 3]),
  { ...answeredToo([0, 2, 4, 6, 8]), region: 'african' },
];

const use = fc.constantFrom<Use>('attributed', 'attributed', ...USES);
const closer = fc.constantFrom('committee' as const, 'aggregate' as const);
const questions = questionnaire.asked('affected').filter((one) => one.action !== null);
const speaker = (answers: fc.Arbitrary<Speaker['answers']>): fc.Arbitrary<Speaker> =>
  fc.record({
    region: fc.constantFrom('african', 'grulac'),
    groups: fc.constantFrom(['parties'], ['parties', 'donors'], []),
    use,
    uses: fc.dictionary(fc.constantFrom(...questions.map(({ id }) => id)), closer, { maxKeys: 3 }),
    review: fc.constantFrom(...REVIEWS.slice(0, 2)),
    answers,
  });
const speakers = fc.array(speaker(validAnswers(questionnaire, 'affected')), {
  minLength: 3,
  maxLength: 9,
});
/** Few questions, so that an adversary has much to go on. */
const plain = fc.array(
  speaker(
    fc.record({
      commits: fc.constantFrom('yes', 'no', 'dont_know'),
      kinds: fc.constantFrom(['staff'], ['equipment'], ['staff', 'equipment']),
    }),
  ).map((one) => ({ ...one, uses: one.uses['commits'] ? { commits: one.uses['commits'] } : {} })),
  { minLength: 3, maxLength: 8 },
);

/** What the State said of the answer, told without the code that is tested. */
const asked = (one: Speaker, id: string): Use => {
  const words = [one.use, one.uses[id] ?? 'attributed'];
  return words.includes('aggregate')
    ? 'aggregate'
    : words.includes('committee')
      ? 'committee'
      : 'attributed';
};
const hiddenFrom = (reader: Reader, said: Use) =>
  said === 'aggregate' || (said === 'committee' && !reader.committee);

/** Everything that pages and JSON show of a question and of the indicators, under every filter. */
function published(data: Dataset, reader: Reader, ids: string[], indicators: string[]): string {
  return JSON.stringify(
    FILTERS.map((filter) => [
      ids.map((id) => {
        const spread = distributionOf(data, 'affected', id, filter, reader);
        return spread?.categories.map(({ key, members }) => [
          key,
          members()
            .map((one) => (spread.isPooled(one) ? '?' : one.state._id))
            .sort(),
        ]);
      }),
      // Every question crossed with every other one.
      ids.flatMap((id, place) =>
        ids.slice(place + 1).map((other) => {
          const [one, two] = [sideOf(data, id), sideOf(data, other)];
          if (!one || !two) throw new Error('not closed');
          const cross = crossOf(data, one, two, filter, reader);
          return cross.rows.map((row) =>
            cross.columns.map((column) => [
              row.key,
              column.key,
              cross
                .cell(row.key, column.key)
                .places()
                .map((place) => (cross.isPooled(place) ? '?' : cross.pairAt(place)?.state._id))
                .sort(),
            ]),
          );
        }),
      ),
      data.questionnaire.definition.indicators
        .filter(({ key }) => indicators.includes(key))
        .map((indicator) => {
          const result = indicatorResult(data, indicator, filter, reader);
          return [result.numerator, result.denominator, result.apart, result.withheld].map((list) =>
            (list?.list() ?? []).map((one) => (one.pooled ? '?' : one.state._id)).sort(),
          );
        }),
    ]),
  );
}

describe('an answer in totals only', () => {
  it.each([
    ['the Committee', committee, ['commits'], ['i_commits']],
    ['a paper or a viewer', paper, ['commits'], ['i_commits']],
    [
      'those who also see what follows from it',
      paper,
      ['commits', 'kinds'],
      ['i_commits', 'i_staff'],
    ],
  ])('cannot be worked out from any figures that %s see', (_name, reader, ids, indicators) => {
    fc.assert(
      fc.property(plain, (all) => {
        const of = (list: Speaker[]) =>
          published(inventedRound(questionnaire, { affected: list }), reader, ids, indicators);
        const seen = of(all);
        const said = (one: Speaker) => String(one.answers['commits']);
        const saying = (one: Speaker, commits: string): Speaker => ({
          ...one,
          answers: { ...one.answers, commits },
        });
        const hidden = all
          .map((one, place) => ({ one, place }))
          .filter(({ one }) => hiddenFrom(reader, asked(one, 'commits')));
        // A State is safe when the pages would be the very same had it said something else.
        const safe = new Set<number>();
        const tryOut = (list: Speaker[]) => {
          const changed = hidden.filter(
            ({ place }) => said(all[place] as Speaker) !== said(list[place] as Speaker),
          );
          if (changed.every(({ place }) => safe.has(place))) return;
          if (of(list) === seen) for (const { place } of changed) safe.add(place);
        };
        const options = ['yes', 'no', 'dont_know'];
        for (const { place } of hidden)
          for (const other of options)
            tryOut(all.map((one, at) => (at === place ? saying(one, other) : one)));
        for (const a of hidden)
          for (const b of hidden)
            tryOut(
              all.map((one, at) =>
                at === a.place
                  ? saying(one, said(b.one))
                  : at === b.place
                    ? saying(one, said(a.one))
                    : one,
              ),
            );
        // Or two States had said all of what the other said.
        for (const a of hidden)
          for (const b of hidden)
            tryOut(
              all.map((one, at) => ({
                ...one,
                answers: (at === a.place ? b.one : at === b.place ? a.one : one).answers,
              })),
            );
        // All of them something else at once: where all said the same.
        for (let shift = 1; shift < 3; shift += 1)
          tryOut(
            all.map((one, at) =>
              hidden.some(({ place }) => place === at)
                ? saying(one, options[(options.indexOf(said(one)) + shift) % 3] as string)
                : one,
            ),
          );
        // What is left: every way in which they could have answered.
        const rest = hidden.filter(({ place }) => !safe.has(place));
        for (
          let n = 0;
          rest.some(({ place }) => !safe.has(place)) && n < 3 ** hidden.length;
          n += 1
        )
          tryOut(
            all.map((one, at) => {
              const digit = hidden.findIndex(({ place }) => place === at);
              return digit < 0
                ? one
                : saying(one, options[Math.floor(n / 3 ** digit) % 3] as string);
            }),
          );
        expect(hidden.filter(({ place }) => !safe.has(place)).map(({ one }) => one)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('two filters that differ by one State differ by no such answer', () => {
    fc.assert(
      fc.property(speakers, (all) => {
        const data = inventedRound(questionnaire, { affected: all });
        for (const id of ['commits', 'share', 'coverage/clearance', 'story']) {
          const counts = FILTERS.map((filter) => {
            const spread = distributionOf(data, 'affected', id, filter, paper);
            const pooled = spread?.categories
              .filter(({ key }) => key !== '_withheld')
              .flatMap(({ members }) => members().filter(spread.isPooled));
            return new Set(pooled?.map((one) => one.state._id));
          });
          const alone = counts.flatMap((one) =>
            counts
              .map((other) => [...one].filter((state) => !other.has(state)))
              .filter((more) => more.length === 1 || more.length === 2),
          );
          expect([id, alone]).toEqual([id, []]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('stands beside a name on no page, whatever was asked for, and every number is the sum of its rows', () => {
    const voice = voiceOf('en');
    fc.assert(
      fc.property(speakers, fc.constantFrom(committee, paper), (all, reader) => {
        const data = inventedRound(questionnaire, { affected: all });
        const view = { data, filter: NO_FILTER, reader, voice };
        const place = new Map(all.map((one, at) => [keyOf(at), one]));
        const layout = data.audiences.get('affected')?.layout.columns ?? [];
        for (const column of layout) {
          const question = questionnaire.question(column.question);
          if (question?.action === null) continue;
          const spread = distributionOf(data, 'affected', column.id, NO_FILTER, reader);
          for (const { key, count } of spread?.categories ?? []) {
            const page = questionPage(view, column.question, column.row, key);
            const named = page?.category?.named.map((one) => one.key) ?? [];
            expect(named.length + (page?.category?.pooled ?? 0)).toBe(count);
            for (const state of named) {
              const one = place.get(state) as Speaker;
              const counted = countedAnswers(questionnaire, 'affected', one.answers);
              if (column.question in counted)
                expect([state, hiddenFrom(reader, asked(one, column.question))]).toEqual([
                  state,
                  false,
                ]);
              // Nor is it told by a question that was asked because of it.
              const because =
                question?.shownWhen && 'q' in question.shownWhen ? question.shownWhen.q : '';
              if (because in counted)
                expect([state, hiddenFrom(reader, asked(one, because))]).toEqual([state, false]);
            }
          }
        }
        for (const { key, numerator } of questionnaire.definition.indicators) {
          if (!numerator || key === 'i_gives') continue;
          for (const part of ['numerator', 'apart'] as const)
            for (const { name } of indicatorPage(view, key, part)?.named ?? [])
              expect(hiddenFrom(reader, asked(place.get(name) as Speaker, 'commits'))).toBe(false);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('is not on the page of its State, nor whether a question that follows from it was asked', () => {
    const voice = voiceOf('en');
    fc.assert(
      fc.property(speakers, fc.constantFrom(committee, paper), (all, reader) => {
        const data = inventedRound(questionnaire, { affected: all });
        const view = { data, filter: NO_FILTER, reader, voice };
        for (const [at, member] of (data.audiences.get('affected')?.members ?? []).entries()) {
          const one = all[at] as Speaker;
          const page = (answers: Speaker['answers']) => {
            const counted = countedAnswers(questionnaire, 'affected', answers);
            const { use: own, uses } = member;
            const submitted = {
              revision: 1,
              reference: 'R-1',
              submittedAt: new Date(0),
              answers: counted,
              other: {},
              use: own,
              uses,
            };
            return statePage(view, member, {
              submitted,
              ahead: false,
              startedAt: null,
              review: 'received',
            } as unknown as Response);
          };
          const shown = page(one.answers).sections.flatMap((part) => part.questions);
          for (const q of shown)
            if (hiddenFrom(reader, asked(one, q.id)) && member.uses?.[q.id])
              expect([q.id, q.pooled]).toEqual([q.id, true]);
          // Had it said the other thing, the page would be the same.
          if (member.uses?.['commits'] && hiddenFrom(reader, asked(one, 'commits'))) {
            const words = (answers: Speaker['answers']) =>
              page(answers).sections.map((part) =>
                part.questions.map((q) => [q.id, q.pooled, q.pooled ? [] : q.lines]),
              );
            const no = { ...one.answers, commits: 'no' };
            const yes = { ...one.answers, commits: 'yes', amount: { amount: 5, currency: 'USD' } };
            expect(words(no)).toEqual(words(yes));
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('leaves what administrators see as it is: every answer, nothing withheld', () => {
    fc.assert(
      fc.property(speakers, (all) => {
        const data = inventedRound(questionnaire, { affected: all });
        for (const filter of FILTERS.slice(0, 4))
          for (const one of summaryOf(data, filter, { identifies: true }).questions)
            expect(one.withheld).toBe(0);
      }),
      { numRuns: 20 },
    );
  });
});

describe('the closest use counts', () => {
  const said = { use: 'attributed' as Use, uses: { commits: 'committee' as const } };

  it('of the response, of the answer, of the question, and of the answers that led to it', () => {
    const of = (id: string, more: Partial<typeof said> = {}) =>
      useOfAnswer(questionnaire, { ...said, ...more }, id);
    expect(of('share')).toBe('attributed');
    expect(of('commits')).toBe('committee');
    // Asked because of `commits`, and `useful` because of `kinds`.
    expect([of('amount'), of('kinds'), of('useful')]).toEqual(Array(3).fill('committee'));
    expect(of('commits', { use: 'aggregate' })).toBe('aggregate');
    // Nobody makes an answer more open than the whole.
    expect(of('share', { use: 'committee' })).toBe('committee');
  });

  it.each([
    ['attributed', true, true, true],
    ['committee', false, true, true],
    ['aggregate', false, false, true],
  ] as const)(
    '%s names the State to viewers: %s, Committee: %s, administrators: %s',
    (one, ...who) => {
      const readers = [paper, committee, { identifies: true, committee: true }];
      expect(readers.map((reader) => mayName(one, reader))).toEqual(who);
    },
  );
});

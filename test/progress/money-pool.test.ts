/**
 * No sum of money tells what one State gave that is not named: whatever is chosen, what is in totals only is added up over
 * blocks that are the same in every view, each of at least three States that gave something.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { amountsIn, moneyQuestions } from '../../server/progress/amounts.ts';
import { type Filter, NO_FILTER } from '../../server/progress/dataset.ts';
import { mayName, useOfAnswer } from '../../server/progress/disclosure.ts';
import { moneyOf } from '../../server/progress/money.ts';
import { tablesOf } from '../../server/progress/money-table.ts';
import type { AnswersOf } from '../../server/progress/read-answers.ts';
import { REVIEWS, USES } from '../../server/responses/response.ts';
import { voiceOf } from '../../server/texts.ts';
import { inventedRound, type Speaker } from '../support/invented-round.ts';
import { smallQuestionnaire } from '../support/small-questionnaire.ts';

fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 20230501) });

const questionnaire = smallQuestionnaire();
const questions = moneyQuestions(questionnaire, 'affected');
const amount = fc.constantFrom(0, 0.1, 7, 19.99, 1000);
const speaker: fc.Arbitrary<Speaker> = fc.record({
  region: fc.constantFrom('african', 'grulac'),
  groups: fc.constantFrom(['parties'], []),
  use: fc.constantFrom('attributed' as const, ...USES),
  uses: fc.constantFrom({}, {}, { spending: 'aggregate' as const }),
  review: fc.constantFrom(...REVIEWS.slice(0, 2)),
  answers: fc.record({
    r_currency: fc.constantFrom('USD', 'USD', 'EUR'),
    commits: fc.constantFrom('yes', 'no'),
    amount: fc.record({ amount, currency: fc.constantFrom('USD', 'EUR') }),
    spending: fc.constantFrom(
      {},
      { clearance: { 2021: 5, 2022: 6 } },
      { education: { 2022: 0.2 } },
    ),
  }),
});
const FILTERS: Filter[] = [null, 'african', 'grulac'].flatMap((region) =>
  [null, 'parties'].flatMap((group) =>
    [null, ...REVIEWS.slice(0, 2)].map((review) => ({ region, group, review }) as Filter),
  ),
);
const reader = { identifies: false, committee: true };

describe('a sum of money', () => {
  it('is over the same blocks of three or more in every view, and its rows make it', () => {
    let seen = 0;
    fc.assert(
      fc.property(fc.array(speaker, { minLength: 3, maxLength: 14 }), (speakers) => {
        const data = inventedRound(questionnaire, { affected: speakers });
        const answers = new Map(
          (data.audiences.get('affected')?.members ?? []).map(
            ({ response, at }): [string, AnswersOf] => [
              response,
              {
                answers: speakers[at]?.answers ?? {},
                other: {},
                reference: '',
                submittedAt: new Date(0),
              },
            ],
          ),
        );
        const of = (filter: Filter, question: (typeof questions)[number]) =>
          moneyOf({ data, filter, reader, voice: voiceOf('en') }, question, 'affected', answers);
        for (const question of questions) {
          const blocks = of(NO_FILTER, question).pooled.map((one) => JSON.stringify(one));
          for (const filter of FILTERS) {
            const money = of(filter, question);
            for (const sum of money.pooled) {
              seen += 1;
              expect(sum.states).toBeGreaterThanOrEqual(3);
              expect(blocks).toContain(JSON.stringify(sum));
            }
            for (const { member } of money.named)
              expect(mayName(useOfAnswer(questionnaire, member, question.id), reader)).toBe(true);
            for (const table of tablesOf(money, null).tables) {
              const named = money.named.flatMap((one) =>
                one.amounts.filter(({ currency }) => currency === table.currency),
              );
              const rows = [...named.map((one) => one.amount), table.pooled];
              expect(table.total).toBeCloseTo(
                rows.reduce((sum, one) => sum + one, 0),
                6,
              );
            }
          }
        }
      }),
      { numRuns: 150 },
    );
    expect(seen).toBeGreaterThan(20);
  });

  it('never adds up two currencies', () => {
    const [question] = questions.filter(({ id }) => id === 'spending');
    if (!question) throw new Error('no question');
    const spending = { clearance: { 2021: 1, 2022: 2 } };
    expect(amountsIn(question, { r_currency: 'EUR', spending })).toEqual([
      { question: 'spending', row: 'clearance', column: '2021', amount: 1, currency: 'EUR' },
      { question: 'spending', row: 'clearance', column: '2022', amount: 2, currency: 'EUR' },
    ]);
  });
});

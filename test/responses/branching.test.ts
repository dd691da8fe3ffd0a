import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Answers, AnswerValue } from '../../server/questionnaire/answers.ts';
import { holds, rulesOf } from '../../server/questionnaire/condition.ts';
import type { Condition, Rule } from '../../server/questionnaire/definition.ts';
import { countedAnswers } from '../../server/questionnaire/path.ts';
import {
  type AskedQuestion,
  compile,
  type Questionnaire,
} from '../../server/questionnaire/questionnaire.ts';
import {
  bundledDefinition,
  questionOf,
  smallQuestionnaire,
} from '../support/small-questionnaire.ts';
import { validAnswer, validAnswers } from '../support/valid-answers.ts';

// The same cases in each run, so that CI fails for a change and not by chance; SEED tries others.
fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 20230501) });

type Holds = (condition: Condition, answers: Record<string, unknown>) => boolean;
const script = new URL('../../public/scripts/section.js', import.meta.url);
const { holds: holdsInBrowser }: { holds: Holds } = await import(script.href);

const bundled = compile(bundledDefinition());

/** What the fields of the page say: a step, a number and an amount are what stands in the field. */
const inBrowser = (answer: AnswerValue): unknown => {
  if (typeof answer === 'number') return String(answer);
  return typeof answer === 'object' && 'amount' in answer ? String(answer.amount) : answer;
};
const fieldsSay = (answers: Answers) =>
  Object.fromEntries(Object.entries(answers).map(([id, answer]) => [id, inBrowser(answer)]));

/** A rule of any op that goes with the question. */
function anyRule(question: AskedQuestion): fc.Arbitrary<Rule> {
  const q = question.id;
  const code = fc.constantFrom('', ...question.options.map((option) => option.value));
  const compared = (op: Rule['op'], value: fc.Arbitrary<string | number | string[]>) =>
    value.map((chosen): Rule => ({ q, op, value: chosen }));
  const answered: fc.Arbitrary<Rule> = fc.constant({ q, op: 'answered' });
  const number = fc.oneof(
    fc.integer({ min: 0, max: 100 }),
    fc.double({ min: 0, max: 100, noNaN: true }),
  );
  switch (question.type) {
    case 'single':
      return fc.oneof(
        compared('eq', code),
        compared('neq', code),
        compared('in', fc.array(code)),
        answered,
      );
    case 'scale': {
      const step = fc.integer({ min: question.min, max: question.max });
      return fc.oneof(
        compared('eq', fc.oneof(code, step)),
        compared('neq', fc.oneof(code, step)),
        compared('in', fc.array(code)),
        compared('gt', step),
        compared('lt', step),
      );
    }
    case 'multi':
      return fc.oneof(compared('includes', code), answered);
    case 'number':
      return fc.oneof(
        ...(['eq', 'neq', 'gt', 'lt'] as const).map((op) => compared(op, number)),
        answered,
      );
    case 'money':
      return fc.oneof(compared('gt', number), compared('lt', number), answered);
    default:
      return answered;
  }
}

const anyCondition = (questionnaire: Questionnaire, audience: string) =>
  fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...questionnaire.asked(audience)).chain(anyRule),
      fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
      fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
    ),
  })).condition;

describe('a branch opens in the browser when it opens on the server', () => {
  it.each([
    ['small, affected', smallQuestionnaire(), 'affected'],
    ['bundled, affected', bundled, 'affected'],
    ['bundled, donors', bundled, 'donor'],
  ] as const)('for any condition: %s', (_, questionnaire, audience) => {
    const cases = fc.tuple(
      anyCondition(questionnaire, audience),
      validAnswers(questionnaire, audience),
    );
    fc.assert(
      fc.property(cases, ([condition, answers]) => {
        const counted = countedAnswers(questionnaire, audience, answers);
        expect(holdsInBrowser(condition, fieldsSay(counted))).toBe(holds(condition, counted));
      }),
      { numRuns: 500 },
    );
  });

  it.each(bundled.definition.questions.filter((question) => question.shownWhen))(
    'for the branch of $id',
    ({ shownWhen }) => {
      const condition = shownWhen as Condition;
      const ids = rulesOf(condition).map(({ rule }) => rule.q);
      const asked = Object.fromEntries(ids.map((id) => [id, validAnswer(questionOf(bundled, id))]));
      const seen = new Set<boolean>();
      fc.assert(
        fc.property(fc.record<Answers>(asked, { requiredKeys: [] }), (answers) => {
          seen.add(holds(condition, answers));
          expect(holdsInBrowser(condition, fieldsSay(answers))).toBe(holds(condition, answers));
        }),
      );
      expect([...seen].sort()).toEqual([false, true]);
    },
  );

  it('and an answer that the page gives as missing is none', () => {
    expect(holdsInBrowser({ q: 'x', op: 'answered' }, { x: null })).toBe(false);
    expect(holdsInBrowser({ q: 'x', op: 'neq', value: 'a' }, {})).toBe(false);
  });
});

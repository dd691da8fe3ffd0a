/** The amounts of money in a submission, each with its currency as the State gave it. Pure. */
import type { Answers, MatrixAnswer, Money } from '../questionnaire/answers.ts';
import type { AskedOf, AskedQuestion, Questionnaire } from '../questionnaire/questionnaire.ts';

/** @property row @property column values of the matrix; null for a question of its own */
export type Amount = {
  question: string;
  row: string | null;
  column: string | null;
  amount: number;
  currency: string;
};

export type MoneyQuestion = AskedOf<'money'> | AskedOf<'matrix'>;

export const isMoney = (question: AskedQuestion): question is MoneyQuestion =>
  question.type === 'money' || (question.type === 'matrix' && question.cell.type === 'money');

/** The questions about money that an audience is asked, in order. */
export const moneyQuestions = (questionnaire: Questionnaire, audience: string): MoneyQuestion[] =>
  questionnaire
    .asked(audience)
    .filter((one) => one.action !== null)
    .filter(isMoney);

/** Amounts of a matrix are in the currency that the State chose for all of them. */
export function amountsIn(question: MoneyQuestion, answers: Answers): Amount[] {
  const answer = answers[question.id];
  if (answer === undefined) return [];
  if (question.type === 'money') {
    const { amount, currency } = answer as Money;
    return [{ question: question.id, row: null, column: null, amount, currency }];
  }
  const currency = String(answers['r_currency'] ?? 'USD');
  return Object.entries(answer as MatrixAnswer).flatMap(([row, cells]) =>
    Object.entries(cells as Record<string, number>).map(([column, amount]) => ({
      question: question.id,
      row,
      column,
      amount: Number(amount),
      currency,
    })),
  );
}

/** The years of a matrix stand in its rows or in its columns; null where in neither. */
export function yearsOf(question: MoneyQuestion): 'row' | 'column' | null {
  if (question.type !== 'matrix') return null;
  const areYears = (list: { value: string }[]) => list.every(({ value }) => /^\d{4}$/.test(value));
  return areYears(question.rows) ? 'row' : areYears(question.columns) ? 'column' : null;
}

export const asksForMoney = (questionnaire: Questionnaire): boolean =>
  questionnaire.definition.audiences.some(({ id }) => moneyQuestions(questionnaire, id).length > 0);

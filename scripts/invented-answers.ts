/** Answers made up from a seed: the same seed gives the same answers, each one a valid response. */
import type { Answers, AnswerValue } from '../server/questionnaire/answers.ts';
import { shownQuestions } from '../server/questionnaire/path.ts';
import type { AskedQuestion, Questionnaire } from '../server/questionnaire/questionnaire.ts';

/** A number from 0 up to 1. */
export type Random = () => number;

/** Mulberry32: small, and the same everywhere. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** How often an optional question is answered, and how often a required one with a way out. */
const OPTIONAL_ANSWERED = 0.72;
const WAY_OUT = 0.06;

export function inventAnswers(
  questionnaire: Questionnaire,
  audience: string,
  random: Random,
  texts: string[],
): { answers: Answers; other: Record<string, string> } {
  const answers: Answers = {};
  const other: Record<string, string> = {};
  for (const question of questionnaire.asked(audience)) {
    // Branches look back only, so what is shown is decided by the answers so far.
    if (!shownQuestions(questionnaire, audience, answers).has(question.id)) continue;
    if (!question.required && random() > OPTIONAL_ANSWERED) continue;
    const answer = inventAnswer(question, random, texts);
    if (answer === undefined) continue;
    answers[question.id] = answer;
    const words = question.options.find((option) => option.text);
    const chose = Array.isArray(answer) ? answer : [answer];
    if (words && (chose as unknown[]).includes(words.value))
      other[question.id] = 'A source of our own';
  }
  return { answers, other };
}

const pick = <T>(list: T[], random: Random): T => list[Math.floor(random() * list.length)] as T;

/** The earlier options are chosen more often, as people who answer such a questionnaire have something to report. */
const pickEarly = <T>(list: T[], random: Random): T =>
  list[Math.floor(random() ** 1.7 * list.length)] as T;

function inventAnswer(
  question: AskedQuestion,
  random: Random,
  texts: string[],
): AnswerValue | undefined {
  const wayOut = question.options.filter((option) =>
    ['dont_know', 'prefer_not'].includes(option.value),
  );
  const real = question.options.filter((option) => !wayOut.includes(option));
  switch (question.type) {
    case 'single':
      if (question.id === 'r_use') return random() < 0.82 ? 'attributed' : 'aggregate';
      if (question.id === 'r_currency') return pick(['USD', 'USD', 'EUR', 'CHF'], random);
      if (question.id === 'r_both') return random() < 0.1 ? 'yes' : 'no';
      return random() < WAY_OUT && wayOut.length > 0
        ? pick(wayOut, random).value
        : pickEarly(real, random).value;
    case 'scale':
      if (random() < WAY_OUT) return 'dont_know';
      return Math.min(question.max, question.min + Math.round((random() + random()) * 2));
    case 'multi': {
      const alone = question.options.filter((option) => option.exclusive);
      if (alone.length > 0 && random() < 0.12) return [pick(alone, random).value];
      const share = real.length > 15 ? 0.15 : 0.38;
      const chosen = real.filter((option) => !option.exclusive && random() < share);
      const values = chosen.map((option) => option.value);
      return values.length > 0
        ? values
        : [(real.find((option) => !option.exclusive) ?? real[0])?.value ?? ''];
    }
    case 'number': {
      const low = question.min ?? 0;
      const high = question.max ?? 100;
      return Math.round((low + random() * (high - low)) * 2) / 2;
    }
    case 'money':
      return {
        amount: Math.round(random() * 400) * 100_000,
        currency: pick(['USD', 'EUR'], random),
      };
    case 'text':
      return pick(texts, random);
    case 'file':
      return undefined;
    case 'matrix': {
      const { cell, columns } = question;
      const open = columns.filter((column) => !column.exclusive && column.value !== 'prefer_not');
      return Object.fromEntries(
        question.rows.map((row) => {
          if (cell.type === 'single') return [row.value, pick(columns.slice(0, -1), random).value];
          if (cell.type === 'multi') {
            const chosen = open.filter(() => random() < 0.4).map((column) => column.value);
            const none = columns.find((column) => column.exclusive)?.value ?? open[0]?.value ?? '';
            return [row.value, chosen.length > 0 ? chosen : [none]];
          }
          return [
            row.value,
            Object.fromEntries(
              columns.map((column) => [column.value, Math.round(random() * 80) * 50_000]),
            ),
          ];
        }),
      );
    }
  }
}

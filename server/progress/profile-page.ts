/** One State on one sheet of paper, for bilateral meetings and the Individualised Approach. Pure. */
import type { AskedQuestion } from '../questionnaire/questionnaire.ts';
import { amountsIn, moneyQuestions, yearsOf } from './amounts.ts';
import { headOf, type Spoken, standingsOf, standOf } from './dossier-page.ts';
import { exchangeQuestions, SIDES, subjectsIn } from './exchange.ts';
import { type Given, givenOf } from './given.ts';
import { audienceShort, type View } from './view.ts';

/** @param spoken at least one, all of the same State */
export function profilePage(view: View, spoken: [Spoken, ...Spoken[]]) {
  const { questionnaire } = view.data;
  const { needs, profile = [] } = questionnaire.definition.views ?? {};
  const given = (id: string) => givenTo(view, spoken, id);
  const needsGiven = needs ? given(needs.question) : [];
  const exchange = exchangeQuestions(view.data).flatMap((one) => given(one.id));
  const answers = profile.flatMap(given);
  const money = moneyLines(view, spoken);
  const shown = [...needsGiven, ...exchange, ...answers, ...money];
  return {
    ...headOf(view, spoken),
    stands: spoken.map((one) => standOf(view, one)),
    standings: standingsOf(view, spoken[0].member),
    needs: needsGiven,
    exchange: exchangeLines(view, spoken),
    exchangeHidden: exchange.some((one) => one.pooled),
    answers,
    money,
    /** Something on it is not for everybody: the paper says so. */
    closer: shown.some((one) => !one.pooled && one.use !== 'attributed'),
  };
}

/** What the State gave to a question, for each audience that it answered in; nothing where it was not asked. */
function givenTo(view: View, spoken: Spoken[], id: string): Given[] {
  const question = view.data.questionnaire.question(id);
  if (!question) return [];
  return answeredBy(spoken, question).map((submitted) => givenOf(view, submitted, question));
}

const answeredBy = (spoken: Spoken[], { id, audiences }: AskedQuestion) =>
  spoken.flatMap(({ member, response: { submitted } }) =>
    submitted && audiences.includes(member.audience) && id in submitted.answers ? [submitted] : [],
  );

/** What the State offers and seeks in all audiences, each subject once. */
function exchangeLines(view: View, spoken: Spoken[]) {
  const { voice } = view;
  return SIDES.flatMap((side) => {
    const labels = exchangeQuestions(view.data).flatMap((question) =>
      answeredBy(spoken, question)
        .filter((submitted) => !givenOf(view, submitted, question).pooled)
        .flatMap((submitted) => subjectsIn(view, question, submitted.answers, side)),
    );
    const text = [...new Set(labels)].join('; ');
    return text ? [{ label: voice.t(`exchange.${side}`), text }] : [];
  });
}

/** Each question about money in one line: by year, or one amount. */
function moneyLines(view: View, spoken: Spoken[]) {
  const { data, voice } = view;
  return spoken.flatMap(({ member, response: { submitted } }) =>
    moneyQuestions(data.questionnaire, member.audience).flatMap((question) => {
      if (!submitted || !(question.id in submitted.answers)) return [];
      const { number, label, pooled, use } = givenOf(view, submitted, question);
      const years = yearsOf(question);
      const sums = new Map<string, { currency: string; amount: number }>();
      for (const one of pooled ? [] : amountsIn(question, submitted.answers)) {
        const year = (years === 'row' ? one.row : years === 'column' ? one.column : null) ?? '';
        const before = sums.get(year)?.amount ?? 0;
        sums.set(year, { currency: one.currency, amount: before + one.amount });
      }
      const cells = [...sums].map(([year, { amount, currency }]) => ({
        year,
        text: voice.money(amount, currency),
      }));
      return [
        { number, label, pooled, use, audience: audienceShort(data, member.audience), cells },
      ];
    }),
  );
}

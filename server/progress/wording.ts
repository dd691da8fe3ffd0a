/** What differs between two questionnaires in how an indicator is asked and counted. Pure. */
import { rulesOf } from '../questionnaire/condition.ts';
import { conditionWords } from '../questionnaire/condition-words.ts';
import type { Indicator } from '../questionnaire/definition.ts';
import type { AskedQuestion, Questionnaire } from '../questionnaire/questionnaire.ts';
import type { Voice } from '../texts.ts';

/** One difference, in the words of each. "" where the one has nothing of it. */
export type Difference = {
  what: 'rule' | 'group' | 'label' | 'official' | 'question' | 'choices' | 'branch';
  /** The question that it is about, by its number; "" for the indicator itself. */
  question: string;
  before: string;
  after: string;
};

/** A questionnaire as it was written, which is what is compared, and in the language of the reader, which is what is shown. */
export type Wording = { source: Questionnaire; shown: Questionnaire };

/** @returns null where one of them does not have the indicator */
export function differences(
  before: Wording,
  after: Wording,
  key: string,
  voice: Voice,
): Difference[] | null {
  const [was, is] = [before, after].map(({ source }) => indicatorOf(source, key));
  if (!was || !is) return null;
  const found: Difference[] = [];
  const compare = (
    what: Difference['what'],
    question: string,
    texts: (wording: Questionnaire) => string,
    alike: (wording: Questionnaire) => unknown = texts,
  ) => {
    if (same(alike(before.source)) === same(alike(after.source))) return;
    found.push({ what, question, before: texts(before.shown), after: texts(after.shown) });
  };
  const rule = (wording: Questionnaire) => {
    const { numerator, denominator } = indicatorOf(wording, key) as Indicator;
    return [numerator, denominator?.where]
      .flatMap((one) => (one ? [conditionWords(one, wording, voice)] : []))
      .join(' / ');
  };
  compare('rule', '', rule, (wording) => {
    const { numerator, denominator, kind } = indicatorOf(wording, key) as Indicator;
    return [numerator, denominator?.where, kind];
  });
  const group = (wording: Questionnaire) => {
    const id = indicatorOf(wording, key)?.denominator?.group;
    return wording.definition.groups.find((one) => one.id === id)?.label ?? '';
  };
  compare('group', '', group, (wording) => indicatorOf(wording, key)?.denominator?.group);
  compare('label', '', (wording) => indicatorOf(wording, key)?.label ?? '');
  compare('official', '', (wording) => indicatorOf(wording, key)?.officialText ?? '');

  for (const id of new Set([...questionsOf(was), ...questionsOf(is)])) {
    const of = (wording: Questionnaire) => wording.question(id);
    const number = of(after.shown)?.number ?? of(before.shown)?.number ?? id;
    compare('question', number, (wording) => of(wording)?.label ?? '');
    compare('choices', number, (wording) => choicesOf(of(wording)));
    compare(
      'branch',
      number,
      (wording) => {
        const shownWhen = of(wording)?.shownWhen;
        return shownWhen ? conditionWords(shownWhen, wording, voice) : '';
      },
      (wording) => of(wording)?.shownWhen,
    );
  }
  return found;
}

const indicatorOf = ({ definition }: Questionnaire, key: string) =>
  definition.indicators.find((one) => one.key === key);

/** The questions that its rule looks at. */
const questionsOf = ({ numerator, denominator }: Indicator): string[] =>
  [numerator, denominator?.where].flatMap((one) =>
    one ? rulesOf(one).map(({ rule }) => rule.q) : [],
  );

const choicesOf = (question: AskedQuestion | null): string => {
  if (!question) return '';
  const options =
    question.type === 'matrix' ? [...question.rows, ...question.columns] : question.options;
  return options.map(({ label }) => label).join(' · ');
};

/** Spaces and capitals are no other words. */
const same = (value: unknown): string =>
  (JSON.stringify(value) ?? '').replaceAll(/\s+/g, ' ').toLowerCase();

/** One indicator: how it is counted, and the States behind each of its figures. Pure. */
import { isLarge } from '../columns/round-columns.ts';
import { rulesOf } from '../questionnaire/condition.ts';
import { nameIn } from '../states/state.ts';
import { disclose } from './disclosure.ts';
import { queryOf } from './filter-query.ts';
import { type IndicatorResult, indicatorResult } from './indicator.ts';
import { marksOf, methodOf, sentenceOf, standingsOf } from './indicator-words.ts';
import { listed } from './listed.ts';
import { audienceShort, baseOf, rowOf, sorted, type View } from './view.ts';

const PARTS = ['numerator', 'denominator', 'respondents', 'apart'] as const;
type Part = (typeof PARTS)[number];

export function indicatorPage(view: View, key: string, wanted: string | null) {
  const { data, filter, reader, voice } = view;
  const indicator = data.questionnaire.definition.indicators.find((one) => one.key === key);
  if (!indicator?.numerator) return null;
  const result = indicatorResult(data, indicator, filter, reader);
  const part = PARTS.find((one) => one === wanted) ?? 'numerator';
  // The group and who submitted are no secret; who meets the rule is.
  const open = part === 'respondents' || (part === 'denominator' && !indicator.denominator?.where);
  const ruled = new Set(
    [indicator.numerator, indicator.denominator?.where].flatMap((condition) =>
      condition ? rulesOf(condition).map(({ rule }) => rule.q) : [],
    ),
  );
  const { named, pooled, pages } = behindOf(view, result, part, open);
  return {
    indicator,
    view: indicatorView(view, result),
    method: methodOf(view, result),
    standings: standingsOf(view, result),
    part,
    parts: PARTS.map((one) => ({
      name: one,
      href: `${baseOf(view)}/indicators/${key}${queryOf(filter, { part: one })}`,
      count: result[one]?.count ?? 0,
      current: one === part,
    })),
    count: result[part]?.count ?? 0,
    pages,
    named: sorted(
      named.map(({ state, members }) => ({
        name: nameIn(state, voice.language),
        region: voice.t(`region.${state.region}`),
        members: members.map((member) => ({
          ...rowOf(view, member),
          audience: audienceShort(data, member.audience),
        })),
      })),
      voice,
    ),
    pooled,
    questions: data.questionnaire.definition.questions
      .filter((question) => question.indicator === key || ruled.has(question.id))
      .map((question) => ({
        id: question.id,
        number: data.questionnaire.question(question.id)?.number,
        audience: audienceShort(data, data.questionnaire.question(question.id)?.audiences[0] ?? ''),
        label: question.label,
        href: `${baseOf(view)}/questions/${question.id}${queryOf(filter)}`,
      })),
    actionHref: `${baseOf(view)}/actions/${indicator.action}${queryOf(filter)}`,
  };
}

/** @param open whether it is no secret who they are */
function behindOf(view: View, result: IndicatorResult, part: Part, open: boolean) {
  const group = result[part];
  if (!group) return { named: [], pooled: 0, pages: null };
  if (!isLarge(view.data.columns))
    return { ...disclose(group.list(), (one) => one.pooled && !open), pages: null };
  const places = group.places({ named: !open });
  const list = listed(view, places, (from) => queryOf(view.filter, { part, from }));
  return {
    named: result.atAll(list.places),
    pooled: open ? 0 : group.places({ named: false }).length - places.length,
    pages: list.pages,
  };
}

/** An indicator's figures, in words and as links. */
export function indicatorView(view: View, result: IndicatorResult) {
  const { filter, voice } = view;
  const { indicator, value, numerator, respondents, apart, withheld } = result;
  const part = (name: string) =>
    `${baseOf(view)}/indicators/${indicator.key}${queryOf(filter, { part: name })}`;
  return {
    indicator,
    value:
      value === null
        ? null
        : indicator.kind === 'percentage'
          ? voice.percent(value)
          : voice.number(value),
    sentence: sentenceOf(view, result),
    marks: marksOf(indicator, voice),
    respondents: respondents.count,
    apart: apart.count,
    withheld: withheld.count,
    /** Share of the States that answered, beside the share of the whole group. */
    ofRespondents:
      indicator.kind === 'percentage' &&
      !indicator.denominator?.where &&
      numerator &&
      respondents.count > 0
        ? voice.percent(numerator.count / respondents.count)
        : '',
    links: {
      numerator: part('numerator'),
      denominator: part('denominator'),
      respondents: part('respondents'),
      apart: part('apart'),
    },
  };
}

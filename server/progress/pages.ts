/** What the Committee's pages show. Pure: from the round's material and a filter to the values in the view. */

import { rulesOf } from '../questionnaire/condition.ts';
import type { AnswerLine } from '../responses/answer-text.ts';
import { answerLines } from '../responses/answer-text.ts';
import { REVIEWS, type Response, statusOf } from '../responses/response.ts';
import { nameIn, REGIONS } from '../states/state.ts';
import type { Voice } from '../texts.ts';
import { type ChartView, chartOf } from './chart.ts';
import { type Dataset, type Filter, isFiltered, type Member, selected } from './dataset.ts';
import { disclose, isPooled, type Reader } from './disclosure.ts';
import { distributionOf } from './distribution.ts';
import { queryOf } from './filter-query.ts';
import { type IndicatorResult, indicatorResult, type JoinedState } from './indicator.ts';

export type View = { data: Dataset; filter: Filter; reader: Reader; voice: Voice };

const baseOf = ({ data }: View) => `/results/${data.round}`;
const groupsOf = (data: Dataset) => data.questionnaire.definition.groups;

/** The filter form and what is chosen in it. */
export function filterView({ data, filter, voice }: View) {
  const option = (value: string, label: string, chosen: string | null) => ({
    value,
    label,
    chosen: value === chosen,
  });
  return {
    isFiltered: isFiltered(filter),
    regions: REGIONS.map((region) => option(region, voice.t(`region.${region}`), filter.region)),
    groups: groupsOf(data).map((group) => option(group.id, group.label, filter.group)),
    reviews: REVIEWS.map((review) => option(review, voice.t(`review.${review}`), filter.review)),
  };
}

export function overviewPage(view: View) {
  const { data, filter, voice } = view;
  const { definition } = data.questionnaire;
  const base = baseOf(view);
  const query = queryOf(filter);
  const rates = definition.audiences.map((audience) => {
    const members = selected(data, audience.id, filter);
    const rate = (list: Member[]) => ({
      invited: list.length,
      submitted: list.filter((member) => member.at >= 0).length,
      started: list.filter((member) => member.at < 0 && member.started).length,
    });
    return {
      audience,
      ...rate(members),
      regions: REGIONS.map((region) => ({
        name: voice.t(`region.${region}`),
        href: `${base}/states${queryOf({ ...filter, region }, { audience: audience.id })}`,
        ...rate(members.filter((member) => member.state.region === region)),
      })).filter((region) => region.invited > 0),
      href: `${base}/states${queryOf(filter, { audience: audience.id })}`,
    };
  });
  return {
    rates,
    query,
    base,
    actions: definition.actions.map((action) => ({
      action,
      href: `${base}/actions/${action.number}${query}`,
      indicators: definition.indicators
        .filter((one) => one.action === action.number && one.basis === 'action_plan')
        .map((indicator) =>
          indicatorView(view, indicatorResult(data, indicator, filter, view.reader)),
        ),
      chart: leadChart(view, action.number),
    })),
  };
}

/** More bars than this are for a page of their own. */
const MOST_LEAD_OPTIONS = 12;

/** The chart that stands for an action: of the first question of the action in the rule of its first indicator. */
function leadChart(view: View, action: number): ChartView | null {
  const { data } = view;
  const lead = data.questionnaire.definition.indicators.find(
    (one) => one.action === action && one.basis === 'action_plan',
  );
  const rules = lead?.numerator ? rulesOf(lead.numerator) : [];
  const named = rules
    .map(({ rule }) => data.questionnaire.question(rule.q))
    .find(
      (question) => question?.action === action && question.options.length <= MOST_LEAD_OPTIONS,
    );
  return named ? (questionCharts(view, named.id)[0] ?? null) : null;
}

export function actionPage(view: View, number: number) {
  const { data, filter } = view;
  const { definition } = data.questionnaire;
  const action = definition.actions.find((one) => one.number === number);
  if (!action) return null;
  const indicators = definition.indicators.filter((one) => one.action === number);
  const audiences = definition.audiences.map((audience) => ({
    audience,
    questions: data.questionnaire
      .asked(audience.id)
      .filter((question) => question.action === number)
      .map((question) => ({
        question,
        indicator: indicators.find((one) => one.key === question.indicator) ?? null,
        charts: questionCharts(view, question.id),
        texts:
          question.type === 'text'
            ? `${baseOf(view)}/questions/${question.id}${queryOf(filter, { answer: '_answered' })}`
            : '',
      })),
  }));
  return {
    action,
    base: baseOf(view),
    query: queryOf(filter),
    indicators: indicators
      .filter((one) => one.numerator)
      .map((indicator) =>
        indicatorView(view, indicatorResult(data, indicator, filter, view.reader)),
      ),
    audiences: audiences.filter((one) => one.questions.length > 0),
    actions: definition.actions.map((one) => ({
      number: one.number,
      href: `${baseOf(view)}/actions/${one.number}${queryOf(filter)}`,
      current: one.number === number,
    })),
  };
}

/** One chart, or one for each row of a matrix. */
function questionCharts(view: View, id: string): ChartView[] {
  const { data, filter, reader, voice } = view;
  const question = data.questionnaire.question(id);
  if (!question) return [];
  const audience = question.audiences[0] ?? '';
  const columns = (data.audiences.get(audience)?.layout.columns ?? []).filter(
    (one) => one.question === id,
  );
  return columns.flatMap((column) => {
    const spread = distributionOf(data, audience, column.id, filter, reader);
    if (!spread) return [];
    const row =
      question.type === 'matrix' ? question.rows.find((one) => one.value === column.row) : null;
    const address = (answer: string) =>
      `${baseOf(view)}/questions/${id}${queryOf(filter, { ...(column.row ? { row: column.row } : {}), answer })}`;
    return [chartOf(spread, row?.label ?? question.label, address, voice)];
  });
}

export type IndicatorView = ReturnType<typeof indicatorView>;

export function indicatorView(view: View, result: IndicatorResult) {
  const { filter, voice } = view;
  const { indicator, value, numerator, denominator, respondents, apart, withheld } = result;
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
    numerator: numerator?.length ?? null,
    denominator: denominator?.length ?? null,
    respondents: respondents.length,
    apart: apart.length,
    withheld: withheld.length,
    /** Share of the States that answered, beside the share of the whole group. */
    ofRespondents:
      indicator.kind === 'percentage' && numerator && respondents.length > 0
        ? voice.percent(numerator.length / respondents.length)
        : '',
    links: {
      numerator: part('numerator'),
      denominator: part('denominator'),
      respondents: part('respondents'),
      apart: part('apart'),
    },
  };
}

/** A State in a list of those behind a number. */
const rowOf = (view: View, member: Pick<Member, 'state' | 'audience' | 'at' | 'review'>) => ({
  key: member.state._id,
  name: nameIn(member.state, view.voice.language),
  region: view.voice.t(`region.${member.state.region}`),
  submitted: member.at >= 0,
  review: member.at >= 0 ? view.voice.t(`review.${member.review}`) : '',
  href: `${baseOf(view)}/states/${member.state._id}/${member.audience}`,
});

const sorted = <T extends { name: string }>(rows: T[], voice: Voice) =>
  rows.sort((a, b) => voice.compare(a.name, b.name));

/** A question with its chart, and the States behind one category when one is named. Null when there is no such thing. */
export function questionPage(view: View, id: string, row: string | null, answer: string | null) {
  const { data, filter, reader, voice } = view;
  const question = data.questionnaire.question(id);
  if (!question || question.action === null) return null;
  const audience = question.audiences[0] ?? '';
  const charts = questionCharts(view, id);
  const columnId = row ? `${id}/${row}` : id;
  const spread = answer ? distributionOf(data, audience, columnId, filter, reader) : null;
  const category = spread?.categories.find((one) => one.key === answer) ?? null;
  if (answer && !category) return null;
  // A State that has not submitted is no secret; what it would have said does not exist.
  const silent = category?.key === '_no_answer' ? category.members.filter((m) => m.at < 0) : [];
  const shown = category
    ? disclose(
        category.members.filter((m) => !silent.includes(m)),
        question,
        reader,
      )
    : null;
  const rowLabel =
    question.type === 'matrix' ? question.rows.find((one) => one.value === row)?.label : undefined;
  return {
    question,
    rowLabel: rowLabel ?? '',
    charts: row ? charts.filter((chart) => chart.id === columnId.replace('/', '-')) : charts,
    category: category && {
      label: category.label ?? voice.t(`category.${category.key.slice(1)}`),
      count: category.members.length,
      named: sorted(
        [...(shown?.named ?? []), ...silent].map((member) => ({
          ...rowOf(view, member),
          anchor: `#q-${id}`,
        })),
        voice,
      ),
      pooled: shown?.pooled ?? 0,
    },
    actionHref: `${baseOf(view)}/actions/${question.action}${queryOf(filter)}`,
    query: queryOf(filter),
  };
}

const PARTS = ['numerator', 'denominator', 'respondents', 'apart'] as const;

export function indicatorPage(view: View, key: string, wanted: string | null) {
  const { data, filter, reader, voice } = view;
  const indicator = data.questionnaire.definition.indicators.find((one) => one.key === key);
  if (!indicator?.numerator) return null;
  const result = indicatorResult(data, indicator, filter, reader);
  const part = PARTS.find((one) => one === wanted) ?? 'numerator';
  const states: JoinedState[] = result[part] ?? [];
  // The group and who submitted are no secret; who meets the rule is.
  const open = part === 'respondents' || (part === 'denominator' && !indicator.denominator?.where);
  const shown = open ? { named: states, pooled: 0 } : disclose(states, null, reader);
  return {
    indicator,
    view: indicatorView(view, result),
    group: groupsOf(data).find((group) => group.id === indicator.denominator?.group),
    part,
    parts: PARTS.map((one) => ({
      name: one,
      href: `${baseOf(view)}/indicators/${key}${queryOf(filter, { part: one })}`,
      count: result[one]?.length ?? 0,
      current: one === part,
    })),
    count: states.length,
    named: sorted(
      shown.named.map(({ state, members }) => ({
        name: nameIn(state, voice.language),
        region: voice.t(`region.${state.region}`),
        members: members.map((member) => ({
          ...rowOf(view, member),
          audience: audienceShort(data, member.audience),
        })),
      })),
      voice,
    ),
    pooled: shown.pooled,
    questions: data.questionnaire.definition.questions
      .filter((question) => question.indicator === key)
      .map((question) => ({
        number: data.questionnaire.question(question.id)?.number,
        label: question.label,
        href: `${baseOf(view)}/questions/${question.id}${queryOf(filter)}`,
      })),
    actionHref: `${baseOf(view)}/actions/${indicator.action}${queryOf(filter)}`,
  };
}

const audienceShort = (data: Dataset, audience: string) =>
  data.questionnaire.definition.audiences.find((one) => one.id === audience)?.short ?? audience;

/** Every State that was asked, and how far it is. */
export function statesPage(view: View, audience: string | null) {
  const { data, filter, voice } = view;
  const audiences = data.questionnaire.definition.audiences;
  const members = audiences
    .filter((one) => audience === null || one.id === audience)
    .flatMap((one) => selected(data, one.id, filter));
  return {
    rows: sorted(
      members.map((member) => ({
        ...rowOf(view, member),
        audience: audienceShort(data, member.audience),
        status: voice.t(
          `status.${member.at >= 0 ? 'submitted' : member.started ? 'draft' : 'not_started'}`,
        ),
        submittedAt: member.submittedAt ? voice.date(member.submittedAt, 'UTC') : '',
      })),
      voice,
    ),
    audiences: audiences.map((one) => ({
      id: one.id,
      label: one.short,
      chosen: one.id === audience,
    })),
  };
}

/** One State's submission by section, as the reader may see it. Drafts are never shown. */
export function statePage(view: View, member: Member, response: Response) {
  const { data, reader, voice } = view;
  const { submitted } = response;
  const hidden = submitted !== null && !reader.identifies && submitted.use === 'aggregate';
  const sections =
    submitted && !hidden
      ? data.questionnaire
          .sections(member.audience)
          .filter((section) => section.action !== null)
          .map((section) => ({
            section,
            questions: data.questionnaire
              .questions(section.id)
              .filter((question) => question.id in submitted.answers)
              .map((question) => ({
                id: question.id,
                number: question.number,
                label: question.label,
                pooled: !reader.identifies && isPooled(member, question),
                lines: answerLines(
                  question,
                  submitted.answers[question.id],
                  submitted.other[question.id],
                  String(submitted.answers['r_currency'] ?? ''),
                  voice,
                ) satisfies AnswerLine[],
              })),
          }))
      : [];
  return {
    name: nameIn(member.state, voice.language),
    region: voice.t(`region.${member.state.region}`),
    groups: groupsOf(data)
      .filter((group) => member.state.memberships.some((one) => one.group === group.id))
      .map((group) => group.label),
    audience: data.questionnaire.definition.audiences.find((one) => one.id === member.audience),
    status: statusOf(response),
    submitted: submitted && {
      revision: submitted.revision,
      reference: submitted.reference,
      at: voice.dateTime(submitted.submittedAt, member.state.zone),
      use: submitted.use,
      quote: String(submitted.answers['r_quote'] ?? ''),
    },
    hidden,
    sections,
    review: response.review,
    reviews: REVIEWS.map((review) => ({
      value: review,
      label: voice.t(`review.${review}`),
      chosen: review === response.review,
    })),
  };
}
